"""The list of delegations, its filters and file; what is offered of them elsewhere."""

import csv
import io
from datetime import date

import pytest
from sqlalchemy import event, select
from sqlalchemy.engine import Engine

from crm.core import clock
from crm.core.database import db
from crm.delegations.models.delegation import Delegation
from crm.delegations.queries import delegation_choices, delegations_between
from tests.delegations.visits import TODAY, make_member, titles
from tests.factories import (
    make_country,
    make_delegation,
    make_follow_up,
    make_meeting,
    make_organisation,
    make_person,
    make_sector,
    make_user,
)

pytestmark = pytest.mark.usefixtures("world")


# -- the list ----------------------------------------------------------------------------------


def test_a_row_says_when_who_and_from_where(officer):
    delegation = make_delegation(
        title="Visit",
        level="business",
        arrives_on=date(2026, 12, 1),
        departs_on=date(2026, 12, 3),
        date_precision="range",
        officer=make_user(name="Aigerim"),
    )
    make_member(delegation, position_number=1)
    make_member(
        delegation,
        group_text=None,
        position_text="Ambassador",
        role="head",
        position_number=2,
    )
    officer.open("/delegations/")
    assert officer.rows == [
        [
            "1 Dec 2026 – 3 Dec 2026",
            "Visit Business circles",
            "DE Germany",
            "Ambassador",
            "Inbound visit",
            "Aigerim",
            "Planned",
        ]
    ]


def test_filters_find_the_hit_and_leave_the_near_miss(officer):
    other = make_user(name="Other")
    make_sector("MET.NFM", "Non-ferrous")
    make_country("CN", "China")
    hit = make_delegation(
        title="Hit",
        arrives_on=date(2026, 5, 5),
        date_precision="day",
        level="expert",
        direction="outbound",
        status="confirmed",
        officer=other,
        purpose="Cooperation",
        sectors=[make_sector("AGR")],
    )
    make_delegation(
        title="Miss", country_code="CN", arrives_on=date(2026, 5, 6), date_precision="day"
    )
    assert hit.id
    for query in (
        "country=DE",
        "sector=AGR",
        "status=confirmed",
        "level=expert",
        "direction=outbound",
        f"officer={other.id}",
        "arrives_from=2026-05-05&arrives_to=2026-05-05",
        "q=cooperation",
    ):
        assert titles(officer, f"/delegations/?{query}") == ["Hit"], query


MEANINGLESS = ["level=x", "direction=x", "arrives_to=x", "sort=x", "officer=0"]


def test_an_address_that_means_nothing_is_400(officer):
    for query in MEANINGLESS:
        assert officer.open(f"/delegations/?{query}").status == 400


def test_undated_ones_come_last_and_archived_ones_not_at_all(officer):
    make_delegation(title="Undated")
    make_delegation(title="Dated", arrives_on=date(2025, 1, 1), date_precision="day")
    gone = make_delegation(title="Gone")
    officer.open(f"/delegations/{gone.id}").click("Archive").submit("Archive", reason="Duplicate")
    assert titles(officer, "/delegations/") == ["Dated", "Undated"]
    assert titles(officer, "/delegations/?sort=arrives_on") == ["Dated", "Undated"]
    assert officer.open(f"/delegations/{gone.id}").status == 200


def test_the_file_has_the_rows_of_the_page_in_its_order(officer):
    for title in ("A", "C", "B"):
        make_delegation(title=title)
    shown = titles(officer, "/delegations/?sort=-title")
    officer.open("/delegations.csv?headers=keys&dialect=rfc4180&sort=-title")
    text = officer.text.removeprefix("\ufeff")
    assert [row["title"] for row in csv.DictReader(io.StringIO(text))] == shown == ["C", "B", "A"]


@pytest.mark.parametrize("address", ["/delegations/", "/delegations/{id}"])
def test_statements_do_not_grow_with_rows(officer, address):
    counts = []
    for rounds in (1, 4):
        for number in range(rounds):
            delegation = make_delegation(
                title=f"Visit {rounds}-{number}",
                sectors=[make_sector(f"S{rounds}{number}")],
            )
            first = db.session.scalars(select(Delegation).order_by(Delegation.id)).first()
            for parent in (delegation, first):
                make_member(
                    parent,
                    group_text=None,
                    person_id=make_person().id,
                    organisation_id=make_organisation().id,
                )
                make_meeting(delegation_id=parent.id)
                make_follow_up(delegation_id=parent.id)
        url = address.format(id=first.id)
        officer.open(url)
        statements = []
        listener = lambda *arguments, seen=statements: seen.append(arguments[2])  # noqa: E731
        event.listen(Engine, "before_cursor_execute", listener)
        officer.open(url)
        event.remove(Engine, "before_cursor_execute", listener)
        assert officer.status == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]


# -- queries -----------------------------------------------------------------------------------


def test_the_week_holds_what_is_known_to_the_day(app):
    monday, sunday = clock.week_of(TODAY)
    given = {
        "Day": (TODAY, None, "day"),
        "Range": (date(2026, 11, 20), monday, "range"),
        "Week": (monday, None, "week"),
    }
    misses = {
        "Month": (monday, None, "month"),
        "Before": (date(2026, 11, 22), None, "day"),
        "After": (date(2026, 11, 30), None, "day"),
        "Undated": (None, None, "unknown"),
    }
    for title, (arrives_on, departs_on, precision) in (given | misses).items():
        make_delegation(
            title=title, arrives_on=arrives_on, departs_on=departs_on, date_precision=precision
        )
    make_delegation(title="No", arrives_on=TODAY, date_precision="day", status="cancelled")
    found = db.session.scalars(delegations_between(monday, sunday)).unique().all()
    assert {one.title for one in found} == set(given)


def test_choices_keep_an_archived_one_only_where_it_is_stored(app):
    old = make_delegation(title="Old")
    old.archive(clock.now(), "x")
    new = make_delegation(title="New")
    db.session.commit()
    assert [key for key, _text in delegation_choices()] == [new.id]
    assert [key for key, _text in delegation_choices(old.id)] == [new.id]
    assert [key for key, _text in delegation_choices(stored=old.id)] == [new.id, old.id]
