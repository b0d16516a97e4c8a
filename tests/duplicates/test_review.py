"""Likely pairs are listed for review, and what is not the same is remembered."""

from crm.core import clock
from crm.core.database import db
from crm.core.names.likeness import NameKind
from crm.duplicates.services.keeping import find_all, find_where_none
from tests.factories import make_organisation, make_person, together
from tests.postgres import crm, on_sqlite
from tests.sweep import statements


def test_a_pair_is_reviewed_marked_and_taken_back(officer, head, viewer):
    one = make_organisation(name_en="Wilo AG")
    other = make_organisation(name_en=None, name_ru="Вило", country_code="KZ")
    make_organisation(name_en="Wilon Energy")  # near, but no pair
    ((first, second, why, _buttons),) = (
        officer.open("/organisations/").click("Likely duplicates").rows
    )
    assert first.startswith(f"Wilo AG № {one.id}")
    assert second.startswith(f"Вило № {other.id}")
    assert "Same name" in why
    assert "Merge" not in officer.text
    officer.submit("Not the same")
    assert officer.rows == []
    marked = officer.click("Organisations: not the same").rows
    assert marked[0][2].startswith("User"), "who marked it"
    assert "Not the same as" in officer.open(f"/organisations/{one.id}/history").text
    assert "Not the same as" in officer.open(f"/organisations/{other.id}/history").text
    other.name_en = "Wilo"
    db.session.commit()
    assert officer.open("/organisations/duplicates").rows == [], "remembered after a change"
    officer.open("/organisations/duplicates?marked=1").submit("Take back")
    assert officer.rows == []
    assert len(head.open("/organisations/duplicates").rows) == 1
    assert viewer.open("/organisations/duplicates").status == 403
    other.archive(clock.now(), "twice")
    db.session.commit()
    assert head.open("/organisations/duplicates").rows == []


def test_pairs_follow_every_change_of_a_record(officer):
    one = make_person(given_name="Monika", family_name="Iwersen")
    other = make_person(given_name="Anna", family_name="Ospanova", emails=["m@example.org"])
    assert officer.open("/people/duplicates").rows == []
    one.emails = ("m@example.org",)
    db.session.commit()
    assert "Same e-mail" in officer.open("/people/duplicates").rows[0][2]
    one.emails = ()
    db.session.commit()
    assert officer.open("/people/duplicates").rows == []
    other.aliases = ("Моника Иверсен",)
    db.session.commit()
    assert len(officer.open("/people/duplicates").rows) == 1


def test_many_namesakes_take_few_pairs_and_as_many_statements(officer):
    with together():
        for number in range(12):
            make_person(given_name="Wei", family_name="Li", emails=[f"li{number}@example.org"])
    few = statements(officer, "/people/duplicates")
    assert 11 <= len(officer.open("/people/duplicates").rows) <= 3 * 12
    with together():
        for _number in range(40):
            make_person(given_name="Wei", family_name="Li")
    assert statements(officer, "/people/duplicates") <= few
    assert officer.open("/people/duplicates").page.select_one("a[rel=next]")
    assert officer.open("/people/duplicates?page=99").status == 404
    assert officer.open("/people/duplicates?page=x").status == 400


@on_sqlite
def test_the_command_fills_what_was_there_before_and_finds_no_drift_later(app, officer):
    make_person(given_name="Monika", family_name="Iwersen")
    make_person(given_name="Моника", family_name="Иверсен")
    db.session.execute(db.text("DELETE FROM likely_keys"))
    db.session.execute(db.text("DELETE FROM likely_pairs"))
    db.session.commit()
    found = find_all(NameKind.PERSON)
    db.session.commit()
    assert found.pairs == 1
    assert found.mended > 3
    db.session.execute(db.text("DELETE FROM likely_keys"))
    db.session.execute(db.text("DELETE FROM likely_pairs"))
    db.session.commit()
    find_where_none()  # as an update does
    assert "person: likely pairs: 1, keys mended: 0" in crm(app, "duplicates", "find").output
    crm(app, "seed", "volume", "--people", "30", "--organisations", "30")
    assert "keys mended: 0" in crm(app, "duplicates", "find").output
