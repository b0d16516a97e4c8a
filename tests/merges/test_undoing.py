from datetime import date

import pytest
from sqlalchemy import select

from crm.core.database import MergedError, db
from crm.core.names.likeness import NameKind
from crm.duplicates.models import LikelyPair
from crm.duplicates.services.marking import mark
from crm.lists.models import ListView
from crm.meetings.models import Participant
from crm.merges.services.undoing import undo
from tests.factories import (
    make_follow_up,
    make_meeting,
    make_merge,
    make_organisation,
    make_participant,
    make_person,
    make_user,
    together,
)


def stored(record):
    db.session.rollback()
    return db.session.get(type(record), record.id, populate_existing=True)


def test_what_was_edited_since_is_listed_and_stays(head, officer):
    with together():
        kept = make_organisation(name_en="Stays", aliases=("S",))
        goes = make_organisation(name_en="Goes", aliases=("G",))
        others = make_organisation(name_en="Third")
        moved, led_on, taken_out = (
            make_participant(organisation_id=goes.id, group_text=f"Group {n}") for n in range(3)
        )
        point = make_follow_up(partner_organisation_id=goes.id)
        made = make_merge(kept, goes)
    officer.open(f"/organisations/{kept.id}/edit")
    officer.submit("Save", website="https://stays.example", aliases="S\nGoes\nG\nN")
    with together():  # as on the pages of the meetings
        db.session.get(Participant, led_on.id).organisation_id = others.id
        db.session.delete(db.session.get(Participant, taken_out.id))
        make_participant(organisation_id=kept.id, group_text="Newcomers")

    head.open(f"/merges/{made.id}")
    for told in ("https://stays.example", "Group 1", "Third", "Group 2", "Newcomers"):
        assert told in head.text
    assert "Group 0" not in head.text
    head.submit("Undo the merge")
    assert "The merge is undone" in head.text
    for told in ("https://stays.example", "Group 1", "Group 2", "Newcomers"):
        assert told in head.text
    record = stored(kept)
    assert (record.website, record.aliases) == ("https://stays.example", ("S", "N"))
    assert stored(goes).aliases == ("G",)
    assert stored(moved).organisation_id == goes.id
    assert stored(led_on).organisation_id == others.id
    assert stored(point).partner_organisation_id == goes.id
    leading = select(Participant.group_text).where(Participant.organisation_id == kept.id)
    assert db.session.scalars(leading).all() == ["Newcomers"]


def test_an_undo_that_saw_no_edit_is_asked_for_once_more(head, officer):
    kept, goes = make_organisation(name_en="Stays"), make_organisation(name_en="Goes")
    head.open(f"/organisations/{kept.id}/merge?with={goes.id}").submit("Merge", within="main")
    officer.open(f"/organisations/{kept.id}/edit").submit("Save", note="Called")
    head.submit("Undo", within=".sk-flash")
    assert head.status == 409
    assert "Called" in head.text
    assert stored(goes).merged_into_id == kept.id
    head.submit("Undo the merge")
    assert (stored(goes).merged_into_id, stored(kept).note) == (None, "Called")


def test_two_lines_of_a_meeting_that_became_one_are_two_again(head):
    with together():
        kept, goes, meeting = make_person(), make_person(), make_meeting()
        lines = [
            make_participant(
                meeting=meeting, person_id=one.id, group_text=None, position_text=position
            )
            for one, position in ((kept, "Consul"), (goes, "Консул"))
        ]
        before = [(one.id, one.person_id, one.position_text) for one in lines]
        version = meeting.version
        made = make_merge(kept, goes)

    def told():
        db.session.rollback()
        found = select(Participant.id, Participant.person_id, Participant.position_text)
        return [tuple(row) for row in db.session.execute(found.order_by(Participant.id))]

    assert told() == [(before[0][0], kept.id, "Consul / Консул")]
    assert stored(meeting).version > version  # an open form must not bring the other back
    head.open(f"/merges/{made.id}").submit("Undo the merge")
    assert told() == before


