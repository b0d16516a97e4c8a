from datetime import date

from sqlalchemy import select

from crm.core.database import db
from crm.meetings.models import Participant
from crm.organisations.models import Organisation, Person
from tests.browser import text_of
from tests.factories import (
    make_appointment,
    make_document,
    make_follow_up,
    make_meeting,
    make_merge,
    make_organisation,
    make_participant,
    make_person,
    make_project,
    make_project_participant,
    make_sector,
    together,
)

BIN = "940140000385"
WITHDRAWN = date(2026, 3, 2)


def stored(record):
    db.session.rollback()
    return db.session.get(type(record), record.id, populate_existing=True)


@together()
def make_kazzinc():
    """The same smelter twice: in full, and as somebody typed it during a meeting."""
    kept = make_organisation(name_ru="Казцинк", name_en=None, website="https://kazzinc.com")
    other = make_organisation(
        name_en="Kazzinc LLP",
        name_ru="ТОО Казцинк",
        bin=BIN,
        aliases=("KZ",),
        sectors=[make_sector()],
    )
    meeting = make_meeting()
    make_participant(meeting=meeting, organisation_id=kept.id, group_text=None)
    make_participant(
        meeting=meeting, organisation_id=other.id, group_text=None, organisation_text="Kazzinc"
    )
    make_participant(organisation_id=other.id, group_text="Engineers", organisation_text="KZ LLP")
    make_follow_up(partner_organisation_id=other.id)
    make_document(other)
    return kept, other


def test_a_head_chooses_value_by_value_and_sees_what_moves(head):
    kept, _other = make_kazzinc()
    head.open(f"/organisations/{kept.id}").click("Merge with…")
    head.submit("Search", within="main", q="kazzinc").click("Kazzinc LLP")
    rows = {row[0]: row[1:] for row in head.rows}
    assert rows["Meetings"] == ["2", "1 line is told twice: it becomes one"]
    assert [rows[name][0] for name in ("Follow-ups", "Documents")] == ["1", "1"]
    assert "Delegations" not in rows
    head.submit("Merge", within="main", name_ru="other")
    assert head.url == f"/organisations/{kept.id}"
    assert head.heading == "Kazzinc LLP"
    record = stored(kept)
    assert (record.name_ru, record.name_en, record.bin) == ("ТОО Казцинк", "Kazzinc LLP", BIN)
    assert record.website == "https://kazzinc.com"
    assert set(record.aliases) == {"KZ", "Казцинк"}
    head.open("/organisations/?q=Казцинк")
    assert [row[0] for row in head.rows] == ["Kazzinc LLP KZ, Казцинк"]


def test_the_values_proposed_are_those_filled_in_then_the_older_ones(head):
    older, newer = make_organisation(name_en="Old"), make_organisation(name_en="New", bin=BIN)
    head.open(f"/organisations/{newer.id}/merge?with={older.id}")
    chosen = {one["name"]: one["value"] for one in head.page.select("main [type=radio][checked]")}
    assert chosen == {"name_en": "other", "bin": "kept"}
    assert [text_of(one) for one in head.page.select("main .sk-msg")] == []


def test_two_bins_are_two_legal_entities_it_is_said(head):
    kept, other = make_organisation(bin="150240022006"), make_organisation(bin=BIN)
    head.open(f"/organisations/{kept.id}/merge?with={other.id}")
    assert "these may be two legal entities" in head.text


def test_a_participant_told_twice_is_one_and_says_what_both_said(head):
    kept, other = make_kazzinc()
    head.open(f"/organisations/{kept.id}/merge?with={other.id}").submit("Merge", within="main")
    found = db.session.scalars(select(Participant).order_by(Participant.id)).all()
    assert [(one.organisation_id, one.organisation_text) for one in found] == [
        (kept.id, "Kazzinc"),
        (kept.id, "KZ LLP"),
    ]


def test_shares_of_a_project_are_added_up_or_one_is_kept(head):
    for choice, share in (("add", 5000), ("kept", 3000)):
        with together():
            kept, other, project = make_organisation(), make_organisation(), make_project()
            part = make_project_participant(project, organisation=kept, share_basis_points=3000)
            make_project_participant(project, organisation=other, share_basis_points=2000)
        head.open(f"/organisations/{kept.id}/merge?with={other.id}")
        head.submit("Merge", within="main", shares=choice)
        assert stored(part).share_basis_points == share


