"""Rules over every template: it compiles, imports what it uses, and needs no inline anything."""

import re
from functools import cache
from pathlib import Path

import pytest
from jinja2 import StrictUndefined, nodes

from tests.postgres import on_sqlite

ROOT = Path(__file__).parents[1] / "templates"
TEMPLATES = sorted(str(path.relative_to(ROOT)) for path in ROOT.rglob("*.*"))
PAGES = [name for name in TEMPLATES if name.endswith(".html") and "mail" not in name]
INLINE = re.compile(
    r"<style\b|<script\b(?![^>]*\bsrc=)|\son[a-z]+\s*=|\sstyle\s*=|javascript:|\shx-on\b", re.I
)
JINJA = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.S)


@cache
def tree_of(environment, name):
    return environment.parse((ROOT / name).read_text())


@on_sqlite
def test_every_template_compiles_and_forgives_no_missing_value(app):
    assert app.jinja_env.undefined is StrictUndefined
    assert len(TEMPLATES) > 20
    for name in TEMPLATES:
        app.jinja_env.get_template(name)


@on_sqlite
def test_every_filter_test_and_included_template_exists(app):
    for name in TEMPLATES:
        tree = tree_of(app.jinja_env, name)
        for one in tree.find_all(nodes.Filter):
            assert one.name in app.jinja_env.filters, f"{name}:{one.lineno}: {one.name}"
        for one in tree.find_all((nodes.Extends, nodes.FromImport, nodes.Include, nodes.Import)):
            if isinstance(one.template, nodes.Const):
                assert one.template.value in TEMPLATES, f"{name}:{one.lineno}"


@cache
def macros_of(environment, name):
    return {macro.name for macro in tree_of(environment, name).find_all(nodes.Macro)}


@on_sqlite
def test_what_is_imported_is_used_and_is_there(app):
    faults = []
    for name in TEMPLATES:
        tree = tree_of(app.jinja_env, name)
        used = {one.name for one in tree.find_all(nodes.Name) if one.ctx == "load"}
        for one in tree.find_all(nodes.FromImport):
            offered = macros_of(app.jinja_env, one.template.value)
            for given in one.names:
                macro, local = given if isinstance(given, tuple) else (given, given)
                if local not in used:
                    faults.append(f"{name}:{one.lineno}: {local} is not used")
                if macro not in offered:
                    faults.append(f"{name}:{one.lineno}: {one.template.value} has no {macro}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_written_inline(name):
    """The content security policy would drop it."""
    markup = JINJA.sub("", (ROOT / name).read_text())
    assert not INLINE.findall(markup)


@pytest.mark.parametrize(
    ("text", "is_inline"),
    [
        ('<script src="/x.js" defer></script>', False),
        ("<script>go()</script>", True),
        ('<a onclick="go()">', True),
        ('<p class="style">', False),
        ('<p style="color:red">', True),
        ('<a href="javascript:go()">', True),
        ("<style>p {}</style>", True),
    ],
)
def test_the_rule_knows_what_is_inline(text, is_inline):
    assert bool(INLINE.search(text)) is is_inline
