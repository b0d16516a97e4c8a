"""One value of the trail in the reader's words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import Column, Enum, inspect, select

from crm.core import clock, records
from crm.core.database import Lines, db
from crm.core.dates import DatePrecision, imprecise_date, short_date
from crm.core.editing import differing
from crm.core.money import Money, money_text
from crm.core.permissions import may_open
from crm.core.trail import model_of, spoken_fields, together, words_of

Key = tuple[str, str]  # table and key of a record
_LONG = 60  # from here on a text is compared word by word
_CONTEXT = 6  # words that stay beside a difference


@dataclass(frozen=True)
class Bit:
    """A piece of a value; ``mark`` is del, ins or gap. ``is_said``: by us, nobody typed it."""

    text: str
    url: str | None = None
    mark: str = ""
    is_said: bool = False


@dataclass(frozen=True)
class Line:
    """One field of an entry: what stood there, what stands there now; [] is nothing."""

    label: str
    old: list[Bit]
    new: list[Bit]
    separator: str = " "


def unseen() -> Bit:
    """In place of a record that is gone, or is not for this reader."""
    return Bit(_("a record you do not see"), is_said=True)


def titles_of(keys: Iterable[Key]) -> dict[Key, Bit]:
    """Title and address of the records the reader may see; one statement for each table."""
    by_table: dict[str, set[str]] = {}
    for table, key in keys:
        by_table.setdefault(table, set()).add(key)
    found: dict[Key, Bit] = {}
    for table, wanted in sorted(by_table.items()):
        model = model_of(table)
        column = inspect(model).primary_key[0]
        read = column.type.python_type
        for record in db.session.scalars(select(model).where(column.in_(map(read, wanted)))):
            found[table, records.identity(record)] = _title(table, record)
    return found


def _title(table: str, record: Any) -> Bit:
    kind = next((one for one in records.kinds() if one.model.__tablename__ == table), None)
    if kind is None:
        return Bit(next(filter(None, (getattr(record, name) for name in words_of(table).title))))
    url = kind.url(records.identity(record))
    is_open = may_open(url, current_user.role)
    return Bit(kind.title(record), url if is_open else None)


def references(model: type[Any], field: str, value: Any) -> list[Key]:
    """The records ``value`` names."""
    if value in (None, "", []):
        return []
    if field in model.__audited_links__:
        columns = _link_columns(model, field)
        return [
            (table, str(part))
            for row in value
            for column, part in zip(columns, _row(row), strict=False)
            if (table := _link_target(column)) is not None
        ]
    table = _target(inspect(model).columns.get(field))
    return [] if table is None else [(table, str(value))]


def _row(row: Any) -> list[Any]:
    return row if isinstance(row, list) else [row]


def _link_columns(model: type[Any], field: str) -> list[Any]:
    there = inspect(model).relationships[field].mapper
    return [there.columns[name] for name in model.__audited_links__[field]]


def _target(column: Column[Any] | None) -> str | None:
    """The table a column leads to; a key that leads nowhere is the record's own."""
    if column is None:
        return None
    for key in column.foreign_keys:
        return str(key.column.table.name)
    return None


def _link_target(column: Column[Any]) -> str | None:
    """The same in a list, where a record's own key stands for the record."""
    return _target(column) or (str(column.table.name) if column.primary_key else None)


def lines_of(
    model: type[Any], changes: Mapping[str, tuple[Any, Any]], titles: Mapping[Key, Bit]
) -> list[Line]:
    """``changes`` (by column: old, new) as lines, in the order of the record's own fields."""
    changes = dict(changes)
    lines = []
    for name, columns in together(model).items():
        if any(column in changes for column in columns):
            pairs = [changes.pop(column, (None, None)) for column in columns]
            read = _date if columns == model.__audited_date__ else _amount
            old, new = (read(*side) for side in zip(*pairs, strict=True))
            lines.append(Line(_label(model, name), old, new))
    order = {name: place for place, name in enumerate(spoken_fields(model))}
    for name in sorted(changes, key=lambda name: order.get(name, len(order))):
        if name in order:
            lines.append(_line(model, name, *changes[name], titles))
    return lines


def _label(model: type[Any], field: str) -> str:
    fields = words_of(inspect(model).local_table.name).fields
    return str(fields[field] if field in fields else _("another field"))


