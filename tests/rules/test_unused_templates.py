"""No template, macro, parameter, block or value of one is left that nothing asks for."""

import ast
import re
from functools import cache

import pytest
from jinja2 import nodes

from tests.rules import sources

THROWN_AWAY = "done"  # {% set done = rows.append(one) %}: only what is done counts


def unused_templates(templates, code):
    """Names of templates to which no way leads from Python: by extends, include and import.

    A name put together (``f"{folder}/mail.txt"``) means each template whose piece is a text of the
    code.
    """
    texts = set().union(*map(sources.strings_of, code.values()))
    reached = {name for name in templates if name in texts or is_put_together(name, texts, code)}
    waiting = list(reached)
    while waiting:
        asked = set(sources.constants_of(templates[waiting.pop()])) & templates.keys()
        waiting += asked - reached
        reached |= asked
    return sorted(templates.keys() - reached)


def is_put_together(name, texts, code):
    for shape in shapes_in(tuple(code.values())):
        found = shape.fullmatch(name)
        if found and all(piece in texts for piece in found.groups()):
            return True
    return False


@cache
def shapes_in(code):
    """What the f-strings that name templates match."""
    found = (one for text in code for one in sources.nodes_of(text))
    joined = (one.values for one in found if isinstance(one, ast.JoinedStr))
    named = (parts for parts in joined if is_template(parts[-1]))
    return [re.compile("".join(map(shape_of, parts))) for parts in named]


def is_template(part):
    return isinstance(part, ast.Constant) and part.value.endswith((".html", ".txt"))


def shape_of(part):
    return re.escape(part.value) if isinstance(part, ast.Constant) else r"(\w+)"


def unused_macros(templates, code):
    """«template:line: name» of macros that neither a template nor Python calls.

    A namespace asked by the name of a column (``cells[column.name]``) uses what listings declare.
    """
    imported, cells = set(), set()
    for text in templates.values():
        imported |= imports_of(sources.parsed(text))
        cells |= cells_of(sources.parsed(text))
    columns = {name for text in code.values() for name in columns_of(text)}
    for template, text in templates.items():
        tree = sources.parsed(text)
        called = called_from_python(template, code)
        for macro in tree.find_all(nodes.Macro):
            inside = sum(one == macro.name for one in loads(macro))
            is_called = sum(one == macro.name for one in loads(tree)) > inside
            is_cell = template in cells and macro.name in columns
            is_known = (template, macro.name) in imported or macro.name in called
            if not (is_called or is_cell or is_known):
                yield f"{template}:{macro.lineno}: {macro.name}"


def loads(tree):
    return [one.name for one in tree.find_all(nodes.Name) if one.ctx == "load"]


def imports_of(tree):
    """(template, macro) of all that ``tree`` imports, or looks up in an imported template."""
    found, spaces = set(), {one.target: one.template.value for one in tree.find_all(nodes.Import)}
    for one in tree.find_all(nodes.FromImport):
        names = (name if isinstance(name, str) else name[0] for name in one.names)
        found |= {(one.template.value, name) for name in names}
    for one in tree.find_all(nodes.Getattr):
        if isinstance(one.node, nodes.Name) and one.node.name in spaces:
            found.add((spaces[one.node.name], one.attr))
    return found


def cells_of(tree):
    """The template that is imported as ``cells``."""
    return {one.template.value for one in tree.find_all(nodes.Import) if one.target == "cells"}


@cache
def columns_of(code):
    """Names of the columns that are declared in ``code``."""
    calls = (one for one in sources.nodes_of(code) if isinstance(one, ast.Call))
    found = (one.args[:1] for one in calls if getattr(one.func, "id", "") == "ScreenColumn")
    return {name.value for args in found for name in args if isinstance(name, ast.Constant)}


def called_from_python(template, code):
    """Names that stand in a Python file beside the template's."""
    found = set()
    for text in code.values():
        if template in sources.strings_of(text):
            attributes = (n.attr for n in sources.nodes_of(text) if isinstance(n, ast.Attribute))
            found |= sources.strings_of(text).union(attributes)
    return found


def unused_parameters(templates, code):
    """Parameters of macros that the macro does not read, or whose default nobody replaces."""
    trees = {name: sources.parsed(text) for name, text in templates.items()}
    calls = [one for tree in trees.values() for one in tree.find_all(nodes.Call)]
    for template, tree in trees.items():
        called = called_from_python(template, code)
        for macro in tree.find_all(nodes.Macro):
            read = set().union(*map(loads, [nodes.Output(macro.body), *macro.defaults]))
            where = f"{template}:{macro.lineno}: {macro.name}"
            yield from (f"{where}({arg.name})" for arg in macro.args if arg.name not in read)
            own = [one for one in calls if name_called(one) == macro.name]
            first = len(macro.args) - len(macro.defaults)
            for place, arg in enumerate(macro.args):
                is_given = any(gives(one, place, arg.name) for one in own)
                if place >= first and not is_given and macro.name not in called:
                    yield f"{where}({arg.name}=…)"


def name_called(call):
    return getattr(call.node, "name", getattr(call.node, "attr", None))


def gives(call, place, name):
    is_named = any(one.key == name for one in call.kwargs)
    return is_named or len(call.args) > place or bool(call.dyn_args or call.dyn_kwargs)


