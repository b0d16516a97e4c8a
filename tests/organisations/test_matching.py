"""Names as people type them meet the records they mean, and no others."""

from datetime import date

import pytest

from crm.core.database import db
from crm.countries.models import Country
from crm.organisations.models import Appointment, Organisation, OrganisationKind, Person, bin_fault
from crm.organisations.queries import organisation_choices
from crm.organisations.services import (
    AmbiguousName,
    find_or_make_organisation,
    find_or_make_person,
    find_organisation,
    find_people,
    split_name,
)
from tests.factories import make_appointment, make_country, make_organisation, make_person


def count(model):
    return db.session.query(model).count()


def test_an_organisation_is_found_by_any_of_its_names(app):
    found = make_organisation(name_kk="Қазмырыш", name_en="Kazzinc", aliases=["KZ", "Казцинк"])
    make_organisation(name_en="Kazzinc Holding")
    for typed in ("Kazzinc", "  kazzinc ", "КАЗЦИНК", "қазмырыш", "казмырыш"):
        assert find_organisation(typed) is found, typed


def test_a_part_of_a_name_is_not_the_name(app):
    make_organisation(name_en="Kazzinc", aliases=["KZ"])
    for typed in ("Kazzin", "Kazzinc Holding", "azzinc", "", " ", "K%", "_______"):
        assert find_organisation(typed) is None, typed


def test_an_archived_organisation_is_not_found(app):
    found = make_organisation(name_en="Kazzinc")
    found.archive(found.created_at, "twice")
    db.session.commit()
    assert find_organisation("Kazzinc") is None


def test_a_missing_organisation_is_made_in_the_language_it_was_typed_in(app):
    make_country("TR", "Turkey", is_partner=False)
    made = find_or_make_organisation(" Bursa  OSB ", "TR", "ru")
    assert (made.name_ru, made.name_kk, made.kind) == ("Bursa OSB", None, OrganisationKind.OTHER)
    assert find_or_make_organisation("bursa osb", "TR", "en") is made
    assert count(Organisation) == 1


def test_its_country_becomes_a_partner_but_never_our_own(app):
    make_country("TR", "Turkey", is_partner=False)
    make_country("KZ", "Kazakhstan", is_partner=False)
    find_or_make_organisation("Bursa OSB", "TR", "en")
    find_or_make_organisation("Akimat", "KZ", "en")
    partners = {code: db.session.get(Country, code).is_partner for code in ("TR", "KZ")}
    assert partners == {"TR": True, "KZ": False}


def test_a_person_is_found_in_every_recorded_spelling(app):
    kinne = make_person(
        given_name="Ulrich",
        family_name="Kinne",
        name_ru="Ульрих Кинне",
        aliases=["U. Kinne", "Dr. Ulrich Kinne"],
    )
    spellings = ("ulrich  kinne", "Kinne Ulrich", "Ульрих Кинне", "Dr. Ulrich Kinne")
    for typed in ("Ulrich Kinne", *spellings):
        assert find_people(typed) == [kinne], typed


def test_a_similar_name_is_another_person(app):
    make_person(given_name="Ulrich", family_name="Kinne")
    make_person(given_name="Yi", family_name="Wang", name_ru="Ван И")
    others = ("Ulrich Kühne", "Ulrich Kinner", "Kinne", "Ulrich", "Ulrike Kinne", "Ван Юй", "")
    for typed in others:
        assert find_people(typed) == [], typed


def test_a_patronymic_may_be_missing_on_either_side_but_not_differ(app):
    with_it = make_person(family_name="Ахметов", given_name="Ерлан", patronymic="Серікұлы")
    without = make_person(family_name="Оспанов", given_name="Ерлан", patronymic=None)
    assert find_people("Ерлан Ахметов") == [with_it]
    assert find_people("Ерлан Серикулы Ахметов") == [with_it]
    assert find_people("Ерлан Болатұлы Ахметов") == []
    assert find_people("Ерлан Болатұлы Оспанов") == [without]


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Ulrich Kinne", ("Ulrich", None, "Kinne")),
        ("Kinne", (None, None, "Kinne")),
        ("Қанат Серікұлы Тұрлыбеков", ("Қанат", "Серікұлы", "Тұрлыбеков")),
        ("Анна Ивановна Ли", ("Анна", "Ивановна", "Ли")),
        ("Jean Marie Dupont", ("Jean Marie", None, "Dupont")),
        ("Ursula von der Leyen", ("Ursula", None, "von der Leyen")),
        ("von Leyen", ("von", None, "Leyen")),
    ],
)
def test_a_name_is_split_into_its_parts(name, parts):
    assert split_name(name) == parts


def test_a_new_person_gets_a_post_at_the_organisation(app):
    embassy = make_organisation()
    person = find_or_make_person("Ulrich Kinne", embassy, "екiншi хатшы", "kk")
    post = db.session.query(Appointment).one()
    assert (post.person_id, post.organisation_id) == (person.id, embassy.id)
    assert (post.position_kk, post.valid_from) == ("екінші хатшы", None)
    assert find_or_make_person("Ulrich Kinne", embassy, "first secretary", "en") is person
    assert count(Appointment) == 1


def test_a_former_post_does_not_count_as_the_present_one(app):
    embassy = make_organisation()
    kinne = make_person(given_name="Ulrich", family_name="Kinne")
    make_appointment(person=kinne, organisation=embassy, valid_to=date(2001, 1, 1))
    find_or_make_person("Ulrich Kinne", embassy)
    assert count(Appointment) == 2


def test_of_namesakes_the_one_at_the_organisation_is_meant(app):
    first = make_person(given_name="Ulrich", family_name="Kinne")
    second = make_person(given_name="Ulrich", family_name="Kinne")
    embassy = make_organisation()
    make_appointment(person=second, organisation=embassy)
    assert find_or_make_person("Ulrich Kinne", embassy) is second
    with pytest.raises(AmbiguousName) as refused:
        find_or_make_person("Ulrich Kinne")
    assert refused.value.candidates == [first, second]
    with pytest.raises(AmbiguousName):
        find_or_make_person("Ulrich Kinne", make_organisation())
    assert count(Person) == 2


def test_choices_keep_the_chosen_though_archived(app):
    embassy = make_organisation(name_kk="Елшілік")
    embassy.archive(embassy.created_at, "twice")
    db.session.commit()
    assert organisation_choices() == []
    assert organisation_choices(embassy.id) == [(embassy.id, "Елшілік")]


@pytest.mark.parametrize(
    "number",
    ["300140000015", "300141000239", "300150000179", "300252000311", "300140000605"],
)
def test_a_valid_bin_is_taken(number):
    assert bin_fault(number) is None


@pytest.mark.parametrize("last", range(10))
def test_where_no_check_digit_exists_every_one_is_wrong(last):
    assert bin_fault(f"30014000068{last}") == "check_digit"
