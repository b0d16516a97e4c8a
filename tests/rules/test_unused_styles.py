"""No class, property, icon or static file that no page uses, and no class without a meaning."""

import re
from functools import cache
from importlib.resources import files

import pytest
from jinja2 import nodes

from crm.core.icons import ICONS
from crm.core.joined import JOINED
from tests.rules import sources

# Where a template puts a class together (``due-{{ state }}``): the values that style sheets know.
COMPOSED = {
    "btn-": "line primary quiet",
    "c": "3 4 5 6 7 8 9 12",
    "dm-": "awaiting coming later new no-deadline overdue silent this-week",
    "due-": "done later none over soon",
    "side-": "both ours partner",
    "sk-msg-": "done warn",
    "sk-next-": "none over soon",
    "sk-toast-": "warn",
    "st-": "done held plan prog wait",
}
# Classes without a hyphen that Python hands to a template, by the file that does.
HANDED_IN = {"b": "crm/countries/views/chart.py", "y": "crm/countries/views/chart.py"}
# Bootstrap's icons and the marks that mail programs give to what they have darkened.
FOREIGN = re.compile(r"bi(-[\w-]+)?")
CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
# A class attribute whose value may hold quotes inside {{ }} and {% %}.
ATTRIBUTE = re.compile(r'\bclass="((?:\{\{.*?\}\}|\{%.*?%\}|[^"])*)"', re.S)
BODY_CLASS = re.compile(r"\{% block body_class %\}(.*?)\{% endblock %\}")
SCRIPT_TEXT = re.compile(r'"([^"\n]*)"|`([^`]*)`')


def without_comments(css):
    return re.sub(r"/\*.*?\*/", "", css, flags=re.S)


def classes_in(css):
    """The classes that selectors name."""
    bare = re.sub(r'"[^"]*"|url\([^)]*\)', "", without_comments(css))
    selectors = (one[1] for one in re.finditer(r"([^{};]*)\{", bare))
    return {
        name for one in selectors if not one.strip().startswith("@") for name in CLASS.findall(one)
    }


def classes_of(template):
    """(classes that a template's markup names, beginnings it puts something behind)."""
    markup = re.sub(r"\{#.*?#\}", "", template, flags=re.S)
    found, begun = set(), set()
    for value in [*ATTRIBUTE.findall(markup), *BODY_CLASS.findall(markup)]:
        plain = re.sub(r"\{%.*?%\}", " ", value, flags=re.S)
        begun |= set(re.findall(r"([\w-]+)\{\{", plain))
        found |= set(re.sub(r"\S*\{\{.*?\}\}\S*", " ", plain, flags=re.S).split())
    return found, begun


def words_of_scripts(scripts):
    """Whatever could be a class in the texts of scripts, selectors too."""
    texts = ("".join(one) for text in scripts for one in SCRIPT_TEXT.findall(text))
    return {word for text in texts for word in re.findall(r"[A-Za-z_][\w-]*", text)}


def unused_classes(css, templates, scripts, code):
    """Classes of style sheets that neither markup nor a text of a script or of Python names."""
    known = {f"{begin}{one}" for begin, values in COMPOSED.items() for one in values.split()}
    known |= words_of_scripts(scripts) | HANDED_IN.keys()
    for text in templates.values():
        known |= classes_of(text)[0]
        known |= {word for one in sources.constants_of(text) for word in one.split()}
    for text in code.values():
        known |= {w for one in sources.strings_of(text) for w in one.split() if "-" in w}
    for path, text in css.items():
        for name in classes_in(text) - known:
            if not FOREIGN.fullmatch(name):
                yield f"{path}: .{name}"


def unknown_classes(css, templates, hooks):
    """Classes of markup that no style sheet knows and nothing looks for: no script, no test."""
    known = set().union(*map(classes_in, css)) | hooks
    for path, text in templates.items():
        yield from (f"{path}: {name}" for name in classes_of(text)[0] - known)


@cache
def bootstrap():
    folder = files("flask_bootstrap") / "static/bootstrap5/css/bootstrap.min.css"
    return folder.read_text(encoding="utf-8")


@cache
def own_css():
    return sources.texts("crm/static/css", ".css")


@cache
def scripts():
    return sources.texts("crm/static/js", ".js")


def test_every_class_is_used():
    read = own_css(), sources.templates(), scripts().values(), sources.python()
    sources.none_is_left(unused_classes(*read))


def test_every_class_of_a_page_has_a_meaning():
    tests = "".join(sources.texts("tests", ".py").values())
    hooks = words_of_scripts(scripts().values()) | set(CLASS.findall(tests))
    known = [*own_css().values(), bootstrap()]
    sources.none_is_left(unknown_classes(known, sources.templates(), hooks))


