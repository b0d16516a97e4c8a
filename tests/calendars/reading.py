"""Reading calendars as calendar programs do."""

from icalendar import Calendar

from tests.sweep import send


def events(content):
    """The entries of a file by the first part of their uid; a round trip loses nothing of it."""
    assert all(len(line) <= 75 for line in content.split(b"\r\n")), "a line is too long"
    calendar = Calendar.from_ical(content)
    assert Calendar.from_ical(calendar.to_ical()) == calendar
    return {str(event["uid"]).partition("@")[0]: event for event in calendar.walk("VEVENT")}


def make_feed(browser):
    """The path of a new feed of the person at ``browser``, as its page shows it once."""
    page = browser.open("/account/calendar")
    labels = [button.get_text().strip() for button in page.page.select("main button")]
    page.submit("Make an address" if "Make an address" in labels else "Make a new address")
    return browser.page.select_one("#calendar-address").text.removeprefix("http://127.0.0.1:8000")


def read(browser, url):
    """The entries at ``url``."""
    answer = send(browser, "GET", url)
    assert answer.status_code == 200, answer.status
    assert answer.content_type == "text/calendar; charset=utf-8"
    return events(answer.data)
