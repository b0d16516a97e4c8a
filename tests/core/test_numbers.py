"""Numbers are typed as the language writes them, and kept exactly."""

from decimal import Decimal

import pytest
from flask_babel import force_locale
from werkzeug.datastructures import MultiDict

from crm.core.forms import BaseForm
from crm.core.numbers import ExactField, NumberField, read_number
from tests.postgres import on_sqlite

pytestmark = on_sqlite


class _Form(BaseForm):
    class Meta(BaseForm.Meta):
        csrf = False

    share = ExactField("Share", places=2, most=101)
    number = NumberField("Number")


def typed(app, language, **values):
    with app.test_request_context(), force_locale(language):
        form = _Form(formdata=MultiDict(values))
        return form, form.validate(), form.share._value()


@pytest.mark.parametrize(
    ("language", "text", "number"),
    [
        ("kk", "2 000,5", "2000.5"),
        ("ru", "2\xa0000.5", "2000.5"),
        ("en", "2,000.5", "2000.5"),
        ("en", "", None),
    ],
)
def test_a_number_is_read_in_the_readers_way(app, language, text, number):
    with app.test_request_context(), force_locale(language):
        assert read_number(text) == (number and Decimal(number))


@pytest.mark.parametrize(
    ("language", "text"),
    [("kk", "1,234.5"), ("en", "39,5"), ("en", "0,043"), ("en", "-1"), ("ru", "1e5")],
)
def test_what_could_mean_two_things_is_refused(app, language, text):
    form, is_valid, shown = typed(app, language, share=text)
    assert not is_valid
    assert form.share.data is None
    assert shown == text  # as it was typed


def test_a_number_is_kept_as_a_whole_count_of_its_parts(app):
    form, is_valid, shown = typed(app, "kk", share="33,30", number="33,3")
    assert is_valid
    assert (form.share.data, form.number.data) == (3330, Decimal("33.3"))
    assert shown == "33,3"


def test_what_an_english_form_shows_is_the_same_number_in_the_other_languages(app):
    with app.test_request_context(), force_locale("en"):
        shown = _Form(data={"number": Decimal(50000)}).number._value()
    with app.test_request_context(), force_locale("ru"):
        assert read_number(shown) == 50000


@pytest.mark.parametrize("text", ["33.333", "101", "9" * 24])
def test_more_digits_or_more_than_the_bound_are_refused(app, text):
    form, is_valid, _shown = typed(app, "en", share=text)
    assert not is_valid
    assert form.share.errors
