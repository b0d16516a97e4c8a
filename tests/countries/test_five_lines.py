"""What about the Germans? Five lines: last contact, promised, done, overdue, next step."""

from datetime import date, timedelta

import pytest
from flask_babel import force_locale
from sqlalchemy import select

from crm.core import clock
from crm.core.database import db
from crm.countries.models import Country
from crm.delegations.models.delegation import DelegationMember
from crm.follow_ups.models.five_lines import five_lines
from crm.follow_ups.models.follow_up import Executor, FollowUp, Progress
from crm.follow_ups.queries.standing import standing_of
from tests import chromium
from tests.factories import (
    make_country,
    make_delegation,
    make_department,
    make_follow_up,
    make_meeting,
    make_organisation,
    make_participant,
    make_person,
    make_user,
)
from tests.postgres import on_sqlite
from tests.sweep import statements

TODAY = date(2026, 11, 24)  # a Tuesday
SAMPLE = {"kind": "prepare_roadmap", "country_code": "DE"}


@pytest.fixture
def tuesday(app, monkeypatch):
    make_country()
    monkeypatch.setattr(clock, "today", lambda: TODAY)


def shown(browser):
    """The five lines of the page as a person reads them."""
    return [" ".join(line.get_text().split()) for line in browser.page.select("#five-lines > li")]


def germany(app, language="en"):
    """The five lines for Germany as a reader of ``language`` gets them."""
    with app.test_request_context(), force_locale(language):
        db.session.rollback()
        country = db.session.get(Country, "DE")
        return five_lines(standing_of(country, clock.today())).plain.split("\n")


def carried_out_by(point, **who):
    db.session.add(Executor(follow_up_id=point.id, is_lead=True, **who))
    db.session.commit()
    return point


def test_an_empty_country_has_five_honest_lines(officer):
    make_country()
    assert shown(officer.open("/countries/DE")) == [
        "Germany, last contact: no meeting or visit is recorded",
        "Promised: nothing is agreed yet",
        "Done: nothing yet",
        "Overdue: none",
        "Next step: no meeting or visit is planned",
    ]


def test_the_last_contact_says_who_received_whom(app, tuesday):
    meeting = make_meeting(title="Talks", held_on=date(2026, 11, 12))
    akim = make_person(given_name="Nurymbet", family_name="Saktaganov")
    kinne = make_person(given_name="Ulrich", family_name="Kinne")
    of_person = {"meeting": meeting, "group_text": None}
    make_participant(**of_person, person_id=akim.id, side="ours", role="host", position_text="Akim")
    make_participant(**of_person, person_id=kinne.id, position_text="Second secretary")
    make_participant(meeting=meeting)
    make_participant(meeting=meeting, group_text="Press")
    make_meeting(title="Earlier", held_on=date(2026, 11, 11))
    make_meeting(title="Planned", held_on=date(2026, 11, 23), status="planned")
    make_meeting(title="Cancelled", held_on=date(2026, 11, 23), status="cancelled")
    make_meeting(title="Archived", held_on=date(2026, 11, 23), archived_at=clock.now())
    make_meeting(title="French", held_on=date(2026, 11, 23), country_code="FR")
    assert germany(app)[0] == (
        "Germany, last contact: 12 Nov 2026 – Talks (received by: Nurymbet Saktaganov – Akim;"
        " partner side: Ulrich Kinne – Second secretary, Firms, more: 1)"
    )


def test_a_visit_without_a_meeting_is_a_contact_with_its_precision(app, tuesday):
    visit = make_delegation(
        title="Ambassador",
        status="completed",
        arrives_on=date(2026, 9, 1),
        date_precision="month",
        received_by="Akim",
    )
    db.session.add(DelegationMember(delegation_id=visit.id, position_text="Envoy", role="head"))
    db.session.commit()
    make_delegation(title="Not yet", arrives_on=date(2026, 10, 1), date_precision="month")
    make_meeting(title="Spring", held_on=date(2026, 4, 1))
    assert germany(app)[0] == (
        "Germany, last contact: September 2026 – Ambassador"
        " (received by: Akim; partner side: Envoy)"
    )


def test_an_undated_contact_stands_beside_the_last_dated_one(app, tuesday):
    visit = make_delegation(title="Visit", status="completed")
    talks = make_meeting(title="Undated talks", delegation_id=visit.id)
    make_follow_up(meeting_id=talks.id, country_code="DE")
    make_meeting(title="Recorded later")
    make_meeting(title="Spring", held_on=date(2026, 4, 1))
    assert germany(app)[0] == (
        "Germany, last contact: 1 Apr 2026 – Spring"
        " (received by: not stated; partner side: not stated);"
        " date unknown – Undated talks (received by: not stated; partner side: not stated);"
        " contacts without a date: 2"
    )


