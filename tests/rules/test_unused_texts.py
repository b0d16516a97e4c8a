"""What `make check` runs over the catalogues finds texts that the sources no longer hold."""

from importlib.util import module_from_spec, spec_from_file_location

import pytest
from babel.messages.catalog import Catalog, Message

from tests.rules.sources import ROOT


def faults(template, catalogue):
    spec = spec_from_file_location("check_translations", ROOT / ".ci" / "check_translations.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return list(module.faults(template, catalogue))


@pytest.fixture
def template():
    catalogue = Catalog()
    catalogue.add("Save")
    catalogue.add(("%(num)s day", "%(num)s days"), flags=("python-format",))
    return catalogue


@pytest.fixture
def kazakh():
    catalogue = Catalog(locale="kk")
    catalogue.add("Save", "Сақтау")
    days = ("%(num)s day", "%(num)s days")
    catalogue.add(days, ("%(num)s күн", "%(num)s күн"), flags=("python-format",))
    return catalogue


def test_a_whole_catalogue_has_no_faults(template, kazakh):
    assert faults(template, kazakh) == []


def test_a_text_of_the_past_is_found(template, kazakh):
    kazakh.add("Close", "Жабу")
    kazakh.obsolete["Open"] = Message("Open", "Ашу")
    assert faults(template, kazakh) == ["no longer in the source: 'Close'", "obsolete: 'Open'"]


def test_a_text_that_is_missing_empty_or_guessed_is_found(template, kazakh):
    template.add("Close")
    template.add("Open")
    template.add("Print")
    kazakh.add("Open")
    kazakh.add("Print", "Басу", flags=("fuzzy",))
    expected = ["missing: 'Close'", "not translated: 'Open'", "fuzzy: 'Print'"]
    assert faults(template, kazakh) == expected


def test_a_wrong_placeholder_is_found(template, kazakh):
    kazakh["%(num)s day"].string = ("%(count)s күн", "%(num)s күн")
    assert len(faults(template, kazakh)) == 1
