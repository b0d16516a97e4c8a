"""Every list of what can be archived has its archive: with reason and day, and the way back."""

import csv
import io

import pytest

from crm.core import clock, records
from crm.core.database import Archivable, db
from tests.factories import (
    make_delegation,
    make_document,
    make_follow_up,
    make_interest,
    make_meeting,
    make_organisation,
    make_person,
    make_project,
)

MAKE = {
    "documents": lambda: make_document(make_organisation()),
    "organisations": make_organisation,
    "people": make_person,
    "delegations": make_delegation,
    "meetings": make_meeting,
    "follow-ups": make_follow_up,
    "projects": make_project,
    "interests": make_interest,
}
RETIRED = {"admin/reference/rates"}  # an administrator retires these: tests/reference


def one_of_each(address):
    """An archived and a kept record of the list at ``address``."""
    gone, kept = MAKE[address](), MAKE[address]()
    gone.archive(clock.now(), "recorded twice")
    db.session.commit()
    return gone, kept


def ids(browser, address):
    """Ids of the records the page lists."""
    links = browser.page.select("main table tbody tr th a")
    return [int(a["href"].rpartition("/")[2]) for a in links]


def file(browser, url):
    text = browser.open(url).text.removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.usefixtures("app")
def test_every_archivable_list_is_tried_here():
    lists = {
        kind.address
        for kind in records.kinds()
        if kind.listing is not None and issubclass(kind.model, Archivable)
    }
    assert lists == set(MAKE) | RETIRED, "add what makes one, and the line of its row"


@pytest.mark.parametrize("address", MAKE)
def test_the_archive_shows_what_was_archived_with_reason_and_day_and_nothing_else(head, address):
    gone, kept = one_of_each(address)
    head.open(f"/{address}/")
    assert ids(head, address) == [kept.id]
    head.open(f"/{address}/?archived=1")
    assert ids(head, address) == [gone.id]
    row = head.page.select_one("main table tbody tr").get_text(" ")
    assert "recorded twice" in row
    assert str(clock.today().year) in row
    assert head.page.select_one(".sk-chip-on").get_text(strip=True) == "Archived"
    rows = file(head, f"/{address}.csv?archived=1&headers=keys&dialect=rfc4180")
    assert [(one["id"], one["archive_reason"]) for one in rows] == [
        (str(gone.id), "recorded twice")
    ]
    rows = file(head, f"/{address}.csv?headers=keys&dialect=rfc4180")
    assert [one["id"] for one in rows] == [str(kept.id)]
    assert "archive_reason" not in rows[0]
    head.open(f"/{address}/?archived=1").submit("Restore")
    assert head.open(f"/{address}/?archived=1").rows == []


def test_an_officer_sees_the_archive_and_cannot_restore_there(officer):
    one_of_each("meetings")
    officer.open("/meetings/?archived=1&status=held&q=working")
    assert len(officer.rows) == 1
    assert not officer.page.select("main form[action$=restore]")
    assert officer.open("/meetings/?archived=2").status == 400
    assert officer.open("/countries/?archived=1").status == 400
