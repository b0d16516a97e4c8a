"""What nobody means to send: hostile values, the forms of a page, and what an answer must keep."""

import io
import re
from dataclasses import dataclass, field
from urllib.parse import quote_plus, urljoin

from hypothesis import strategies as st
from sqlalchemy import func, literal, select, union_all

from crm.core.database import Model, db
from crm.core.language import normalise
from tests.browser import HOST, _controls, _option, _shown, text_of
from tests.tree import Tag

MARKER = "zq<i data-zq>\"onzq='"
# None of these may stand in a page as typed: each would end a text or an attribute.
UNESCAPED = ("<i data-zq", 'zq"onzq', 'zq&gt;"', "onzq='")

HOSTILE = [
    "",
    " ",
    "0",
    "1",
    "-1",
    "1.5",
    "2147483648",
    "9" * 400,
    "٣",
    "²",
    "NaN",
    "1e999",
    "2026-02-30",
    "30.02.2026",
    "0000-00-00",
    "9999-12-31",
    "25:99",
    "\x00",
    "a\x00b",
    "\ud800",  # sent as bytes that are no UTF-8
    "\u202egpj.exe",
    "\u200f\u200e\u2067",
    "👩\u200d👩\u200d👧 😀",
    "И\u0306\u0301\u0301",
    MARKER,
    f"https://{MARKER}",
    f"{MARKER}@example.org",
    f"x\r\nSet-Cookie: {MARKER}",
    "javascript:alert(1)",
    "//example.org/",
    "'; DROP TABLE users; --",
    "%_\\",
    "%s{0}{{7*7}}${7}",
    "../../etc/passwd",
    "=1+1",
    "user-1",
    "user-99999999999",
    "DE",
    "MET",
    "true",
    "null",
    "[]",
]
HUGE = "ж" * 50_000  # 100 kB
values = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=40), st.integers().map(str))
plain_words = st.sampled_from(["Сөз", "Words, and more", "2026-05-04", "3", MARKER, "😀"])


def encoded(pairs):
    """Pairs as a query or a form body; what is no text is sent as the bytes it came from."""
    return "&".join(
        "=".join(quote_plus(part.encode("utf-8", "surrogatepass")) for part in pair)
        for pair in pairs
    )


@dataclass
class Form:
    """A form of a page: where it goes, and what it shows, by field."""

    page: str
    action: str
    shown: list[tuple[str, str]]
    options: dict[str, list[str]]
    texts: set[str]
    is_current: bool = field(default=True)

    @property
    def key(self):
        """Forms of equal fields at equal addresses, but for numbers, are the same one."""
        names = {re.sub(r"-\d+-", "-0-", name) for name in self.names}
        return re.sub(r"/\d+", "/1", self.action.partition("?")[0]), frozenset(names)

    @property
    def record(self):
        """The address of the record it changes: "/meetings/1"."""
        return "/".join(self.action.split("/")[:3])

    @property
    def names(self):
        """Every field one could fill in."""
        every = {name for name, _value in self.shown} | set(self.options) | self.texts
        return sorted(every - {"add_row", "remove_row"})


def forms_of(page, html):
    """Every form of a page that posts."""
    page_read = Tag.read(html)
    found = []
    for form in page_read.select("form[method=post]"):
        shown, options, texts = [], {}, set()
        for control in _controls(page_read, form):
            name = str(control["name"])
            if name == "csrf_token":
                continue
            shown += [(name, value) for value in _shown(control)]
            if control.name == "select":
                options[name] = [_option(one) for one in control.select("option")]
            elif control.get("type") not in ("hidden", "checkbox", "radio"):
                texts.add(name)
        for button in form.select("button[name]"):
            options.setdefault(str(button["name"]), []).append(str(button.get("value", "")))
        action = urljoin(page, str(form.get("action") or page))
        found.append(Form(page, action.removeprefix(HOST), shown, options, texts))
    return found


def messages_of(html):
    """What a refused form says beside its fields."""
    page = Tag.read(html)
    return {text_of(error) for error in page.select(".sk-err")}


def faults_of_refusal(html, sent, form):
    """What a refused form lacks: a message, its tie to the field, or what was typed."""
    page = Tag.read(html)
    faults = []
    errors = page.select(".sk-err")
    if not errors and b"sk-msg-err" not in html:
        faults.append("no message")
    described = {
        identity
        for control in page.select("[aria-describedby]")
        for identity in str(control["aria-describedby"]).split()
    }
    for error in errors:
        if error.get("id") and error["id"] not in described:
            faults.append(f"a message beside no field: {text_of(error)}")
    said = {str(error.get("id")) for error in errors}
    for control in page.select(".is-invalid"):
        if not said.intersection(str(control.get("aria-describedby", "")).split()):
            faults.append(f"a wrong field without a message: {control.get('name')}")
    return faults + _lost(page, sent, form)


def _lost(page, sent, form):
    """What was typed once into a field of the form and is not shown in it any more."""
    lost, found = [], {}
    for control in page.select("input, select, textarea"):
        found.setdefault(control.get("name"), []).append(control)
    names, known = [name for name, _value in sent], set(form.names)
    for name, value in sent:
        controls = found.get(name, []) if name in known else []
        if names.count(name) > 1 or not controls or len(value) > 40_000:
            continue
        if (name, value) == ("date_precision", "unknown") or "\ud800" in value:
            continue  # the one becomes «day» beside a typed day, the other is no text
        shown = {_bare(one) for control in controls for one in _shown(control)}
        is_choice = name in form.options
        if is_choice and value not in form.options[name]:
            continue  # a choice that was never offered cannot be shown
        kind = controls[0].get("type")
        is_shown = (is_choice or name in form.texts) and kind not in ("password", "file", "hidden")
        if is_shown and _bare(value) not in shown:
            lost.append(f"{name}: typed {value!r}, shown {shown}")
    return lost


def _bare(value):
    """A value without what is tidied away (grouping, capitals of mails) or a parser replaces."""
    normal = normalise(value.encode("utf-8", "replace").decode()).casefold()
    left_out = " -\ufffd?"
    return "".join(one for one in normal if one.isprintable() and one not in left_out)


class Counter:
    """How many rows each table has, seen from outside; sign-ins are counted whoever is refused."""

    def __init__(self, app):
        tables = dict(Model.metadata.tables)
        del tables["sign_in_attempts"]
        parts = [select(literal(name), func.count()).select_from(tables[name]) for name in tables]
        with app.app_context():
            self.engine = db.engine
        self.statement = union_all(*parts)

    def __call__(self):
        with self.engine.connect() as connection:
            connection = connection.execution_options(is_reading=True)
            return dict(map(tuple, connection.execute(self.statement)))


def body_of(pairs, way):
    """The request of a form sent in one of several ways, most of them no browser's."""
    if way == "form":
        kind = "application/x-www-form-urlencoded"
        return {"data": encoded(pairs), "content_type": kind}
    if way == "files":
        data = {
            name: (io.BytesIO(value.encode("utf-8", "replace")), "x\x00/..\\<i data-zq>.pdf")
            for name, value in pairs
        }
        return {"data": data, "content_type": "multipart/form-data"}
    if way == "json":
        return {"json": {name: [value, None, 1] for name, value in pairs}}
    return {"data": encoded(pairs), "content_type": 'multipart/form-data; boundary="<i data-zq>'}