def test_what_is_put_together_is_known_and_styled():
    begun = set().union(*(classes_of(text)[1] for text in sources.templates().values()))
    begun |= {one for text in sources.templates().values() for one in beginnings_of(text)}
    assert sorted(begun) == sorted(COMPOSED)
    styled = set().union(*map(classes_in, own_css().values()))
    given = set().union(*map(set, map(sources.constants_of, sources.templates().values())))
    given = given.union(*map(sources.strings_of, sources.python().values()))
    for begin, values in COMPOSED.items():
        for one in values.split():
            assert f"{begin}{one}" in styled, f"{begin}{one} has no style"
            names = columns_given() if begin == "c" else given
            is_given = one in names or one.replace("-", "_") in names
            assert is_given, f"nothing gives {one} to {begin}"
    assert columns_given() <= set(COMPOSED["c"].split())
    for name, path in HANDED_IN.items():
        assert name in sources.strings_of(sources.python()[path]), f"{path} has no {name!r}"


def beginnings_of(template):
    """What ``data-toast`` puts something behind: the script makes it a class."""
    return re.findall(r'data-toast="[\w -]*?([\w-]+)\{\{', template)


@cache
def columns_given():
    """Every width in columns that a field is given: what its macro takes as ``cols``."""
    trees = [sources.parsed(text) for text in sources.templates().values()]
    macros = [one for tree in trees for one in tree.find_all(nodes.Macro)]
    wide = {
        one.name: place
        for one in macros
        for place, arg in enumerate(one.args)
        if arg.name == "cols"
    }
    found = {default for one in macros if one.name in wide for default in one.defaults[:1]}
    for call in (one for tree in trees for one in tree.find_all(nodes.Call)):
        place = wide.get(getattr(call.node, "name", None))
        if place is not None:
            found |= {*call.args[place : place + 1]}
            found |= {one.value for one in call.kwargs if one.key == "cols"}
    return {str(one.value) for one in found if isinstance(one, nodes.Const)}


def test_every_property_is_read():
    css = without_comments("".join(own_css().values()))
    own = set(re.findall(r"(--sk-[\w-]+)\s*:", css))
    read = set(re.findall(r"var\((--sk-[\w-]+)", css))
    assert sorted(own - read) == []
    assert sorted(read - own) == []


def test_every_icon_is_drawn():
    texts = set().union(*map(set, map(sources.constants_of, sources.templates().values())))
    code = {path: text for path, text in sources.python().items() if path != "crm/core/icons.py"}
    texts = texts.union(*map(sources.strings_of, code.values()))
    assert sorted(ICONS - texts - words_of_scripts(scripts().values())) == []


def test_every_static_file_is_loaded():
    there = {path.removeprefix("crm/static/") for path in [*own_css(), *scripts()]}
    joined = {f"{ending}/{name}.{ending}" for ending, names in JOINED.items() for name in names}
    named = set().union(*map(set, map(sources.constants_of, sources.templates().values())))
    named = named.union(*map(sources.strings_of, sources.python().values()))
    assert sorted(there - joined - named) == []
    assert sorted(joined & named) == []  # it would be loaded twice


@pytest.mark.parametrize(
    ("template", "script", "code", "expected"),
    [
        ("", "", "", ["css/a.css: .row"]),
        ('<p class="wide row">', "", "", []),
        ('<p class="rows">', "", "", ["css/a.css: .row"]),
        ("<p class=\"{{ 'row' if x }}\">", "", "", []),
        ('<p class="{% if x == "a" %}row{% endif %}">', "", "", []),
        ('{# <p class="row"> #}', "", "", ["css/a.css: .row"]),
        ("{% block body_class %}row{% endblock %}", "", "", []),
        ("", 'list.querySelector("li.row")', "", []),
        ("", "// row", "", ["css/a.css: .row"]),
        ("", "", 'Column("row")', ["css/a.css: .row"]),  # without a hyphen it may be any word
    ],
)
def test_the_rule_knows_which_class_is_used(template, script, code, expected):
    css = {"css/a.css": "/* .gone */ .row > a:hover { background: url(x.png) }"}
    assert list(unused_classes(css, {"a.html": template}, [script], {"a.py": code})) == expected


def test_a_class_with_a_hyphen_may_come_from_python():
    css = {"css/a.css": "@media print { .w-date { width: 1% } }"}
    assert list(unused_classes(css, {}, [], {"a.py": 'Column("due", "w-date wide")'})) == []
    assert list(unused_classes(css, {}, [], {"a.py": '"""Of w-date."""'})) == ["css/a.css: .w-date"]


def test_a_class_nobody_knows_is_found():
    read = {"a.html": '<p class="known hook spare due-{{ state }}">'}
    assert list(unknown_classes([".known {}"], read, {"hook"})) == ["a.html: spare"]
