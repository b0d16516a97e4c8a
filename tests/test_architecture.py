"""The rules of the house that only the whole source shows: which way imports go, and how long."""

import ast
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
LAYERS = ("models", "queries", "listing", "services", "forms", "views", "cli")
FEATURES = (
    *("accounts", "audit", "lists", "reference", "countries", "organisations", "documents"),
    *("delegations", "meetings", "projects", "interests", "follow_ups"),  # these own records
    *("desk", "search", "duplicates", "merges", "digest", "calendar", "reports", "demo"),
    "operations",
)
# These join the parts: they import anything, and nobody else imports them.
JOINTS = {"app", "console", "features", "navigation", "wording"}
TOP = {"", "config", "models", *JOINTS}
# Slow to import, seldom used.
HEAVY = {"holidays", "icalendar", "puremagic", "rapidfuzz", "xlsxwriter", "zxcvbn"}
SOURCES = sorted((ROOT / "crm").rglob("*.py"))


class Import(NamedTuple):
    place: str
    importer: str
    imported: str


def module_of(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports_in(tree):
    """(line, module) of every import; ``from a import b`` names both a and a.b."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: write imports in full"
            yield node.lineno, node.module
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def own_imports():
    modules = {module_of(path) for path in SOURCES}
    for path in SOURCES:
        for line, imported in imports_in(ast.parse(path.read_bytes())):
            if imported in modules:
                place = f"{path.relative_to(ROOT)}:{line}"
                yield Import(place, module_of(path), imported)


def rank(module):
    """(layer, feature) of a module inside a feature, None of any other."""
    _, part, layer, *_ = [*module.split("."), "", ""]
    return (LAYERS.index(layer), FEATURES.index(part)) if part in FEATURES and layer else None


def may_import(importer, imported):
    _, part, layer, *_ = [*imported.split("."), "", ""]
    if importer.removeprefix("crm.") in JOINTS or imported in ("crm", "crm.config"):
        return importer not in ("crm", "crm.config")
    if importer == "crm.models":
        return part == "core" or (part in FEATURES and layer in ("", "models"))
    if importer.startswith("crm.core"):
        return part == "core"
    if rank(importer) is None or (part != "core" and part not in FEATURES):
        return False  # a feature's __init__ imports nothing, and nobody imports the top
    same_package = importer.split(".")[:3] == imported.split(".")[:3]
    return rank(imported) is None or same_package or rank(imported) < rank(importer)


def test_modules_have_a_layer_and_a_feature():
    for path in SOURCES:
        _, part, *rest = [*module_of(path).split("."), ""]
        assert part in TOP | {"core", *FEATURES}, f"{path}: no feature"
        if part in FEATURES and rest != [""]:
            assert rest[0] in LAYERS, f"{path}: a feature's file is one of {LAYERS}"
    assert not [one for one in FEATURES if not (ROOT / "crm" / one).is_dir()], "features that left"


def test_imports_fall():
    wrong = [i for i in own_imports() if not may_import(i.importer, i.imported)]
    assert not wrong, "\n".join(f"{i.place}: {i.importer} imports {i.imported}" for i in wrong)


@pytest.mark.parametrize(
    ("importer", "imported", "allowed"),
    [
        ("crm.meetings.views", "crm.follow_ups.queries", True),
        ("crm.meetings.models", "crm.follow_ups.models", False),
        ("crm.follow_ups.models", "crm.meetings.models", True),
        ("crm.meetings.queries", "crm.meetings.forms", False),
        ("crm.organisations.models.contact", "crm.organisations.models.person", True),
        ("crm.core.database", "crm.accounts.models", False),
        ("crm.desk.views", "crm.app", False),
        ("crm.models", "crm.meetings.models", True),
        ("crm.models", "crm.meetings.views", False),
    ],
)
def test_an_import_may_fall_but_never_rise(importer, imported, allowed):
    assert may_import(importer, imported) is allowed


def test_imports_stand_at_the_top():
    for path in SOURCES:
        tree = ast.parse(path.read_bytes())
        statements = [n for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
        top = set(imports_in(ast.Module(statements, [])))
        for line, imported in set(imports_in(tree)) - top:
            assert imported.split(".")[0] in HEAVY, f"{path}:{line}: {imported} inside"
        assert "TYPE_CHECKING" not in path.read_text(), f"{path}: TYPE_CHECKING"


def test_a_package_says_what_it_is_and_does_nothing():
    for path in SOURCES:
        if path.name == "__init__.py" and path.parent.parent == ROOT / "crm":
            tree = ast.parse(path.read_bytes())
            assert ast.get_docstring(tree), f"{path}: no docstring"
            assert len(tree.body) == 1, f"{path}: more than a docstring"


def test_files_stay_readable():
    for path in SOURCES:
        lines = path.read_text().count("\n")
        assert lines <= 350, f"{path}: {lines} lines; make it a package, split by noun"
        assert path.stem not in ("utils", "helpers"), f"{path}: name what it does"


def test_texts_to_translate_stand_outside_f_strings():
    """The extraction looks into no f-string: such a text would stay English for everybody."""
    for path in SOURCES:
        for outer in ast.walk(ast.parse(path.read_bytes())):
            inside = ast.walk(outer) if isinstance(outer, ast.JoinedStr) else ()
            called = {getattr(n.func, "id", "") for n in inside if isinstance(n, ast.Call)}
            assert not called & {"_", "_l", "ngettext"}, f"{path}:{outer.lineno}: take it out"
