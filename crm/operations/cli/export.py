"""``crm export``."""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import MultiDict

from crm.accounts.cli import user_named
from crm.core import records
from crm.core.database import begin_reading, db
from crm.core.listing.csv_file import DIALECTS, write_csv
from crm.core.listing.declare import PRESENTATION, Listing
from crm.core.listing.filters import Args, BadQueryError, ChoiceFilter
from crm.core.listing.query import count
from crm.core.listing.sheet import Sheet, Told, sheet_of
from crm.core.listing.xlsx_file import write_xlsx
from crm.core.sight import read_as
from crm.core.whole_files import whole_file
from crm.lists.services.taking import entry_of, note
from crm.operations.services.keeping import OwnFileError, refuse_own

_NOT_FILTERS = PRESENTATION - {"sort", "columns", "set"}


@click.command()
@click.argument("kind")
@click.option("--filter", "filters", multiple=True, metavar="NAME=VALUE", help="As in an address.")
@click.option("--format", "extension", type=click.Choice(["csv", "xlsx"]), help="Else csv.")
@click.option("--headers", type=click.Choice(["keys"]), help="Stable names and ISO values.")
@click.option("--dialect", type=click.Choice(list(DIALECTS)), default="excel", show_default=True)
@click.option(
    "--as",
    "email",
    metavar="EMAIL",
    help="What this user may see. Else restricted records are left out.",
)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Else standard output."
)
@with_appcontext
def export(
    kind: str,
    filters: tuple[str, ...],
    extension: str | None,
    headers: str | None,
    dialect: str,
    email: str | None,
    output: Path | None,
) -> None:
    """Write the list KIND ("follow-ups", "meetings" …) as a file: the rows its page shows."""
    begin_reading()
    if email is not None:
        read_as(user_named(email))
    listing = _listing(kind)
    args = _args(listing, filters, headers)
    if extension is None:
        extension = "xlsx" if output is not None and output.suffix == ".xlsx" else "csv"
    if output is None and extension == "xlsx" and sys.stdout.isatty():
        raise click.UsageError("an Excel file does not go to a terminal: give -o FILE")
    if output is not None:
        _refuse_own(output)
    sheet = sheet_of(listing, args)
    entry = entry_of(listing, args, sheet.columns, extension, None)
    try:
        count = _write_to(output, sheet, extension, dialect)
    except BaseException:
        db.session.rollback()
        with suppress(SQLAlchemyError):  # why the file broke says more
            note(entry, None)
        raise
    db.session.rollback()
    note(entry, count)


def _write_to(output: Path | None, sheet: Sheet, extension: str, dialect: str) -> int:
    if output is None:
        return _write(sheet, extension, dialect, sys.stdout.buffer)
    try:
        with whole_file(output) as target:
            return _write(sheet, extension, dialect, target)
    except OSError as error:
        raise click.ClickException(f"cannot write {output}: {error.strerror}") from error


def _refuse_own(output: Path) -> None:
    try:
        refuse_own(output, db.engine, current_app.config["CRM"].instance_path)
    except OwnFileError as error:
        raise click.ClickException(str(error)) from error


def _listing(address: str) -> Listing:
    listing = records.listing_at(address)
    if listing is None:
        known = ", ".join(sorted(one.name for one in records.listings()))
        raise click.UsageError(f"no list {address!r}; there are: {known}")
    return listing


def _args(listing: Listing, filters: tuple[str, ...], headers: str | None) -> Args:
    """The list as asked for, as its address would say it."""
    args: Args = MultiDict()
    for given in filters:
        name, sign, value = given.partition("=")
        known = listing.parameters - _NOT_FILTERS
        if not sign or name not in known:
            words = ", ".join(sorted(known))
            raise click.UsageError(f"no filter {given!r}; {listing.name} has: {words}")
        if name in args:
            raise click.UsageError(f"the filter {name!r} is given twice")
        try:
            sheet_of(listing, MultiDict({name: value}))
        except BadQueryError as error:
            raise click.UsageError(f"no such value: {given!r}{_choices(listing, name)}") from error
        args[name] = value
    if headers:
        args["headers"] = headers
    return args


def _choices(listing: Listing, name: str) -> str:
    for one in listing.every_filter:
        if isinstance(one, ChoiceFilter) and one.name == name and len(one.choices()) <= 20:
            return f"; there are: {', '.join(str(value) for value, _text in one.choices())}"
    return f"; there are: {', '.join(listing.sorts)}" if name == "sort" else ""


def _write(sheet: Sheet, extension: str, dialect: str, target: IO[bytes]) -> int:
    with _progress(sheet) as told:
        if extension == "csv":
            count = write_csv(sheet, dialect, target, told)
        else:
            with tempfile.TemporaryFile() as file:  # the format is written back and forth
                count = write_xlsx(sheet, file, told)
                file.seek(0)
                shutil.copyfileobj(file, target)
    target.flush()
    return count


@contextmanager
def _progress(sheet: Sheet) -> Iterator[Told]:
    """A bar on a terminal."""
    if not sys.stderr.isatty():
        yield lambda _rows: None
        return
    total, name = count(sheet.statement), sheet.listing.name
    with click.progressbar(length=total, file=sys.stderr, label=name) as bar:
        yield bar.update
