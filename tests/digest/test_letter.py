"""What stands in the digest, in both parts of the mail."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import event

from crm.core.database import db
from crm.digest.queries.digest import MOST_LATER
from crm.digest.services.letter import letter_of, write_digest
from crm.follow_ups.models.follow_up import Executor, Progress
from tests.browser import text_of
from tests.digest.posting import TUESDAY
from tests.factories import (
    make_country,
    make_delegation,
    make_follow_up,
    make_meeting,
    make_participant,
    make_person,
    make_user,
)
from tests.tree import Tag


@pytest.fixture
def anna(app):
    return make_user(name="Anna", email="anna@test.example")


def written(user, on=TUESDAY):
    return write_digest(user, on)


def letter(user, on=TUESDAY):
    return letter_of(write_digest(user, on))


def page(user, on=TUESDAY):
    return Tag.read(letter(user, on).html)


def outline(user, on=TUESDAY):
    """(part, group, texts) in the order they are read."""
    return [
        (section.title, block.label, [line.text for line in block.lines])
        for section in written(user, on).sections
        for block in section.blocks
    ]


def points(user, on=TUESDAY):
    """Each point's lines in the text part."""
    paragraphs = letter(user, on).text.replace("\xa0", " ").split("\n\n")
    return [one.splitlines() for one in paragraphs if one.startswith("* ")]


def carried_out_by(point, **whom):
    db.session.add(Executor(follow_up_id=point.id, is_lead=True, **whom))
    db.session.commit()
    return point


def noted(point, day, text):
    db.session.add(Progress(follow_up_id=point.id, noted_on=day, text=text))
    db.session.commit()
    return point


def test_consultations_come_first_and_each_point_stands_once_by_urgency(anna):
    for kind in ("other", "consultation"):
        due = {"owner": anna, "kind": kind}
        make_follow_up(**due, text="late", due_on=date(2026, 11, 23))
        make_follow_up(**due, text="later", due_on=date(2026, 11, 30))
        make_follow_up(**due, text="sunday", due_on=date(2026, 11, 29))
        make_follow_up(**due, text="today", due_on=TUESDAY)
        make_follow_up(**due, text="open")
        make_follow_up(**due, text="theirs", due_on=date(2026, 12, 30), status="awaiting_partner")
        make_follow_up(**due, text="held", status="done", outcome="held")
        make_follow_up(**due, text="given up", status="cancelled")
    groups = [
        ("Overdue", ["late"]),
        ("Due this week", ["today", "sunday"]),
        ("No deadline set", ["open"]),
        ("Awaiting the foreign side", ["theirs"]),
        ("Later", ["later"]),
    ]
    assert outline(anna) == [
        *[("Consultations", *group) for group in groups],
        *[("Other points", *group) for group in groups],
    ]


def test_the_subject_counts(anna):
    make_follow_up(owner=anna)
    make_follow_up(owner=anna)
    assert letter(anna).subject == "Pending consultations: 2"
    make_follow_up(owner=anna, kind="training")
    assert letter(anna).subject == "Pending consultations: 2, other points: 1"


def test_without_consultations_the_subject_counts_the_points(anna):
    make_follow_up(owner=anna, kind="training")
    assert letter(anna).subject == "Points under control: 1"