def test_promises_done_and_given_up_add_up(app, tuesday):
    make_follow_up(text="Road map", due_on=date(2026, 12, 1), **SAMPLE)
    make_follow_up(text="Exchange", country_code="DE", responsible_side="both")
    make_follow_up(text="Plot", due_on=date(2026, 12, 2), responsible_side="partner", **SAMPLE)
    make_follow_up(text="Later", due_on=date(2026, 12, 3), **SAMPLE)
    closed = {"outcome": "Signed.", **SAMPLE}
    make_follow_up(text="Memo", status="off_control", done_on=date(2026, 11, 2), **closed)
    make_follow_up(text="First", status="done", done_on=date(2026, 10, 2), **closed)
    make_follow_up(text="Dropped", status="cancelled", **SAMPLE)
    make_follow_up(text="Archived", archived_at=clock.now(), **SAMPLE)
    _, promised, done, late, _ = germany(app)
    assert promised == (
        "Promised: 7 points, pending: 4 – Exchange (consultation, both sides);"
        " Road map (our side); Plot (partner side); more: 1"
    )
    assert done == "Done: 2; last: 2 Nov 2026 – Memo: Signed.; no longer relevant: 1"
    assert late == "Overdue: none"


def test_what_is_overdue_says_why(app, tuesday):
    since = {"due_on": TODAY - timedelta(days=12), **SAMPLE}
    point = make_follow_up(text="Site\nplan", **since)
    carried_out_by(point, department_id=make_department().id)
    for day, text in ((3, "Letter sent"), (1, "Nothing")):
        db.session.add(Progress(follow_up_id=point.id, noted_on=date(2026, 11, day), text=text))
    db.session.commit()
    assert germany(app)[3] == (
        "Overdue: 1 – Site plan (due 12 Nov 2026, 12 days overdue;"
        " executor: Department of Entrepreneurship; progress: 3 Nov 2026 – Letter sent)"
    )
    make_follow_up(text="Sooner", **{**since, "due_on": date(2026, 11, 1)})
    make_follow_up(text="Yesterday", **{**since, "due_on": date(2026, 11, 23)})
    make_follow_up(text="Today", **{**since, "due_on": TODAY})
    late = germany(app)[3]
    assert late.startswith(
        "Overdue: 3 – 1) Sooner (due 1 Nov 2026, 23 days overdue;"
        " executor: not named; progress: nothing noted); 2) Site plan"
    )
    assert late.endswith("; more: 1")


def test_the_next_step_is_the_next_dated_thing(app, tuesday):
    make_meeting(title="Gone by", held_on=date(2026, 11, 23), status="planned")
    make_meeting(title="Some day", status="planned")
    unsettled = "the day has passed, held or not? 23 Nov 2026 – Gone by"
    assert germany(app)[4] == (
        f"Next step: date unknown – Some day (meeting, planned); {unsettled}"
    )
    make_delegation(title="In November", arrives_on=date(2026, 11, 1), date_precision="month")
    assert germany(app)[4] == (
        f"Next step: November 2026 – In November (visit, planned); {unsettled}"
    )
    carried_out_by(
        make_follow_up(text="Plan", due_on=TODAY, **SAMPLE), user_id=make_user(name="Aigerim").id
    )
    make_follow_up(text="Undated", **SAMPLE)
    make_follow_up(text="Late", due_on=date(2026, 11, 1), **SAMPLE)
    assert germany(app)[4] == (
        "Next step: nearest deadline: 24 Nov 2026 – Plan (executor: Aigerim);"
        f" November 2026 – In November (visit, planned); {unsettled}; no deadline set: 1"
    )


def test_a_day_comes_before_the_end_of_a_span_that_has_begun(app, tuesday):
    make_meeting(
        title="This year", held_on=date(2026, 1, 1), date_precision="year", status="planned"
    )
    make_meeting(title="Talks", held_on=date(2026, 12, 3), status="planned")
    make_delegation(title="Quarter", arrives_on=date(2026, 10, 1), date_precision="quarter")
    assert germany(app)[4].startswith("Next step: 3 Dec 2026 – Talks (meeting, planned)")


def test_what_is_still_ahead_is_no_last_contact(app, tuesday):
    make_meeting(title="Past", held_on=date(2026, 11, 2))
    make_meeting(title="Slip", held_on=date(2027, 3, 1))
    make_delegation(
        title="Slip", arrives_on=date(2027, 3, 1), date_precision="day", status="completed"
    )
    assert "2 Nov 2026 – Past" in germany(app)[0]


def test_a_contact_to_come_is_named_and_one_gone_by_is_not(app, tuesday):
    for day in (date(2026, 11, 23), date(2026, 12, 10), date(2026, 12, 2)):
        make_delegation(status="completed", next_contact_on=day)
    make_delegation(status="cancelled", next_contact_on=date(2026, 11, 25))
    assert germany(app)[4] == (
        "Next step: next contact on: 2 Dec 2026; no meeting or visit is planned"
    )


