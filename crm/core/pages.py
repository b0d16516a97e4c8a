"""What every page shares: filters of templates, error pages, the way back with a word."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, NotRequired, TypedDict

from babel.numbers import format_decimal
from flask import Flask, abort, current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from jinja2 import StrictUndefined, Template
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from markupsafe import Markup, escape
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import RequestRedirect

from crm.core import clock, dates, money, records
from crm.core.database import db
from crm.core.excerpts import shortened
from crm.core.language import Worded, reader_language, spoken_language, worded
from crm.core.patterns import pattern
from crm.core.phones import phone_text
from crm.core.sight import is_seen_by
from crm.core.whole_files import is_full


@dataclass(frozen=True)
class NavLink:
    """A place in the side navigation; ``badge`` is a number worth a look, or None."""

    label: str
    url: str
    icon: str
    is_current: bool
    badge: int | None = None
    badge_label: str = ""


class PageTemplate(Template):
    """A template whose macros are the same for whoever imports it.

    Jinja 3.1 compares the names of both templates at each of the twenty imports of a page; here no
    template is given globals of its own.
    """

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        return super()._get_default_module()


def init_pages(app: Flask) -> None:
    """Give ``app`` its template filters and error pages."""
    app.jinja_env.template_class = PageTemplate
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        day=dates.short_date,
        long_day=dates.long_date,
        weekday=dates.weekday_name,
        moment=moment_text,
        clock_time=lambda moment: moment.strftime("%H:%M") if moment else "",
        number=_number,
        money_mln=money.millions_text,
        short_mln=money.short_millions,
        compact_mln=money.compact_millions,
        signed=money.signed,
        phone=phone_text,
        spoken_language=spoken_language,
        short=shortened,
        ml=_ml,
        marked=marked,
        ml_text=lambda record, attribute="name": worded(record, attribute).text,
    )
    app.jinja_env.globals.update(
        reader_language=reader_language,
        imprecise_date=dates.imprecise_date,
        today=lambda: clock.today(),
        pattern=pattern,
    )
    app.before_request(_refuse_nul)
    app.register_error_handler(HTTPException, _error_page)
    app.register_error_handler(MethodNotAllowed, _method_page)
    app.register_error_handler(CSRFError, _csrf_page)
    app.register_error_handler(StaleDataError, _stale_page)
    app.register_error_handler(OperationalError, _database_page)
    app.register_error_handler(Exception, _crash_page)


def _ml(record: Any, attribute: str = "name") -> Markup:
    """A multilingual value, marked with its language where it is not the reader's."""
    return marked(worded(record, attribute))


def marked(words: Worded) -> Markup:
    """``words`` for a page, marked with their language where it is not the reader's."""
    if words.lang in (None, reader_language()) or not words.text:
        return escape(words.text)
    return Markup('<span lang="{}">{}</span>').format(words.lang, words.text)


def moment_text(instant: Any) -> str:
    """Day and time of ``instant`` as the office's clock shows them."""
    local = clock.to_local(instant)
    return f"{dates.short_date(local.date())} {local:%H:%M}"


def _number(value: Decimal | int | None) -> str:
    if value is None:
        return ""
    if isinstance(value, int) and 0 <= value < 1000:
        return str(value)
    language = reader_language()
    return _written(value, {"en": "en_GB"}.get(language, language))


@lru_cache(maxsize=2000)
def _written(value: Decimal | int, locale: str) -> str:
    return str(format_decimal(value, locale=locale))


def _refuse_nul() -> None:
    """No database stores a NUL in a text; in an address it is an attack or an accident."""
    if "\x00" in request.path or any(
        "\x00" in part for pair in request.args.items(multi=True) for part in pair
    ):
        abort(400)