def _date(first: Any, last: Any, precision: Any) -> list[Bit]:
    """A date as precisely as it was known."""
    if first is None and precision is None:
        return []
    days = [None if day is None else date.fromisoformat(day) for day in (first, last)]
    known = DatePrecision(precision) if precision else DatePrecision.DAY
    return [Bit(imprecise_date(days[0], days[1], known))]


def _amount(minor: Any, currency: Any) -> list[Bit]:
    return [] if minor is None else [Bit(money_text(Money(int(minor), str(currency))))]


def _line(model: type[Any], field: str, old: Any, new: Any, titles: Mapping[Key, Bit]) -> Line:
    label = _label(model, field)
    if field in model.__audited_links__:
        columns = _link_columns(model, field)
        before, after = (
            [_linked(columns, _row(row), titles) for row in side or []] for side in (old, new)
        )
        before, after = _marked(before, after)
        return Line(label, before, after, separator=", ")
    column = inspect(model).columns[field]
    if isinstance(column.type, Lines):
        before, after = _marked(_bits(column.type, old), _bits(column.type, new))
        return Line(label, before, after, separator=", ")
    sides = [[] if side in (None, "") else [value_bit(column, side, titles)] for side in (old, new)]
    texts = [side[0].text if side else "" for side in sides]
    if _target(column) is None and all(texts) and max(map(len, texts)) > _LONG:
        return Line(label, *_compared(*texts))
    return Line(label, sides[0], sides[1])


def _bits(kind: Lines, lines: Any) -> list[Bit]:
    """Several texts of one column; what was written before there were several is one text."""
    found = lines.splitlines() if isinstance(lines, str) else lines
    return [Bit(kind.shown(line)) for line in found or ()]


def _linked(columns: Sequence[Any], row: list[Any], titles: Mapping[Key, Bit]) -> Bit:
    """One row of a list: what it leads to, and in brackets what is said of it."""
    table = _link_target(columns[0])
    if table is None:
        first = value_bit(columns[0], row[0], titles)
    else:
        first = titles.get((table, str(row[0]))) or unseen()
    more = [
        value_bit(column, part, titles).text
        for column, part in zip(columns[1:], row[1:], strict=False)
        if part is not None
    ]
    return replace(first, text=f"{first.text} ({', '.join(more)})") if more else first


def _marked(old: list[Bit], new: list[Bit]) -> tuple[list[Bit], list[Bit]]:
    """Two lists, marked where one has what the other has not."""
    if not old or not new:
        return old, new
    before, after = {bit.text for bit in old}, {bit.text for bit in new}
    return (
        [bit if bit.text in after else replace(bit, mark="del") for bit in old],
        [bit if bit.text in before else replace(bit, mark="ins") for bit in new],
    )


def value_bit(column: Any, value: Any, titles: Mapping[Key, Bit]) -> Bit:
    """One filled value of ``column`` as people read it; its ``info["shown"]`` may say how."""
    table = _target(column)
    if table is not None:
        return titles.get((table, str(value))) or unseen()
    if "shown" in column.info:
        return Bit(column.info["shown"](value))
    if isinstance(column.type, Enum):
        terms: Any = column.type.enum_class or ()
        labels = {one.value: str(one.label) for one in terms}
        return Bit(labels.get(value, str(value)))
    return Bit(_plain(column.type.python_type, value))


def _plain(kind: type[Any], value: Any) -> str:
    if kind is bool:
        return str(_("yes") if value else _("no"))
    if kind is datetime:
        local = clock.to_local(datetime.fromisoformat(value))
        return f"{short_date(local.date())} {local:%H:%M}"
    if kind is date:
        return short_date(date.fromisoformat(value))
    if kind is time:
        return str(value)[:5]
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)


def _compared(old: str, new: str) -> tuple[list[Bit], list[Bit]]:
    before, after = differing(old, new)
    return _pieces(before, "del"), _pieces(after, "ins")


def _pieces(pieces: list[tuple[str, bool]], mark: str) -> list[Bit]:
    """Pieces of a text, those that differ marked, long ones that do not cut short."""
    bits: list[Bit] = []
    last = len(pieces) - 1
    for place, (text, is_other) in enumerate(pieces):
        words = text.split(" ")
        if is_other or len(words) <= 2 * _CONTEXT + 2:
            bits.append(Bit(text, mark=mark if is_other else ""))
            continue
        if place > 0:
            bits.append(Bit(" ".join(words[:_CONTEXT])))
        bits.append(Bit("…", mark="gap"))
        if place < last:
            bits.append(Bit(" ".join(words[-_CONTEXT:])))
    return bits
