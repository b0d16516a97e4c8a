"""No filter, test or global that templates are given is left that none of them uses."""

import ast

import pytest
from jinja2 import nodes

from tests.rules import sources

KINDS = ("filter", "test", "global")
BY_NAME = {"map": "filter", "select": "test", "reject": "test"}  # ``| map("day")``
BY_NAME |= {"selectattr": "test", "rejectattr": "test"}


def given(code):
    """(kind, name) of all that a Python source gives to templates."""
    for one in sources.nodes_of(code):
        if isinstance(one, ast.FunctionDef):
            calls = (dec for dec in one.decorator_list if isinstance(dec, ast.Call))
            yield from ((kind_of(call), text_of(call.args, one.name)) for call in calls)
        elif isinstance(one, ast.Call) and getattr(one.func, "attr", "").startswith("add_app_"):
            yield kind_of(one), text_of(one.args[1:], getattr(one.args[0], "id", None))
        elif isinstance(one, ast.Call) and is_table(one.func, "update"):
            yield from ((one.func.value.attr[:-1], word.arg) for word in one.keywords)
        elif isinstance(one, ast.Subscript) and is_table(one, "value"):
            yield one.value.attr[:-1], text_of([one.slice], None)


def kind_of(call):
    """What ``bp.app_template_filter(…)`` and ``bp.add_app_template_filter(…)`` give."""
    name = getattr(call.func, "attr", "")
    return next((kind for kind in KINDS if name.endswith(f"app_template_{kind}")), None)


def is_table(node, attribute):
    """Whether it stands for ``….jinja_env.filters`` and the like."""
    value = getattr(node, "value", None)
    is_asked = getattr(node, "attr", "value") == attribute
    return is_asked and getattr(value, "attr", "") in [f"{kind}s" for kind in KINDS]


def text_of(args, otherwise):
    return next((one.value for one in args if isinstance(one, ast.Constant)), otherwise)


def asked(template):
    """(kind, name) of all that a template uses; a filter may be named for another one."""
    tree = sources.parsed(template)
    yield from (("filter", one.name) for one in tree.find_all(nodes.Filter))
    yield from (("test", one.name) for one in tree.find_all(nodes.Test))
    yield from (("global", one.name) for one in tree.find_all(nodes.Name))
    for one in tree.find_all(nodes.Filter):
        if one.name in BY_NAME:
            texts = (arg.value for arg in one.args if isinstance(arg, nodes.Const))
            yield from ((BY_NAME[one.name], text) for text in texts)


def unused_words(templates, code):
    used = {one for text in templates.values() for one in asked(text)}
    for path, text in code.items():
        for kind, name in given(text):
            if kind and (kind, name) not in used:
                yield f"{path}: {kind} {name}"


def test_every_word_given_to_templates_is_used():
    sources.none_is_left(unused_words(sources.templates(), sources.python()))


@pytest.mark.parametrize(
    "code",
    [
        '@bp.app_template_filter("short")\ndef brief(text): ...',
        "@bp.app_template_filter()\ndef short(text): ...",
        "bp.add_app_template_filter(short)",
        'bp.add_app_template_filter(brief, "short")',
        "app.jinja_env.filters.update(short=brief)",
        'app.jinja_env.filters["short"] = brief',
    ],
)
def test_the_rule_knows_what_templates_are_given(code):
    read = {"a.py": code}
    assert list(unused_words({"a.html": "{{ short }}"}, read)) == ["a.py: filter short"]
    assert list(unused_words({"a.html": "{{ x | short }}"}, read)) == []
    assert list(unused_words({"a.html": '{{ x | map("short") }}'}, read)) == []


def test_tests_and_globals_are_known_as_well():
    code = '@bp.app_template_test("late")\ndef is_late(x): ...\n'
    code += "app.jinja_env.globals.update(now=now)"
    unused = ["a.py: global now", "a.py: test late"]
    assert sorted(unused_words({}, {"a.py": code})) == unused
    template = '{{ now }}{{ x | selectattr("y", "late") }}'
    assert list(unused_words({"a.html": template}, {"a.py": code})) == []
