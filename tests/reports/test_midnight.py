"""A deadline lasts to the end of its day in Almaty, wherever it is told."""

from datetime import UTC, date, datetime

from crm.core import clock
from tests.browser import Browser, text_of
from tests.factories import make_follow_up, make_user


def test_due_today_is_not_overdue_at_23_59_and_is_at_midnight(app, monkeypatch):
    """19:00 UTC is midnight in Almaty."""
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 20, 6, tzinfo=UTC))
    me = make_user()
    make_follow_up(text="Send the plan", owner=me, due_on=date(2026, 11, 24), kind="other")

    def told(hour, minute):
        now = datetime(2026, 11, 24, hour, minute, tzinfo=UTC)
        monkeypatch.setattr(clock, "now", lambda: now)
        officer = Browser(app).come_back(me)
        found = {
            "list": "Send the plan" in officer.open("/follow-ups/?status=overdue").text,
            "desk": text_of(officer.open("/").page.select_one("a[href*='status=overdue']"))[0],
            "badge": text_of(officer.page.select_one(".sk-row-d .due")),
            "control": "Send the plan" in officer.open("/reports/control?status=overdue").text,
            "digest": "Overdue" in officer.open("/digest/").text,
        }
        row = officer.open("/reports/discipline").page.select("tbody tr:has(td)")[0]
        return found | {"discipline": text_of(row.select("td")[6])}

    assert told(18, 59) == {
        **{"list": False, "desk": "0", "badge": "today", "control": False, "digest": False},
        "discipline": "0",
    }
    assert told(19, 0) == {
        **{"list": True, "desk": "1", "badge": "1 day overdue", "control": True, "digest": True},
        "discipline": "1",
    }
