"""Nothing in ``crm`` is defined that the product does not use (a test alone is no use), and nothing
beside the tests that they do not use.
"""

import ast
import keyword
from fnmatch import fnmatch

import pytest
from jinja2 import nodes
from vulture import Vulture

from tests.rules import sources

# A decorator that hands the function on: to an address, a command, an event, a statement.
HANDED_ON = [
    "@*bp.*",
    "@app.*",
    "@click.group",
    "@*.command",
    "@compiles",
    "@*.listens_for",
    "@pytest.fixture(autouse=True",
]
# Set on, or defined for, what a library reads or calls under this name.
FOR_LIBRARIES = {
    "Alembic, SQLAlchemy": "active_history cache_ok expire_on_commit inherit_cache"
    " load_dialect_impl process_bind_param process_result_value self_group type_annotation_map",
    "psycopg, sqlite3": "autocommit prepared_max proxy server_cursor_factory",
    "Flask, Werkzeug": "content_length immutable max_age max_content_length no_cache private regex"
    " session_protection to_python",
    "enum": "_value_",
    "Jinja": "lstrip_blocks preprocess template_class trim_blocks undefined",
    "WTForms": "_extract_indices _value field_flags post_validate pre_validate validation_stopped",
    "smtplib": "mail rcpt",
    "zipfile": "comment compress_type external_attr",
}
# Used where nobody looks for a name.
REVIEWED = {
    "command_group": "crm/console.py imports crm.app late, by its name",
    "main": "crm/console.py: pyproject.toml names the command",
    "OTHERS": "crm/merges/services/links.py: columns a merge leaves; a test holds them complete",
    "create_worker": "crm/operations/cli/serve.py names it as a text",
    "instances": "crm/audit/services/trail.py: what SQLAlchemy hands a listener",
    "_TABLES": "crm/app.py: to import them is what counts",
}
LANGUAGES = ("_kk", "_ru", "_en")


def unused(code, used_elsewhere=()):
    """«path:line: kind name» of each definition in ``code`` (text by path) that nothing uses.

    ``used_elsewhere`` are names used by templates and the like. A column or a field counts as
    used, too, when a text names it whole or its end (``"risk_minor"``, ``f"{name}_quarter"``).
    """
    finder = Vulture(ignore_decorators=HANDED_ON, ignore_names=["validate_*"])
    for path, text in code.items():
        finder.scan(text, path)
    finder.scan("\n".join(f"_.{one}" for one in sorted(used_elsewhere)), "elsewhere")
    whole, ends = named_by_texts(code.values())
    members = {path: members_of_terms(text) for path, text in code.items()}
    for found in finder.get_unused_code():
        is_value = found.typ in ("variable", "attribute")
        if is_value and (found.name in whole or found.name.endswith((*ends, *LANGUAGES))):
            continue
        if found.first_lineno not in members[str(found.filename)]:
            yield found.name, f"{found.filename}:{found.first_lineno}: {found.typ} {found.name}"


def unused_in_their_module(code):
    """The same of what stands at the top of a module: an equal name elsewhere is no use."""
    trees = {path: sources.nodes_of(text)[0] for path, text in code.items()}
    asked = {one for tree in trees.values() for one in imports_of(tree)}
    for text in code.values():  # "crm.app:create_worker" names a function, too
        asked |= {tuple(one.split(":")) for one in sources.strings_of(text) if one.count(":") == 1}
    for path, tree in trees.items():
        module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        loaded = [names_loaded(statement) for statement in tree.body]
        for place, statement in enumerate(tree.body):
            beside = set().union(*loaded[:place], *loaded[place + 1 :])
            for name in defined_by(statement):
                if name not in beside and (module, name) not in asked:
                    yield name, f"{path}:{statement.lineno}: {name}"


def imports_of(tree):
    """(module, name) of all that is imported, or looked up in an imported module."""
    names = {}
    for one in ast.walk(tree):
        if isinstance(one, ast.ImportFrom):
            yield from ((one.module, alias.name) for alias in one.names)
            names |= {a.asname or a.name: f"{one.module}.{a.name}" for a in one.names}
    for one in ast.walk(tree):
        if isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name):
            yield names.get(one.value.id), one.attr


def names_loaded(tree):
    found = (one for one in ast.walk(tree) if isinstance(one, ast.Name))
    return {one.id for one in found if isinstance(one.ctx, ast.Load)}