def test_a_merge_that_another_was_built_on_is_undone_after_it(head):
    with together():
        first, second, third = (make_organisation() for _ in range(3))
        point = make_follow_up(partner_organisation_id=first.id)
        lower = make_merge(second, first)
        upper = make_merge(third, second)
    head.open(f"/merges/{lower.id}")
    assert "undo that first" in head.text
    assert head.post(f"/merges/{lower.id}/undo").status == 409
    for one, holder in ((upper, second), (lower, first)):
        head.open(f"/merges/{one.id}").submit("Undo the merge")
        assert stored(point).partner_organisation_id == holder.id


def test_a_line_that_went_before_another_merge_comes_back_to_its_end(head):
    with together():
        kept, goes, meeting = make_person(), make_person(), make_meeting()
        firm, same_firm = make_organisation(), make_organisation()
        lines = [
            make_participant(
                meeting=meeting, person_id=one.id, organisation_id=firm.id, group_text=None
            )
            for one in (kept, goes)
        ]
        of_people = make_merge(kept, goes)
        of_firms = make_merge(same_firm, firm)
    gone = lines[1].id
    head.open(f"/merges/{of_people.id}").submit("Undo the merge")
    back = db.session.get(Participant, gone)
    assert (back.person_id, back.organisation_id) == (goes.id, same_firm.id)
    head.open(f"/merges/{of_firms.id}").submit("Undo the merge")
    assert stored(back).organisation_id == firm.id


def test_values_that_belong_together_come_back_together_or_not_at_all(app):
    with together():
        kept = make_person(note="Ours", text_language="en")
        goes = make_person(consent_basis="written", consent_on=date(2026, 1, 5), note="Theirs")
        made = make_merge(kept, goes, note="other")
    stored(kept).consent_withdrawn_on = date(2026, 5, 1)
    db.session.commit()
    undo(made, None)
    db.session.commit()
    record = stored(kept)
    assert (record.note, record.text_language) == ("Ours", "en")
    assert (record.consent_basis, record.consent_on) == ("written", date(2026, 1, 5))


def test_a_link_made_while_its_record_was_merged_is_refused(app):
    made = make_merge()
    with pytest.raises(MergedError):
        make_participant(organisation_id=made.merged_id)
    db.session.rollback()
    make_participant(organisation_id=made.kept_id)


def test_what_is_not_the_same_as_the_merged_one_is_not_the_kept_one_either(head):
    with together():
        kept, goes = make_organisation(name_en="Wilo AG"), make_organisation(name_en="Вило")
        third = make_organisation(name_en="Wilo SE")
        mark(NameKind.ORGANISATION, goes, third, None)
    pairs = {(kept.id, goes.id), (kept.id, third.id)}
    assert likely() == pairs
    made = make_merge(kept, goes)
    assert head.open("/organisations/duplicates").rows == []
    (line,) = head.open("/organisations/duplicates?marked=1").rows
    assert (line[0][:7], line[1][:7]) == ("Wilo AG", "Wilo SE")
    head.open(f"/merges/{made.id}").submit("Undo the merge")
    assert likely() == pairs
    (line,) = head.open("/organisations/duplicates?marked=1").rows
    assert line[0].startswith("Вило")


def likely():
    db.session.rollback()
    return set(map(tuple, db.session.execute(select(LikelyPair.older_id, LikelyPair.newer_id))))


def test_bookmarks_of_lists_follow_the_kept_record(head):
    made = make_merge()
    for page in ("follow-ups/", "interests/", "projects.csv", "follow-ups/new"):
        address = f"/{page}?sort=id&organisation={{}}"
        head.open(address.format(made.merged_id))
        assert head.url == address.format(made.kept_id)


def test_saved_views_follow_the_kept_record_and_come_back(head):
    with together():
        kept, goes = make_organisation(), make_organisation()
        query = f"organisation={goes.id}&status=pending"
        views = [
            ListView(listing=listing, owner_id=make_user().id, name="Ours", query=text)
            for listing, text in (("follow-ups", query), ("meetings", f"q={goes.id}"))
        ]
        db.session.add_all(views)
        db.session.flush()
        made = make_merge(kept, goes)
    assert stored(views[0]).query == f"organisation={kept.id}&status=pending"
    assert stored(views[1]).query == f"q={goes.id}"
    head.open(f"/merges/{made.id}").submit("Undo the merge")
    assert stored(views[0]).query == query
