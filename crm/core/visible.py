"""The rule of sight as a piece of SQL, written once for each model and database.

A rule holds the rules of other records. Made of expressions anew in every statement, the rules
would take longer to write than the statement takes to run.
"""

from functools import cache
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Dialect, Integer, literal_column, not_, true
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.visitors import InternalTraversal


class Visible(FunctionElement[bool]):
    """Whether a reader sees a row of ``model``: what its rule ``hides``, negated."""

    inherit_cache = True
    type = Boolean()
    # What the kept forms of statements are told apart by.
    _traverse_internals = [  # noqa: RUF012  SQLAlchemy declares it so
        *FunctionElement._traverse_internals,
        ("model", InternalTraversal.dp_plain_obj),
        ("whose", InternalTraversal.dp_plain_obj),
    ]

    def __init__(self, model: Any, whose: Any, *given: Any) -> None:
        self.model, self.whose = model, whose
        super().__init__(*given)

    def self_group(self, against: Any = None) -> Any:
        """As it is: it is written in brackets."""
        return self


def visible(model: Any, row: Any, reader_id: Any, whose: Any = None) -> ColumnElement[bool]:
    """Whether the reader with this id sees ``row``: ``model`` or an alias of it.

    ``whose``: the model of the records that rows are asked for of; no others are seen then.
    """
    names = _columns_of(model, whose)
    if not names:
        return true()
    return Visible(model, whose, reader_id, *(getattr(row, name) for name in names))


class _Places:
    """A row whose columns are places in a text; knows which were asked for."""

    def __init__(self, model: Any) -> None:
        self._types = {one.name: one.type for one in model.__table__.columns}
        self._asked: dict[str, None] = {}

    def __getattr__(self, name: str) -> ColumnElement[Any]:
        self._asked[name] = None
        return literal_column(_place(name), self._types[name])


def _place(name: str) -> str:
    return f"{{{name}}}"


def _hidden(model: Any, whose: Any, row: _Places, reader_id: Any) -> ColumnElement[bool]:
    if whose is None:
        hidden: ColumnElement[bool] = model.hides(row, reader_id)
    else:
        hidden = model.hides_of(whose, row, reader_id)
    return hidden


@cache
def _columns_of(model: Any, whose: Any) -> tuple[str, ...]:
    """Which columns of a row the rule looks at."""
    row = _Places(model)
    _hidden(model, whose, row, 0)
    return tuple(row._asked)


_texts: dict[tuple[Any, Any, str], str] = {}


def _text(model: Any, whose: Any, dialect: Dialect) -> str:
    key = (model, whose, dialect.name)
    if key not in _texts:
        reader_id = literal_column(_place("reader"), Integer())
        rule = not_(_hidden(model, whose, _Places(model), reader_id))
        compiled = rule.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
        _texts[key] = f"({compiled})"
    return _texts[key]


@compiles(Visible)
def _write(element: Visible, compiler: SQLCompiler, **options: Any) -> str:
    reader, *columns = (compiler.process(one, **options) for one in element.clauses)
    text = _text(element.model, element.whose, compiler.dialect)
    for name, column in zip(_columns_of(element.model, element.whose), columns, strict=True):
        text = text.replace(_place(name), column)
    return text.replace(_place("reader"), reader)