def test_what_one_carries_out_stands_beside_what_one_owns_and_nothing_else(anna):
    boris = make_user(name="Boris")
    carried_out_by(make_follow_up(owner=boris, text="carried"), user_id=anna.id)
    both = make_follow_up(owner=anna, text="both")
    carried_out_by(both, user_id=anna.id)
    make_follow_up(owner=boris, text="his own")
    make_follow_up(owner=anna, text="archived", archived_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert outline(anna) == [("Consultations", "No deadline set", ["carried", "both"])]
    carried, own = points(anna)
    assert "  Owner: Boris" in carried
    assert not any("Owner" in line for line in own)


def test_a_line_says_country_subject_meeting_deadline_and_link(anna):
    make_country("DE", "Germany")
    meeting = make_meeting(title="Talks with the embassy", held_on=date(2026, 11, 3))
    point = make_follow_up(
        owner=anna, text="Exchange", country_code="DE", meeting=meeting, number=2, due_on=TUESDAY
    )
    assert points(anna) == [
        [
            "* Germany: Exchange",
            "  Talks with the embassy, No. 2 (3 Nov 2026)",
            "  Due date: 24 Nov 2026 · today",
            f"  http://127.0.0.1:8000/follow-ups/{point.id}",
        ]
    ]
    row = page(anna).select_one(".dm-points tr")
    assert text_of(row) == (
        "Exchange Germany · Talks with the embassy, No. 2 (3 Nov 2026) 24 Nov 2026 today"
    )
    assert [a["href"] for a in row.select("a")] == [f"http://127.0.0.1:8000/follow-ups/{point.id}"]


@pytest.mark.parametrize(
    ("held_on", "precision", "words"),
    [
        (None, "unknown", "(date unknown)"),
        (date(2025, 9, 1), "month", "(September 2025)"),
        (date(2025, 1, 1), "year", "(year 2025)"),
    ],
)
def test_a_meeting_day_that_is_not_known_is_not_invented(anna, held_on, precision, words):
    meeting = make_meeting(title="Visit", held_on=held_on, date_precision=precision)
    make_follow_up(owner=anna, meeting=meeting)
    assert points(anna)[0][1] == f"  Visit {words}"


def test_a_point_without_a_meeting_says_where_it_comes_from(anna):
    make_follow_up(owner=anna, delegation=make_delegation(title="Visit of the ambassador"))
    make_follow_up(
        owner=anna, basis="akim_instruction", basis_number="12", basis_date=date(2026, 11, 2)
    )
    assert [lines[1] for lines in points(anna)] == [
        "  Visit of the ambassador",
        "  Instruction of the akim, No. 12, 2 Nov 2026",
    ]


def test_an_overdue_point_names_days_executor_and_progress_or_that_there_are_none(anna):
    late = {"owner": anna, "due_on": date(2026, 11, 19)}
    known = carried_out_by(make_follow_up(**late), outsider="Kazzinc LLP")
    noted(known, date(2026, 11, 2), "asked")
    noted(known, date(2026, 11, 12), "asked\nonce more")
    make_follow_up(**late)
    first, second = points(anna)
    assert first[1:4] == [
        "  Due date: 19 Nov 2026 · 5 days overdue",
        "  Responsible executor: Kazzinc LLP",
        "  Progress: 12 Nov 2026, asked once more",
    ]
    assert second[2:4] == [
        "  Responsible executor: not named",
        "  Progress: nothing noted yet",
    ]


def test_what_the_partner_owes_is_told_as_theirs(anna):
    make_follow_up(owner=anna, kind="provide_info", responsible_side="partner", due_on=TUESDAY)
    make_follow_up(owner=anna, kind="training", responsible_side="ours", due_on=TUESDAY)
    assert [one[1] for one in points(anna)] == [
        "  Providing information · partner side",
        "  Staff training",
    ]


def test_a_point_without_a_deadline_tells_its_age(anna):
    make_follow_up(owner=anna, agreed_on=date(2026, 10, 25))
    make_follow_up(owner=anna, created_at=datetime(2026, 11, 20, 20, tzinfo=UTC))  # 21st here
    assert [lines[1] for lines in points(anna)] == [
        "  No deadline set · open for 30 days",
        "  No deadline set · open for 3 days",
    ]


def test_a_point_that_awaits_the_partner_tells_since_when(anna):
    make_follow_up(
        owner=anna,
        due_on=date(2026, 12, 30),
        status="awaiting_partner",
        status_since=date(2026, 11, 12),
    )
    assert "  Awaiting the foreign side since: 12 Nov 2026" in points(anna)[0]


def test_of_the_later_ones_ten_stand_and_the_rest_is_one_link(anna):
    for number in range(MOST_LATER + 3):
        make_follow_up(owner=anna, text=f"point {number}", due_on=date(2026, 12, 1 + number))
    make_follow_up(owner=anna, due_on=date(2026, 11, 1))
    assert letter(anna).subject == f"Pending consultations: {MOST_LATER + 4}"
    (_, late), (later, shown) = [(block, block.lines) for block in written(anna).sections[0].blocks]
    assert (len(late), later.count, len(shown)) == (1, MOST_LATER + 3, MOST_LATER)
    assert shown[-1].text == f"point {MOST_LATER - 1}"
    assert text_of(page(anna).select(".dm-points")[1].select("tr")[-1]) == "and 3 more"


def test_exactly_ten_later_ones_need_no_link(anna):
    for _ in range(MOST_LATER):
        make_follow_up(owner=anna, due_on=date(2026, 12, 1))
    assert "more" not in letter(anna).text


@pytest.mark.parametrize(
    ("language", "subject", "day", "country"),
    [
        (
            "kk",
            "Өткізілуге тиіс консультациялар: 1",
            "2026 жылғы 24 қараша, сейсенбі",
            "Германия (kk)",
        ),
        (
            "ru",
            "Консультации, ожидающие проведения: 1",
            "24 ноября 2026 года, вторник",
            "Германия (ru)",
        ),
        ("en", "Pending consultations: 1", "24 November 2026, Tuesday", "Germany"),
    ],
)
def test_each_reads_their_own_language(app, language, subject, day, country):
    make_country("DE", "Germany", name_kk="Германия (kk)", name_ru="Германия (ru)")
    user = make_user(language=language)
    make_follow_up(owner=user, country_code="DE", text_language="kk")
    mail = letter(user)
    assert mail.language == language
    assert mail.subject == subject
    assert day in mail.text
    assert f"{country}: " in mail.text
    html = page(user)
    assert html.html["lang"] == language
    assert html.select_one(".dm-link").get("lang") == (None if language == "kk" else "kk")


def test_whatever_is_typed_stays_text(app):
    hostile = "<script>alert(1)</script> {{ 7*7 }} %(name)s & “x”\r\n\r\n* Forged: line"
    user = make_user(name="<b>Eve</b> %s {{ 7*7 }}")
    meeting = make_meeting(title="<img src=x onerror=alert(1)>")
    point = make_follow_up(
        owner=user, text=hostile, meeting=meeting, due_on=date(2026, 11, 1), kind="other"
    )
    carried_out_by(point, outsider="<i>O</i>")
    noted(point, date(2026, 11, 2), "</td></tr></table><h1>gone</h1>")
    html = page(user)
    assert not html.select("script, img, i, [onerror]")
    assert len(html.select("h1")) == 1
    assert text_of(html.select_one(".dm-link")) == " ".join(hostile.split())
    assert "Dear <b>Eve</b> %s {{ 7*7 }}," in html.text
    assert sum(line.startswith("* ") for line in letter(user).text.splitlines()) == 1


def test_a_text_far_too_long_is_cut_and_its_link_leads_to_all_of_it(anna):
    make_follow_up(owner=anna, text="Ұзақ мәтін " * 1000)
    line = written(anna).sections[0].blocks[0].lines[0]
    assert 490 <= len(line.text) <= 501
    assert line.text.endswith("…")


def test_the_html_needs_nothing_from_anywhere(anna):
    make_follow_up(owner=anna, due_on=date(2026, 11, 1))
    html = page(anna)
    assert not html.select("img, link, script, iframe, [background]")
    assert "url(" not in letter(anna).html
    assert html.select_one("meta[name=color-scheme]")["content"] == "light dark"
    assert html.select_one(".dm-sheet")["width"] == "600"
    visible = [tag for tag in html.body.select("a, p, h1, h2, h3, td, div") if text_of(tag)]
    unstyled = [tag for tag in visible if not tag.get("style") and tag.get("class")]
    assert unstyled == []


def test_guests_are_not_in_it(anna):
    guest = make_person(
        family_name="Kinne", emails=["kinne@embassy.example"], phones=["+49301234567"]
    )
    meeting = make_meeting(title="Talks")
    make_participant(meeting=meeting, person=guest)
    make_follow_up(owner=anna, meeting=meeting)
    mail = letter(anna)
    for private in ("Kinne", "kinne@", "+4930"):
        assert private not in mail.text + mail.html


def test_a_digest_costs_the_same_whatever_its_length(anna):
    statements = []
    event.listen(db.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))

    def cost():
        db.session.commit()
        user = db.session.merge(anna)
        assert user.name
        statements.clear()
        letter(user)
        return len(statements)

    def more(count):
        for number in range(count):
            point = make_follow_up(
                owner=anna, meeting=make_meeting(), country_code="DE", due_on=date(2026, 11, 1)
            )
            carried_out_by(point, user_id=make_user().id)
            noted(point, date(2026, 11, 2), f"line {number}")

    more(2)
    few = cost()
    more(10)
    assert cost() == few <= 10
