"""What people type into fields, and what of it is taken."""

from datetime import date

import pytest
from werkzeug.datastructures import MultiDict

from crm.core.forms import (
    BaseForm,
    ChoiceField,
    CountField,
    DayField,
    LineField,
    Optional,
    Required,
    TermField,
    TextField,
)
from crm.core.words import Term
from tests.postgres import on_sqlite

pytestmark = on_sqlite


class Colour(Term):
    RED = "red", "Red"
    BLUE = "blue", "Blue"


class Form(BaseForm):
    class Meta:
        csrf = False

    line = LineField("Line", [Optional()], length=20)
    text = TextField("Text", [Optional()])
    day = DayField("Day", [Optional()])
    count = CountField("Count", [Optional()])
    colour = TermField("Colour", Colour, blank="Choose")
    person_id = ChoiceField("Person", [Optional()])
    country = ChoiceField("Country", [Optional()], kind=str)
    name = LineField("Name", [Required()])


@pytest.fixture
def typed(app):
    """A function: the form after something was typed, validated."""

    def filled(**fields):
        with app.test_request_context("/?", method="POST", data={"name": "x"} | fields):
            form = Form(formdata=MultiDict({"name": "x"} | fields))
            form.person_id.offer([(1, "Asan"), (2, "Bota")], blank="Nobody")
            form.country.offer([("DE", "Germany")], blank="Unknown")
            form.validate()
            return form

    return filled


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("line", "  Кездесу ", "Кездесу"),
        ("line", "Үкiметi", "Үкіметі"),
        ("line", "   ", None),
        ("line", "one\r\n two", "one two"),
        ("line", "\u200e\u202e\u200f ", None),
        ("text", "one\r\ntwo", "one\ntwo"),
        ("text", "\u200eone\u202e", "one"),
        ("day", "2026-11-24", date(2026, 11, 24)),
        ("day", " 24.11.2026 ", date(2026, 11, 24)),
        ("day", "1.2.2026", date(2026, 2, 1)),
        ("day", "", None),
        ("count", "12", 12),
        ("count", "1 200", 1200),
        ("count", "1\xa0200", 1200),
        ("count", "", None),
        ("colour", "red", Colour.RED),
        ("colour", "", None),
        ("person_id", "2", 2),
        ("person_id", "", None),
        ("country", "DE", "DE"),
        ("country", "", None),
    ],
)
def test_what_is_well_formed_is_taken(typed, field, text, value):
    form = typed(**{field: text})
    assert form.errors == {}
    assert form[field].data == value


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("line", "x" * 21),
        ("line", "a\x00b"),
        ("text", "x" * 20_001),
        ("text", "\x00"),
        ("day", "2026-02-30"),
        ("day", "tomorrow"),
        ("day", "24/11/2026"),
        ("day", "0001-01-01"),
        ("day", "9999-12-31"),
        ("count", "0"),
        ("count", "-1"),
        ("count", "1.5"),
        ("count", "many"),
        ("count", "2147483648"),
        ("count", "9" * 5000),
        ("count", "²"),
        ("colour", "green"),
        ("person_id", "3"),
        ("person_id", "abc"),
        ("person_id", "٢"),
        ("person_id", "9" * 5000),
        ("country", "XX"),
        ("name", "  "),
        ("name", "\u200e\u200b"),
    ],
)
def test_what_is_not_is_told_at_its_field_and_stays(typed, field, text):
    form = typed(**{field: text})
    assert list(form.errors) == [field]
    assert all(form.errors[field])
    assert form.answer_status == 422
    if field not in ("colour", "person_id", "country"):
        assert form[field].raw_data == [text]