def test_two_records_of_a_person_keep_every_name_and_the_withdrawal(head):
    with together():
        place = make_organisation()
        kept = make_person(family_name="Kinne", emails=["u@example.org"])
        other = make_person(
            family_name="Кинне",
            given_name="Ульрих",
            emails=["k@example.org"],
            consent_basis="written",
            consent_withdrawn_on=WITHDRAWN,
        )
        for person, position in ((kept, "Second secretary"), (other, "second secretary")):
            make_appointment(person=person, organisation=place, position_en=position)
        make_appointment(person=other, organisation=place, position_en="Consul")
    head.open(f"/people/{kept.id}/merge?with={other.id}").submit("Merge", within="main")
    record = stored(kept)
    assert record.emails == ("u@example.org", "k@example.org")
    assert record.aliases == ("Ульрих Кинне",)
    assert record.consent_withdrawn_on == WITHDRAWN
    posts = [text_of(one) for one in head.page.select("#appointments .sk-row-t")]
    assert [one.split(" Organisation")[0] for one in posts] == ["Second secretary", "Consul"]


def test_the_old_addresses_lead_to_the_kept_record_over_any_number_of_merges(head, officer):
    with together():
        first, second, third = (make_organisation() for _ in range(3))
        make_merge(second, first)
        make_merge(third, second)
    url = f"/organisations/{third.id}"
    assert officer.open(f"/organisations/{first.id}").url == url
    assert officer.open(f"/organisations/{first.id}/history?page=1").url == f"{url}/history?page=1"
    assert officer.open(f"/organisations/{second.id}/edit").url == f"{url}/edit"
    head.open("/organisations/?archived=1")
    assert head.rows == [["Nothing is found"]] or len(head.page.select("tbody a")) == 0


def test_a_merged_record_is_not_restored_by_hand(head):
    made = make_merge()
    head.open("/").post(f"/organisations/{made.merged_id}/restore")
    assert head.status == 409
    assert "only undoing the merge brings it back" in head.text
    assert db.session.get(Organisation, made.merged_id).archived_at is not None
    head.click("To the merge").submit("Undo the merge")
    assert head.open(f"/organisations/{made.merged_id}").url.endswith(str(made.merged_id))


def test_what_was_typed_into_a_merged_record_is_told_by_the_labels_of_its_form(head):
    made = make_merge()
    head.open("/").post(f"/organisations/{made.merged_id}/edit", name_en="Wilo", country="DE")
    assert [one.text for one in head.page.select(".sk-msg dt")] == ["Name (English)", "Country"]


def test_what_changed_since_the_preview_is_looked_at_once_more(head, officer):
    kept, other = make_organisation(name_en="Stays"), make_organisation(name_en="Goes")
    head.open(f"/organisations/{kept.id}/merge?with={other.id}")
    officer.open(f"/organisations/{other.id}/edit").submit("Save", note="Told by phone")
    head.submit("Merge", within="main", name_en="other")
    assert head.status == 409
    assert "Somebody changed this record meanwhile" in head.text
    head.submit("Merge", within="main")  # what was chosen is still chosen
    assert (stored(kept).name_en, stored(kept).note) == ("Goes", "Told by phone")


def test_both_histories_tell_who_merged_and_what_moved(head, admin):
    kept, other = make_kazzinc()
    head.open(f"/organisations/{kept.id}/merge?with={other.id}").submit("Merge", within="main")
    head.open(f"/organisations/{kept.id}/history")
    assert "Merge: Kazzinc LLP" in head.text
    assert "Participant: 2" in head.text
    admin.open(f"/admin/audit?record=organisations:{other.id}")
    assert "Merged into" in admin.text
    assert "Participant: 2" in admin.text


def test_only_heads_merge(officer, viewer):
    one, other = make_person(), make_person()
    for browser in (officer, viewer):
        assert browser.open(f"/people/{one.id}/merge?with={other.id}").status == 403
        assert "Merge with…" not in browser.open(f"/people/{one.id}").text
    assert db.session.get(Person, other.id).merged_into_id is None


def test_a_record_is_not_merged_with_itself_nor_with_none(head):
    one = make_person()
    for other in (one.id, 999, "x"):
        assert head.open(f"/people/{one.id}/merge?with={other}").status == 404
