"""What the rules read: Python, templates, style sheets and scripts, each by its path."""

import ast
from functools import cache
from pathlib import Path

from jinja2 import Environment, nodes

ROOT = Path(__file__).parents[2]
_JINJA = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)


def texts(folder, *endings):
    """Path (from the root of the repository) and text of every file below ``folder``."""
    found = (path for path in (ROOT / folder).rglob("*") if path.suffix in endings)
    return {str(path.relative_to(ROOT)): path.read_text() for path in sorted(found)}


@cache
def python():
    return texts("crm", ".py")


@cache
def templates():
    """By the name a template is asked for."""
    found = texts("templates", ".html", ".txt")
    return {name.removeprefix("templates/"): text for name, text in found.items()}


@cache
def parsed(template):
    """The tree of a template's text."""
    return _JINJA.parse(template)


def constants_of(template):
    """Every text that a template's own code holds."""
    found = parsed(template).find_all(nodes.Const)
    return [one.value for one in found if isinstance(one.value, str)]


@cache
def nodes_of(code):
    """Every node of a Python source."""
    return tuple(ast.walk(ast.parse(code)))


@cache
def strings_of(code):
    """The texts in a Python source, but for docstrings."""
    said = {id(one.value) for one in nodes_of(code) if isinstance(one, ast.Expr)}
    found = (one for one in nodes_of(code) if isinstance(one, ast.Constant) and id(one) not in said)
    return frozenset(one.value for one in found if isinstance(one.value, str))


def none_is_left(found):
    """Fail with a line for everything a rule has ``found``."""
    lines = sorted(set(found))
    assert not lines, "\n".join(lines)