_TEXTS: dict[int, Callable[[], tuple[str, str]]] = {
    400: lambda: (_("This address or form cannot be read"), _("Go back and try once more.")),
    403: lambda: (
        _("You have no access"),
        _("Your role does not allow this. Ask the head of your department."),
    ),
    404: lambda: (
        _("There is no such page"),
        _("The record may have been moved, or the address is misspelt."),
    ),
    405: lambda: (_("This address cannot be opened this way"), _("Go back and try once more.")),
    409: lambda: (
        _("Somebody saved this record at the same moment"),
        _("Nothing of yours is stored yet. Go back, reload and save once more."),
    ),
    413: lambda: (_("Too much was sent at once"), _("Send less, or a smaller file.")),
    429: lambda: (_("Too many attempts"), _("Wait a quarter of an hour and try once more.")),
    503: lambda: (
        _("The database does not answer"),
        _("Nothing was saved. Go back and try once more in a minute."),
    ),
    507: lambda: (
        _("There is no room for the file"),
        _("The disk of the server is full. Tell the administrator; nothing was lost."),
    ),
    500: lambda: (
        _("Something went wrong here"),
        _("Nothing was saved. The administrator finds the cause in the log."),
    ),
}


def _page(code: int) -> ResponseReturnValue:
    title, text = _TEXTS.get(code, _TEXTS[500])()
    return render_template("errors/error.html", code=code, title=title, text=text), code


def _error_page(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or (error.code or 500) < 400:
        return error
    db.session.rollback()
    return _page(error.code or 500)


def _method_page(error: MethodNotAllowed) -> ResponseReturnValue:
    """A refused small form stands at an address that takes forms only. Whoever opens it again, or
    changes the language there, is led to the page it belongs to.
    """
    page = _page_above(request.path) if request.method in ("GET", "HEAD") else None
    return _error_page(error) if page is None else redirect(page, 303)


def _page_above(path: str) -> str | None:
    """The nearest page above ``path`` that can be opened; None when only the desk is left."""
    pages, path = current_app.create_url_adapter(request), f"/{path.strip('/')}"
    while pages is not None and (path := path.rpartition("/")[0]):
        try:
            pages.match(path, method="GET")
        except RequestRedirect:
            return f"{path}/"
        except HTTPException:
            continue
        return path
    return None


def _csrf_page(error: CSRFError) -> ResponseReturnValue:
    db.session.rollback()
    title = _("The form was open too long")
    text = _("For safety it was not saved. Go back, reload the page and send it once more.")
    return render_template("errors/error.html", code=400, title=title, text=text), 400


def _stale_page(error: StaleDataError) -> ResponseReturnValue:
    db.session.rollback()
    return _page(409)


def _database_page(error: OperationalError) -> ResponseReturnValue:
    # As text: a log handler that keeps its records would keep the dead connection with them.
    current_app.logger.error("the database failed at %s: %s", request.path, str(error.orig))
    db.session.rollback()
    return _page(503)


def _crash_page(error: Exception) -> ResponseReturnValue:
    """The page for what nobody foresaw, or for a full disk; the cause goes to the log."""
    if is_full(error):
        current_app.logger.error("no room on the disk at %s: %s", request.path, error)
        db.session.rollback()
        return _page(507)
    current_app.logger.exception("unforeseen error at %s", request.path)
    if current_app.testing or current_app.debug:
        raise error
    db.session.rollback()
    return _page(500)


class Undoable(TypedDict):
    """A message of what can be taken back: its text, and what the button «Undo» posts where."""

    text: str
    undo_url: str
    undo_hidden: NotRequired[Mapping[str, Any]]


_MOST_SAID = 300  # characters: a cookie carries them, and browsers drop one of more than 4 kB


def back_to(
    url: str, message: str | Undoable | None = None, category: str = "success"
) -> ResponseReturnValue:
    """303 to ``url``, with a word of what happened; a long one is cut short."""
    if message:
        flash(_in_short(message), category)
    return redirect(url, 303)


def _in_short(message: str | Undoable) -> Any:
    if isinstance(message, str):
        return shortened(message, _MOST_SAID)
    return {**message, "text": shortened(message["text"], _MOST_SAID)}


def back_to_saved(record: Any, reader: Any) -> ResponseReturnValue:
    """303 to the page of ``record``, whose changes are committed.

    To its list when ``reader``, a user, sees it no more: the own hand may have given it away.
    """
    kind = records.kind_of(record)
    if reader.is_head or is_seen_by(reader.id, type(record), record.id):
        return back_to(kind.url(record.id), _("Saved"))
    words = _("Saved. You no longer see it: it hangs on a restricted record")
    return back_to(f"/{kind.address}/", words)