def unused_values(templates, code):
    """Values that a template sets, or Python hands to one, and no template reads."""
    trees = {name: sources.parsed(text) for name, text in templates.items()}
    read = {THROWN_AWAY}.union(*map(loads, trees.values()))
    for template, tree in trees.items():
        for one in tree.find_all((nodes.Assign, nodes.AssignBlock)):
            targets = [one.target, *one.target.find_all(nodes.Name)]
            names = {target.name for target in targets if isinstance(target, nodes.Name)}
            yield from (f"{template}:{one.lineno}: {name}" for name in sorted(names - read))
    for path, text in code.items():
        for call in (one for one in sources.nodes_of(text) if isinstance(one, ast.Call)):
            if getattr(call.func, "id", "") == "render_template":
                given = {one.arg for one in call.keywords if one.arg} - read
                yield from (f"{path}:{call.lineno}: {name}" for name in sorted(given))


def unused_blocks(templates):
    """Blocks that the extended template never draws, and those that no page fills in."""
    trees = {name: sources.parsed(text) for name, text in templates.items()}
    blocks = {name: {one.name for one in trees[name].find_all(nodes.Block)} for name in trees}
    filled, known_above = {}, {}
    for name, tree in trees.items():
        parents = ancestors(trees, name)
        known = known_above[name] = set().union(*(blocks[one] for one in parents))
        for one in tree.body if parents else ():
            if isinstance(one, nodes.Block) and one.name not in known:
                yield f"{name}:{one.lineno}: block {one.name} is never drawn"
        for parent in parents:
            filled.setdefault(parent, set()).update(blocks[name])
    for name, theirs in filled.items():
        own = blocks[name] - known_above[name]
        yield from (f"{name}: no page fills {one}" for one in sorted(own - theirs))


def ancestors(trees, name):
    """Every template that ``name`` extends, in any case and through others."""
    found = []
    for one in trees[name].find_all(nodes.Extends):
        bases = [one.template] if isinstance(one.template, nodes.Const) else []
        for base in bases or one.template.find_all(nodes.Const):
            found += [base.value, *ancestors(trees, base.value)]
    return found


def test_every_template_is_drawn():
    sources.none_is_left(unused_templates(sources.templates(), sources.python()))


def test_every_macro_is_called():
    sources.none_is_left(unused_macros(sources.templates(), sources.python()))


def test_every_parameter_of_a_macro_is_read_and_given():
    sources.none_is_left(unused_parameters(sources.templates(), sources.python()))


def test_every_value_of_a_template_is_read():
    sources.none_is_left(unused_values(sources.templates(), sources.python()))


def test_every_block_is_drawn_and_filled():
    sources.none_is_left(unused_blocks(sources.templates()))


def test_the_rule_knows_which_template_is_drawn():
    read = {
        "page.html": '{% extends "base.html" %}{% include "part.html" %}',
        "base.html": "",
        "part.html": '{% import "cells.html" as cells %}',
        "cells.html": "",
        "spare.html": '{% extends "base.html" %}{% include "of_spare.html" %}',
        "of_spare.html": "",
        "digest/mail.txt": "",
        "other/mail.txt": "",
    }
    code = {"a.py": 'draw("page.html")\nwrite(f"{folder}/mail.txt")\nsend("digest")'}
    assert unused_templates(read, code) == ["of_spare.html", "other/mail.txt", "spare.html"]


@pytest.mark.parametrize(
    ("other", "code", "expected"),
    [
        ("", "", ["row"]),
        ('{% from "a.html" import row %}', "", []),
        ('{% from "b.html" import row %}', "", ["row"]),
        ('{% import "a.html" as a %}{{ a.row() }}', "", []),
        ('{% import "a.html" as a %}{{ b.row() }}', "", ["row"]),
        ('{% import "a.html" as cells %}', 'ScreenColumn("row")', []),
        ('{% import "a.html" as cells %}', 'Column("row")', ["row"]),
        ("", 'drawn_once("a.html", "row")', []),
        ("", 'drawn_once("b.html", "row")', ["row"]),
    ],
)
def test_the_rule_knows_which_macro_is_called(other, code, expected):
    read = {"a.html": "{% macro row() %}{{ row() }}{% endmacro %}", "b.html": other}
    found = unused_macros(read, {"a.py": code})
    assert [one.rpartition(" ")[2] for one in found] == expected


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("{{ row(1) }}", ["row(b=…)"]),
        ("{{ row(1, 2) }}", []),
        ("{{ row(1, b=2) }}", []),
        ("{% call row(1, **more) %}{% endcall %}", []),
    ],
)
def test_the_rule_knows_which_parameter_is_given(call, expected):
    read = {"a.html": "{% macro row(a, b=1) %}{{ a }}{{ b }}{% endmacro %}" + call}
    found = unused_parameters(read, {})
    assert [one.rpartition(" ")[2] for one in found] == expected


def test_a_parameter_nobody_reads_is_found():
    read = {"a.html": "{% macro row(a, b) %}{{ a }}{% endmacro %}"}
    assert list(unused_parameters(read, {})) == ["a.html:1: row(b)"]


def test_a_value_nobody_reads_is_found():
    read = {"a.html": "{% set kept = 1 %}{% set spare = 2 %}{{ kept }}{{ given }}"}
    code = {"a.py": 'render_template("a.html", given=1, idle=2)'}
    assert list(unused_values(read, code)) == ["a.html:1: spare", "a.py:1: idle"]


def test_a_block_nobody_draws_or_fills_is_found():
    read = {
        "base.html": "{% block content %}{% endblock %}{% block foot %}{% endblock %}",
        "a.html": '{% extends "base.html" %}{% block content %}{% endblock %}'
        "{% block spare %}{% endblock %}",
    }
    assert list(unused_blocks(read)) == [
        "a.html:1: block spare is never drawn",
        "base.html: no page fills foot",
    ]
