"""A person at the screen: opens pages, fills in forms, presses buttons, reads.

``Browser`` speaks to the app through Flask's test client: CSRF tokens, sign-in and database are
real. What the page does not offer (a missing field, an unknown choice) cannot be pressed or typed.
"""

from collections.abc import Callable, Mapping
from contextvars import Context
from typing import Any, ParamSpec, Self, TypeVar
from urllib.parse import urljoin, urlsplit

from flask import Flask, has_app_context, session
from flask_wtf.csrf import generate_csrf
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from crm.accounts.models import User
from crm.accounts.services.sessions import begin_session
from crm.core.database import db
from tests.tree import Tag

P = ParamSpec("P")
T = TypeVar("T")
HOST = "http://localhost"


def apart(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call as if from another process: the test's own context is not seen.

    Flask 3.1 would reuse the test's app context, and with it Flask-Login's ``g`` user and the
    session's identity map. The test's transaction ends first: on SQLite it holds the write lock.
    """
    if has_app_context():
        db.session.commit()
    return Context().run(function, *args, **kwargs)


def text_of(node: Tag) -> str:
    """What a person reads of ``node``, with single spaces."""
    return " ".join(node.get_text(" ").split())


class Browser:
    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.url = "/"
        self.redirects: list[str] = []
        self._page: Tag | None = Tag.read("")
        self._is_led_on = False

    # -- acting --------------------------------------------------------------------------------

    def open(self, url: str, **headers: str) -> Self:
        """Type an address; redirects are followed and kept in ``redirects``."""
        return self._go("GET", url, headers=headers)

    def click(self, text: str, within: str | None = None) -> Self:
        """Follow the link that reads ``text``, inside the first element ``within`` selects; when
        none is named, in what the page is about before the frame around it.
        """
        areas = [self._area(within)] if within else self.page.select("main, body")[::-1]
        found = ([a for a in area.select("a[href]") if _label(a) == text] for area in areas)
        links = next(filter(None, found), [])
        targets = {str(a["href"]) for a in links}
        assert len(targets) == 1, f"{len(targets)} links read {text!r} on {self.url}"
        return self._go("GET", targets.pop(), headers={"Referer": HOST + self.url})

    def submit(
        self,
        button: str,
        /,
        *,
        within: str = "body",
        fields: Mapping[str, Any] | None = None,
        **named: Any,
    ) -> Self:
        """Press the button that reads ``button`` after typing the given fields.

        All other fields are sent as the page shows them. True and False tick a checkbox, a list
        fills a field of several values, None sends nothing, ``(stream, name)`` attaches a file, a
        list of them several.
        """
        buttons = [b for b in self._buttons(within) if _label(b) == button]
        assert len(buttons) == 1, (
            f"{len(buttons)} buttons read {button!r} on {self.url} "
            f"({[_label(b) for b in self._buttons(within)]})"
        )
        return self._press(buttons[0], {**(fields or {}), **named})

    def sign_in(self, email: str, password: str) -> Self:
        """Send what the sign-in form sends, with a token that its page would carry.

        The page it leads to is opened once something of it is read.
        """
        sent = {"csrf_token": self.token(), "email": email, "password": password}
        self._go("POST", "/login", data=sent)
        is_new = "Set-Cookie" in self._response.headers  # not the session there was
        assert (self._is_led_on, is_new) == (True, True), f"not signed in: {self.errors}"
        return self

    def come_back(self, user: User) -> Self:
        """Be here with a cookie of an earlier sign-in: checking a password is slow by design.

        The page of the desk is opened once something of it is read.
        """
        user_id, token = user.get_id(), begin_session(user, "127.0.0.1", "")
        apart(self._keep, {"_user_id": user_id, "sign-in": token})
        self._is_led_on = True
        return self

    def _keep(self, cookie: dict[str, str]) -> None:
        with self.client.session_transaction() as kept:
            kept.update(cookie)

    def post(self, url: str, /, **fields: Any) -> Self:
        """Send what no page offers, with the token of the present page if it has one."""
        token = self.token() if self._is_led_on else _token_of(self.page)
        given = {"csrf_token": token} if token is not None else {}
        return self._go("POST", url, data=given | fields, headers={"Referer": HOST + self.url})

    def token(self) -> str:
        """A form token of this browser, as any page would carry it."""
        return apart(self._made_token)

    # -- reading -------------------------------------------------------------------------------

    @property
    def response(self) -> TestResponse:
        """The last answer that was no redirect."""
        if self._is_led_on:
            before = self.redirects
            self._go("GET", self.url)
            self.redirects = before + self.redirects
        return self._response

    @property
    def page(self) -> Tag:
        """The last answer as a tree, empty when it is no HTML; read when first asked for."""
        if self._page is None:
            self._page = Tag.read(self.response.data if self._is_html else b"")
        return self._page

    @property
    def status(self) -> int:
        """HTTP status of the last answer that was no redirect."""
        return int(self.response.status_code)

    @property
    def text(self) -> str:
        """All a person reads on the page; the whole body when it is no HTML."""
        return text_of(self.page) if self._is_html else self.response.get_data(as_text=True)

    @property
    def _is_html(self) -> bool:
        return str(self.response.mimetype) == "text/html"

    @property
    def heading(self) -> str:
        heading = self.page.select_one("main h1") or self.page.select_one("h1")
        return text_of(heading) if heading else ""

    @property
    def rows(self) -> list[list[str]]:
        """Texts of the cells of every row of the page's tables."""
        rows = self.page.select("main table tbody tr")
        cells = "td:not(.sk-pick), th"  # a box to tick says nothing
        return [[text_of(cell) for cell in row.select(cells)] for row in rows]

    @property
    def errors(self) -> list[str]:
        """Messages beside the fields and in the summary, in the order of the page."""
        return [text_of(message) for message in self.page.select(".sk-err, .sk-msg-err li")]

    # -- how -----------------------------------------------------------------------------------

    def _go(self, method: str, url: str, **request: Any) -> Self:
        """Ask for ``url``. The page a POST leads to is opened once something of it is read."""
        self.redirects, self._is_led_on, is_posted = [], False, method == "POST"
        while True:
            self.url = _path_of(urljoin(HOST + self.url, url))
            self._response = apart(
                self.client.open, self.url, method=method, buffered=True, **request
            )
            location = self._response.headers.get("Location")
            if self._response.status_code not in (301, 302, 303, 307, 308) or location is None:
                break
            self.redirects.append(location)
            url = urljoin(HOST + self.url, location)
            assert url.startswith(f"{HOST}/"), f"sent away to {location}"
            if self._response.status_code in (301, 302, 303):
                method, request = "GET", {}
            if is_posted and method == "GET":
                self.url, self._is_led_on = _path_of(url), True
                break
        self._page = None
        return self

    def _made_token(self) -> str:
        with (
            self.client.session_transaction() as kept,
            self.client.application.test_request_context(),
        ):
            session.update(kept)
            token = generate_csrf()
            kept.update(session)
        return str(token)

    def _area(self, within: str) -> Tag:
        area = self.page.select_one(within) or (self.page if within == "body" else None)
        assert area is not None, f"nothing matches {within!r} on {self.url}"
        return area

    def _buttons(self, within: str) -> list[Tag]:
        found = self._area(within).select("button, input[type=submit]")
        return [
            b for b in found if b.get("type", "submit") == "submit" and "disabled" not in b.attrs
        ]

    def _press(self, button: Tag, typed: Mapping[str, Any]) -> Self:
        form = _owner(self.page, button)
        assert form is not None, f"the button {_label(button)!r} stands in no form"
        controls = _controls(self.page, form)
        values = _shown_values(controls)
        for name, value in typed.items():
            _type(controls, values, name, value)
        if button.get("name"):
            values.add(str(button["name"]), str(button.get("value", "")))
        action = str(button.get("formaction") or form.get("action") or self.url)
        headers = {"Referer": HOST + self.url}
        if str(button.get("formmethod") or form.get("method") or "get").lower() == "get":
            action = action.split("?")[0] or self.url.split("?")[0]
            return self._go("GET", action, query_string=values, headers=headers)
        enctype = str(form.get("enctype") or "application/x-www-form-urlencoded")
        return self._go("POST", action, data=values, content_type=enctype, headers=headers)


def _path_of(address: str) -> str:
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _token_of(page: Tag) -> str | None:
    found = page.select_one("[name=csrf_token]")
    return None if found is None else str(found["value"])


def _label(control: Tag) -> str:
    return (
        str(control.get("aria-label") or control.get("value", ""))
        if (control.name == "input" or not text_of(control))
        else text_of(control)
    )


def _owner(page: Tag, control: Tag) -> Tag | None:
    """The form a control belongs to: named by its ``form`` attribute, else around it."""
    if named := control.get("form"):
        return page.select_one(f"form#{named}")
    return control.find_parent("form")


def _controls(page: Tag, form: Tag) -> list[Tag]:
    """Everything of ``form`` that may be typed into."""
    return [
        control
        for control in page.select("input[name], select[name], textarea[name]")
        if _owner(page, control) == form
        and "disabled" not in control.attrs
        and control.find_parent("fieldset[disabled]") is None
        and control.get("type") not in ("submit", "button", "image", "reset")
    ]


def _shown_values(controls: list[Tag]) -> MultiDict[str, Any]:
    values: MultiDict[str, Any] = MultiDict()
    for control in controls:
        for value in _shown(control):
            values.add(str(control["name"]), value)
    return values


def _shown(control: Tag) -> list[str]:
    """What ``control`` would send untouched."""
    if control.name == "textarea":
        return [control.text]
    if control.name == "select":
        options = [o for o in control.select("option") if "disabled" not in o.attrs]
        chosen = [o for o in options if "selected" in o.attrs]
        if "multiple" not in control.attrs:
            chosen = chosen[-1:] or options[:1]
        return [_option(o) for o in chosen]
    if control.get("type") in ("checkbox", "radio"):
        return [str(control.get("value", "on"))] if "checked" in control.attrs else []
    return [] if control.get("type") == "file" else [str(control.get("value", ""))]


def _option(option: Tag) -> str:
    return str(option["value"]) if "value" in option.attrs else text_of(option)


def _type(controls: list[Tag], values: MultiDict[str, Any], name: str, value: Any) -> None:
    """Put ``value`` in place of what the field ``name`` shows; AssertionError if one cannot."""
    fields = [control for control in controls if control["name"] == name]
    assert fields, f"no field {name!r}; the form has {sorted({str(c['name']) for c in controls})}"
    if isinstance(value, bool):
        typed = [str(field.get("value", "on")) for field in fields] if value else []
    elif isinstance(value, tuple):
        typed = [value]
    elif isinstance(value, list) and any(isinstance(one, tuple) for one in value):
        typed = value
    else:
        many = value if isinstance(value, list) else [] if value is None else [value]
        typed = [str(one) for one in many]
        offered = _offered(fields)
        assert offered is None or offered.issuperset(typed), f"{name}: {typed} not in {offered}"
    values.setlist(name, typed)


def _offered(fields: list[Tag]) -> set[str] | None:
    """The choices of a select, radio or checkbox group; None when anything may be typed."""
    first = fields[0]
    if first.name == "select":
        return {_option(o) for o in first.select("option") if "disabled" not in o.attrs}
    if first.get("type") in ("radio", "checkbox"):
        return {str(field.get("value", "on")) for field in fields}
    return None