def test_words_agree_with_their_numbers_in_three_languages(app, tuesday):
    make_follow_up(due_on=date(2026, 11, 23), country_code="DE")
    promised = {code: germany(app, code)[1] for code in ("kk", "ru", "en")}
    assert promised["kk"].startswith("Уағдаластықтар: барлығы 1, орындалуға тиісі: 1 – ")
    assert promised["ru"].startswith("Обещано: 1 договорённость, на исполнении: 1 – ")
    assert promised["en"].startswith("Promised: 1 point, pending: 1 – ")
    for count, russian in ((2, "2 договорённости"), (5, "5 договорённостей")):
        while len(db.session.scalars(select(FollowUp)).all()) < count:
            make_follow_up(country_code="DE")
        assert f"Обещано: {russian}," in germany(app, "ru")[1]
        assert f"барлығы {count}," in germany(app, "kk")[1]
    assert "1 күн өтті" in germany(app, "kk")[3]
    assert "просрочено на 1 дн." in germany(app, "ru")[3]


def test_long_texts_end_in_an_ellipsis_and_stay_one_line(app, tuesday):
    make_follow_up(text="Prepare the plan\n" * 40, due_on=date(2026, 11, 1), **SAMPLE)
    lines = germany(app)
    assert len(lines) == 5
    assert "…" in lines[1]
    assert max(map(len, lines)) < 400


def test_the_lines_change_within_one_click_of_closing_a_consultation(head):
    make_follow_up(text="Exchange of experience", country_code=make_country().code)
    head.open("/countries/DE")
    assert "pending: 1 – Exchange of experience (consultation, our side)" in shown(head)[1]
    assert shown(head)[2] == "Done: nothing yet"
    head.submit("Mark as done", within="#follow-ups", outcome="Held by video")
    assert head.url == "/countries/DE"
    assert shown(head)[1] == "Promised: 1 point, pending: 0"
    assert shown(head)[2].endswith("– Exchange of experience: Held by video")
    assert "no deadline set" not in shown(head)[4]


def test_an_organisation_has_its_own_five_lines(officer, tuesday):
    siemens = make_organisation(name_en="Siemens")
    meeting = make_meeting(title="Talks", held_on=date(2026, 11, 12))
    make_participant(meeting=meeting, group_text=None, organisation_id=siemens.id)
    make_follow_up(text="Tender", meeting_id=meeting.id, **SAMPLE)
    make_follow_up(text="Direct", partner_organisation_id=siemens.id, **SAMPLE)
    make_follow_up(text="Of the country alone", **SAMPLE)
    make_meeting(title="Of the country alone", held_on=date(2026, 11, 20))
    lines = shown(officer.open(f"/organisations/{siemens.id}"))
    assert lines[0].startswith("Siemens, last contact: 12 Nov 2026 – Talks (")
    assert lines[1] == "Promised: 2 points, pending: 2 – Tender (our side); Direct (our side)"
    assert lines[4] == "Next step: no meeting or visit is planned; no deadline set: 2"
    officer.click("Promised", within="#five-lines")
    assert sorted(row[1].split()[0] for row in officer.rows) == ["Direct", "Tender"]


def test_reading_takes_the_same_number_of_statements_however_much_there_is(officer):
    def fill(times):
        for number in range(times):
            day = clock.today() + timedelta(days=number - 3)
            for status in ("held", "planned"):
                meeting = make_meeting(held_on=day, status=status)
                make_participant(meeting=meeting)
            make_meeting()
            for side in ("ours", "partner", "both"):
                point = make_follow_up(
                    meeting_id=meeting.id, due_on=day, responsible_side=side, **SAMPLE
                )
                carried_out_by(point, user_id=point.owner_id)
            make_follow_up(status="done", outcome="Held", done_on=day, country_code="DE")
            make_delegation(status="completed", arrives_on=day, date_precision="day")

    make_country()
    fill(5)
    statements(officer, "/countries/DE")
    few = statements(officer, "/countries/DE")
    fill(5)
    assert statements(officer, "/countries/DE") == few


@on_sqlite
def test_the_button_copies_exactly_what_is_shown(app, page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    user = make_user(email="officer@test.example", language="en")
    make_follow_up(text="Exchange  of\nexperience", country_code=make_country().code)
    expected = "\n".join(germany(app))
    chromium.come_back(page, user)
    page.goto("/countries/DE")
    assert page.locator("#five-lines").inner_text() == expected
    page.get_by_role("button", name="Copy the five lines").click()
    page.get_by_text("The five lines are copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == expected