def defined_by(statement):
    """Names a statement at the top gives, but for what is handed on at once and ``__all__``."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        handed = (f"@{ast.unparse(one)}" for one in statement.decorator_list)
        is_handed = any(fnmatch(one, f"{known}*") for one in handed for known in HANDED_ON)
        return [] if is_handed else [statement.name]
    if not isinstance(statement, ast.Assign | ast.AnnAssign):
        return []
    targets = getattr(statement, "targets", None) or [statement.target]
    names = (one for target in targets for one in ast.walk(target))
    return [one.id for one in names if isinstance(one, ast.Name) and one.id != "__all__"]


def named_by_texts(code):
    """(texts that are a name, ends of names that are put together: ``_quarter``)."""
    whole, ends = set(), set()
    for text in code:
        whole |= {one for one in sources.strings_of(text) if one.isidentifier()}
        for one in sources.nodes_of(text):
            last = one.values[-1] if isinstance(one, ast.JoinedStr) and one.values else None
            if isinstance(last, ast.Constant) and last.value.startswith("_"):
                ends.add(last.value)
    return whole, ends


def members_of_terms(code):
    """Lines of the members of every Term: people choose them, and the database holds them."""
    classes = (one for one in sources.nodes_of(code) if isinstance(one, ast.ClassDef))
    terms = (one for one in classes if any(getattr(b, "id", "") == "Term" for b in one.bases))
    return {line.lineno for term in terms for line in term.body if isinstance(line, ast.Assign)}


def names_in_templates():
    """Whatever a template may mean by a name."""
    for text in sources.templates().values():
        for one in sources.parsed(text).find_all((nodes.Name, nodes.Getattr, nodes.Keyword)):
            name = getattr(one, "attr", None) or getattr(one, "key", None) or one.name
            if not keyword.iskeyword(name):
                yield name


@pytest.fixture(scope="module")
def findings():
    code = sources.python() | sources.texts("migrations", ".py")
    found = [*unused(code, set(names_in_templates())), *unused_in_their_module(code)]
    return [one for one in found if "migrations/" not in one[1]]


def test_every_name_is_used(findings):
    known = {*REVIEWED, *" ".join(FOR_LIBRARIES.values()).split()}
    sources.none_is_left(text for name, text in findings if name not in known)


def test_no_exception_outlives_its_reason(findings):
    known = {*REVIEWED, *" ".join(FOR_LIBRARIES.values()).split()}
    assert known - {name for name, _text in findings} == set()


def test_every_helper_of_the_tests_is_used():
    tests = sources.texts("tests", ".py")
    found = unused_in_their_module(tests | sources.python())
    found = [one for one in found if one[1].startswith("tests/")]
    known = asked_by_pytest(tests.values())
    sources.none_is_left(text for name, text in found if name not in known)


def asked_by_pytest(code):
    """Names of tests and of its own hooks, and of all that a test takes as an argument."""
    defined = [one for text in code for one in sources.nodes_of(text)]
    functions = [one for one in defined if isinstance(one, ast.FunctionDef)]
    names = {one.name for one in functions if one.name.startswith(("test_", "pytest_"))}
    taken = {arg.arg for one in functions for arg in one.args.args}
    by_name = {one for text in code for one in sources.strings_of(text)}  # usefixtures("app")
    return names | taken | by_name | {"pytestmark"}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("def spare(): ...", ["spare"]),
        ("def busy(): ...\nbusy()", []),
        ("def shown(): ...", []),  # a template says it
        ("class Spare: ...", ["Spare"]),
        ("@bp.get('/')\ndef index(): ...", []),
        ("@cache\ndef spare(): ...", ["spare"]),
        ("def spare(): ...\nx('spare')", ["spare"]),
        ("class A:\n    spare = 1\nA()", ["spare"]),
        ("class A:\n    named = 1\nA().set('named')", []),
        ("class A:\n    start_quarter = 1\nget(A(), f'{x}_quarter')", []),
        ("class A:\n    name_kk = 1\nA()", []),
        ("class Colour(Term):\n    RED = 'red'\nColour('red')", []),
        ("class Colour(Enum):\n    RED = 'red'\nColour('red')", ["RED"]),
    ],
)
def test_the_rule_knows_what_is_used(code, expected):
    assert [name for name, _text in unused({"crm/a.py": code}, {"shown"})] == expected


@pytest.mark.parametrize(
    ("code", "other", "expected"),
    [
        ("def rows(): ...", "def rows(): ...\nrows()", ["rows"]),
        ("def rows(): ...", "from crm.a import rows", []),
        ("def rows(): ...", "from crm import a\na.rows()", []),
        ("def rows(): ...", "from crm import b\nb.rows()", ["rows"]),
        ("def rows(): return rows()", "", ["rows"]),
        ("A, B = 1, 2\nprint(A)", "", ["B"]),
        ("@bp.cli.command('x')\ndef rows(): ...", "", []),
    ],
)
def test_the_rule_knows_where_a_name_is_used(code, other, expected):
    read = {"crm/a.py": code, "crm/b.py": other}
    assert [name for name, _text in unused_in_their_module(read)] == expected
