"""The pages that are measured, each with the statements of its floor."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from tests.bench import likely
from tests.bench.around import (
    bar,
    contacts_before,
    frame,
    interests_akin,
    meetings_to_link,
    projects_to_link,
    proofs,
    sectors,
    status_history,
    threshold,
    turnover,
    visits_of,
    writers,
)
from tests.bench.sql import PENDING, Asked

POINT, MEETING = '"/follow-ups/{}"', '"/meetings/{}"'
_GERMAN_POINT = "f.country_code = 'DE'"
_URGENT = "f.urgency_key, f.id"
_NEWEST = "m.held_on DESC NULLS LAST, m.id DESC"

ROWS = 25
_EDGES = {
    "follow-ups": "SELECT f.urgency_key, f.id FROM follow_ups f WHERE f.archived_at IS NULL"
    " ORDER BY f.urgency_key DESC, f.id DESC LIMIT 1 OFFSET 100",
    "meetings": "SELECT m.held_on, m.id FROM meetings m WHERE m.archived_at IS NULL"
    " AND m.held_on IS NOT NULL ORDER BY m.held_on, m.id LIMIT 1 OFFSET 100",
}


@dataclass(frozen=True)
class Part:
    """A statement of a floor; ``row`` marks the row of the table that shows a row of it."""

    sql: str
    row: str | None = None


@dataclass(frozen=True)
class Page:
    """A page, the most it may cost in times of its floor, and the most statements."""

    name: str
    path: str
    parts: list[Part] = field(default_factory=list)
    times: float | None = None
    statements: int | None = None
    is_list: bool = False
    edge: str | None = None  # what finds the place far down in the order, to go on from there


def pages(asked: Asked, ids: dict[str, int]) -> Iterator[Page]:
    """Every page that has a floor; ``ids`` names the records whose pages are opened."""
    around = [Part(one) for one in frame(asked)]
    for page in (*_lists(asked), *_details(asked, ids), *_overviews(asked)):
        yield replace(page, parts=[*page.parts, *around])
    hints = [Part(one) for one in likely.hint(asked)]
    yield Page("likely people while one is typed", likely.PATH, hints, times=3.0, statements=6)
    yield Page("likely duplicates", "/people/duplicates", times=None, statements=8)


def _lists(asked: Asked) -> Iterator[Page]:
    """What is first in an order without its empty values is first with them, too: they are last."""
    dated = "f.due_on IS NOT NULL"
    points = [
        ("follow-ups, first page", "", "true", "true", _URGENT),
        (
            *("follow-ups, filtered", "status=pending&country=DE"),
            # The key of a pending point begins with 0.
            *(f"f.urgency_key < '1' AND {_GERMAN_POINT}",) * 2,
            _URGENT,
        ),
        ("follow-ups, sorted", "sort=-due_on", dated, "true", "f.due_on DESC, f.id DESC"),
    ]
    for name, query, where, counted, order in points:
        parts = [
            Part(asked.points(where, order, f"LIMIT {ROWS}"), POINT),
            Part(asked.count("follow_ups", "f", counted, asked.hidden_point("f"))),
            *(Part(one) for one in bar(asked, "follow-ups")),
        ]
        yield _listed(name, f"/follow-ups/?{query}", parts)
    dated = "m.held_on IS NOT NULL"
    newest, counted = "m.held_on DESC, m.id DESC", "m.status = 'held' AND m.country_code = 'DE'"
    meetings = [
        ("meetings, first page", "", dated, "true", newest),
        (
            *("meetings, filtered", "status=held&country=DE"),
            *(f"{dated} AND {counted}", counted, newest),
        ),
        ("meetings, sorted", "sort=title", "true", "true", "m.title_key NULLS LAST, m.id"),
    ]
    for name, query, where, counted, order in meetings:
        parts = [
            Part(asked.meetings(where, order, f"LIMIT {ROWS}"), MEETING),
            Part(asked.count("meetings", "m", counted, asked.hidden_meeting("m"))),
            *(Part(one) for one in bar(asked, "meetings")),
        ]
        yield _listed(name, f"/meetings/?{query}", parts)


def _listed(name: str, path: str, parts: list[Part]) -> Page:
    edge = next((sql for start, sql in _EDGES.items() if name == f"{start}, first page"), None)
    path = f"{path}{'' if path.endswith('?') else '&'}per_page={ROWS}"
    return Page(name, path, parts, times=2.5, statements=6, is_list=True, edge=edge)


def _detail(name: str, path: str, *statements: str) -> Page:
    return Page(name, path, [Part(one) for one in statements], times=2.5, statements=12)


def _details(asked: Asked, ids: dict[str, int]) -> Iterator[Page]:
    meeting, point = ids["meetings"], ids["follow_ups"]
    project, organisation = ids["projects"], ids["organisations"]
    yield _detail(
        "meeting",
        f"/meetings/{meeting}",
        f"""SELECT m.title, {asked.name("c")}, m.held_on, m.held_until, m.starts_at, m.ends_at,
  m.place, m.received_by, m.agenda, m.summary, m.outcome, m.note, m.source_name, m.source_url,
  d.id, d.title, u.name, {asked.name("k")}, m.kind, m.status, m.date_precision, m.version,
  m.restricted, m.created_at
FROM meetings m JOIN countries c ON c.code = m.country_code JOIN users u ON u.id = m.officer_id
LEFT JOIN delegations d ON d.id = m.delegation_id AND NOT {asked.hidden_delegation("d")}
LEFT JOIN districts k ON k.code = m.district_code
WHERE m.id = {meeting} AND NOT {asked.hidden_meeting("m")}""",
        f"""SELECT a.id, h.id, coalesce({asked.name("h")}, h.given_name || ' ' || h.family_name),
  a.position_text, a.group_text, o.id, {asked.name("o")}, a.side, a.role, a.member_count
FROM participants a LEFT JOIN people h ON h.id = a.person_id
LEFT JOIN organisations o ON o.id = a.organisation_id
WHERE a.meeting_id = {meeting} ORDER BY a.side, a.position_number, a.id""",
        f"""SELECT {asked.name("s")}, x.weight FROM meeting_sectors x
JOIN sectors s ON s.code = x.sector_code WHERE x.meeting_id = {meeting}
ORDER BY x.weight DESC, x.position_number""",
        asked.points(f"f.meeting_id = {meeting}", "f.number, f.id", ""),
        f"""SELECT p.id, {asked.name("p", "title")}, p.code FROM project_meetings x
JOIN projects p ON p.id = x.project_id WHERE x.meeting_id = {meeting}
AND NOT {asked.hidden_project("p")}""",
        f"""SELECT i.id, {asked.name("s")}, {asked.name("o")}, i.note FROM sector_interests i
LEFT JOIN sectors s ON s.code = i.sector_code LEFT JOIN organisations o ON o.id = i.organisation_id
WHERE i.meeting_id = {meeting} AND i.archived_at IS NULL AND NOT {asked.hidden_interest("i")}""",
        contacts_before(asked, meeting),
        turnover(meeting),
        writers(),
        sectors(asked),
        projects_to_link(asked, meeting),
        asked.history("meetings", meeting),
        asked.documents("meeting", meeting),
    )
    yield _detail(
        "follow-up",
        f"/follow-ups/{point}",
        asked.points(f"f.id = {point}", "f.id", ""),
        f"""SELECT f.basis_number, f.basis_date, f.basis_point, f.agreed_on, f.outcome, f.done_on,
  f.removal_number, f.removed_on, f.note, d.id, d.title, o.id, {asked.name("o")},
  coalesce(k.name, f.controller_name), f.basis, f.created_at
FROM follow_ups f LEFT JOIN delegations d ON d.id = f.delegation_id
LEFT JOIN organisations o ON o.id = f.partner_organisation_id
LEFT JOIN users k ON k.id = f.controller_id WHERE f.id = {point}""",
        f"""SELECT g.noted_on, g.text, u.name FROM follow_up_progress g
LEFT JOIN users u ON u.id = g.author_id WHERE g.follow_up_id = {point}
ORDER BY g.noted_on DESC, g.id DESC""",
        f"""SELECT x.old_due_on, x.new_due_on, x.reason, x.authority, x.extended_on
FROM follow_up_extensions x WHERE x.follow_up_id = {point} ORDER BY x.id""",
        f"""SELECT q.old_due_on, q.new_due_on, q.reason, q.asked_on, q.decision,
  q.decided_on, q.answer, a.name, d.name
FROM follow_up_extension_requests q JOIN users a ON a.id = q.asked_by_id
LEFT JOIN users d ON d.id = q.decided_by_id WHERE q.follow_up_id = {point} ORDER BY q.id DESC""",
        status_history(point),
        proofs(point),
        asked.history("follow_ups", point),
        asked.documents("follow_up", point),
    )
    yield _detail(
        "project",
        f"/projects/{project}",
        f"""SELECT {asked.name("p", "title")}, p.code, {asked.name("c")}, {asked.name("s")}, p.oked,
  {asked.name("k")}, p.stage, p.stage_since, p.status, p.status_since, u.name, p.memorandum_on,
  p.jobs_permanent_planned, p.jobs_permanent_actual, p.capacity_unit, p.capacity_product,
  p.next_step, p.next_step_on, p.note, p.start_year, p.commissioning_planned_year, p.version
FROM projects p JOIN countries c ON c.code = p.country_code
JOIN sectors s ON s.code = p.sector_code JOIN users u ON u.id = p.officer_id
LEFT JOIN districts k ON k.code = p.district_code
WHERE p.id = {project} AND NOT {asked.hidden_project("p")}""",
        f"""SELECT a.dated_on, a.source, a.value_minor, a.currency, a.kind, a.qualifier,
  {_rate("a.currency", asked)}, {_rate("'USD'", asked)}
FROM project_amounts a WHERE a.project_id = {project}
ORDER BY a.kind, a.dated_on DESC NULLS LAST, a.id DESC""",
        f"""SELECT o.id, {asked.name("o")}, x.role, x.share_basis_points
FROM project_participants x JOIN organisations o ON o.id = x.organisation_id
WHERE x.project_id = {project} ORDER BY x.id""",
        f"""SELECT x.text, x.agency, x.decided_by, x.decide_by_on, x.since_on, x.solved_on,
  x.solution FROM project_problems x WHERE x.project_id = {project} ORDER BY x.since_on, x.id""",
        f"""SELECT x.moved_on, u.name, x.reason, x.from_stage, x.to_stage, x.days_spent
FROM project_stage_moves x LEFT JOIN users u ON u.id = x.author_id
WHERE x.project_id = {project} ORDER BY x.id""",
        f"""SELECT x.changed_on, u.name, x.reason, x.to_status
FROM project_status_changes x LEFT JOIN users u ON u.id = x.author_id
WHERE x.project_id = {project} ORDER BY x.id""",
        f"""SELECT m.id, m.title, m.held_on, m.held_until, m.date_precision
FROM project_meetings x JOIN meetings m ON m.id = x.meeting_id
WHERE x.project_id = {project} AND NOT {asked.hidden_meeting("m")} ORDER BY x.id""",
        asked.points(f"f.project_id = {project}", _URGENT, ""),
        *interests_akin(asked, project),
        threshold(asked),
        writers(),
        meetings_to_link(asked, project),
        asked.history("projects", project),
        asked.documents("project", project),
    )
    yield _organisation(asked, organisation)


def _rate(currency: str, asked: Asked) -> str:
    return (
        f"(SELECT r.tenge_micro FROM exchange_rates r WHERE r.currency = {currency}"
        f" AND r.rated_on <= coalesce(a.rate_day, '{asked.today}') AND r.archived_at IS NULL"
        " ORDER BY r.rated_on DESC LIMIT 1)"
    )


def _organisation(asked: Asked, one: int) -> Page:
    contacts = f"m.id IN (SELECT x.meeting_id FROM participants x WHERE x.organisation_id = {one})"
    around = (
        f"f.id IN (SELECT y.id FROM follow_ups y WHERE y.partner_organisation_id = {one}"
        " UNION SELECT y.id FROM participants x JOIN follow_ups y ON y.meeting_id = x.meeting_id"
        f" WHERE x.organisation_id = {one})"
    )
    return _detail(
        "organisation",
        f"/organisations/{one}",
        f"""SELECT {asked.name("o")}, o.name_kk, o.name_ru, o.name_en, o.bin, o.website, o.note,
  {asked.name("c")}, o.kind, o.aliases, o.version
FROM organisations o JOIN countries c ON c.code = o.country_code WHERE o.id = {one}""",
        f"""SELECT {asked.name("s")} FROM organisation_sectors x
JOIN sectors s ON s.code = x.sector_code WHERE x.organisation_id = {one} ORDER BY s.code""",
        asked.points(around, _URGENT, "LIMIT 10"),
        f"""SELECT count(*), {_sum(f"f.status IN {PENDING}")}, {_sum("f.status = 'done'")},
  {_sum(f"f.status IN {PENDING} AND f.due_on < '{asked.today}'")}
FROM follow_ups f WHERE f.archived_at IS NULL AND {around} AND NOT {asked.hidden_point("f")}""",
        asked.meetings(contacts, _NEWEST, "LIMIT 10"),
        f"""SELECT h.id, coalesce({asked.name("h")}, h.given_name || ' ' || h.family_name),
  {asked.name("x", "position")}, x.valid_from, x.valid_to FROM appointments x
JOIN people h ON h.id = x.person_id WHERE x.organisation_id = {one} AND h.archived_at IS NULL
ORDER BY x.valid_to IS NOT NULL, h.name_key""",
        f"""SELECT p.id, {asked.name("p", "title")}, p.code, p.stage FROM project_participants x
JOIN projects p ON p.id = x.project_id WHERE x.organisation_id = {one}
AND NOT {asked.hidden_project("p")}""",
        f"""SELECT i.id, {asked.name("s")}, i.noted_on, i.note FROM sector_interests i
JOIN sectors s ON s.code = i.sector_code WHERE i.organisation_id = {one}
AND i.archived_at IS NULL AND NOT {asked.hidden_interest("i")}""",
        visits_of(asked, one),
        sectors(asked),
        asked.history("organisations", one),
        asked.documents("organisation", one),
    )


def _sum(condition: str) -> str:
    return f"sum(CASE WHEN {condition} THEN 1 ELSE 0 END)"


def _overviews(asked: Asked) -> Iterator[Page]:
    yield Page("desk", "/", [*_desk(asked)], times=None, statements=None)
    yield Page("board", "/projects/board", [*_board(asked)], times=2.0, statements=None)
    yield Page("country", "/countries/DE", [*_country(asked)], times=None, statements=None)


def _mine(asked: Asked) -> str:
    return (
        f"f.id IN (SELECT y.id FROM follow_ups y WHERE y.owner_id = {asked.me} UNION"
        f" SELECT e.follow_up_id FROM follow_up_executors e WHERE e.user_id = {asked.me})"
    )


def _desk(asked: Asked) -> Iterator[Part]:
    mine, today = _mine(asked), asked.today
    late, owed = f"f.due_on < '{today}'", f"f.status IN {PENDING}"
    yield Part(
        f"""SELECT {_sum(f"{owed} AND {late}")}, {_sum(f"{owed} AND f.due_on IS NULL")},
  {_sum("f.status = 'awaiting_partner'")}, {_sum("f.status = 'done'")}, count(*)
FROM follow_ups f WHERE f.archived_at IS NULL AND {mine}"""
    )
    for kind in ("f.kind = 'consultation'", "f.kind <> 'consultation'"):
        for which in (
            f"{owed} AND {late}",
            f"{owed} AND f.due_on IS NULL",
            f"f.status = 'awaiting_partner' AND f.due_on > '{today}'",
            f"f.status IN ('agreed', 'in_progress') AND f.due_on > '{today}'",
        ):
            where = f"{mine} AND {kind} AND {which}"
            yield Part(asked.points(where, "f.due_on, f.id", "LIMIT 15"))
    yield Part(
        f"""SELECT m.id, m.title, m.starts_at, m.held_on, m.country_code, m.date_precision,
  m.status, m.restricted, m.text_language
FROM meetings m WHERE m.archived_at IS NULL AND m.status <> 'cancelled'
AND m.date_precision IN ('day', 'publication_day', 'range', 'week')
AND {asked.unindexed("m.held_on")} <= '{asked.week[1]}' AND m.span_ends_on >= '{asked.week[0]}'
AND NOT {asked.hidden_meeting("m")} ORDER BY m.held_on, m.starts_at NULLS FIRST, m.id"""
    )
    yield Part(
        f"""SELECT d.id, d.title, d.arrives_on, d.departs_on, d.country_code, d.status
FROM delegations d WHERE d.archived_at IS NULL AND d.status <> 'cancelled'
AND d.date_precision IN ('day', 'publication_day', 'range', 'week')
AND {asked.unindexed("d.arrives_on")} <= '{asked.week[1]}' AND d.span_ends_on >= '{asked.week[0]}'
AND NOT {asked.hidden_delegation("d")} ORDER BY d.arrives_on, d.id"""
    )
    yield Part(
        f"""SELECT m.id, m.title, m.held_on, m.country_code, m.status FROM meetings m
WHERE m.archived_at IS NULL AND m.status = 'planned' AND m.span_ends_on < '{today}'
AND m.officer_id = {asked.me} ORDER BY m.held_on DESC, m.id DESC LIMIT 5"""
    )


def _cost(project: str) -> str:
    return (
        f"(SELECT x.id FROM project_amounts x WHERE x.project_id = {project}.id"
        " AND x.kind <> 'actual' ORDER BY x.kind <> 'contracted', x.dated_on DESC NULLS LAST,"
        " x.id DESC LIMIT 1)"
    )


def _board(asked: Asked) -> Iterator[Part]:
    shown = f"p.archived_at IS NULL AND p.status = 'active' AND NOT {asked.hidden_project('p')}"
    yield Part(
        f"""SELECT p.stage, count(*), count(a.id),
  sum(a.value_minor / 100000.0 * coalesce({_rate("a.currency", asked)}, 1000000))
FROM projects p LEFT JOIN project_amounts a ON a.id = {_cost("p")}
WHERE {shown} GROUP BY p.stage"""
    )
    yield Part(
        f"""SELECT p.id, {asked.name("p", "title")}, {asked.name("c")}, {asked.name("s")}, u.name,
  p.next_step, p.next_step_on, p.stage, p.stage_since, p.version, a.value_minor, a.currency,
  a.qualifier, {_rate("a.currency", asked)},
  (SELECT {asked.joined(asked.name("o"))} FROM project_participants x
    JOIN organisations o ON o.id = x.organisation_id
    WHERE x.project_id = p.id AND x.role = 'investor'),
  (SELECT min(x.text) FROM project_problems x WHERE x.project_id = p.id AND x.solved_on IS NULL)
FROM (SELECT p.id, row_number() OVER (PARTITION BY p.stage
    ORDER BY p.next_step_on NULLS LAST, p.stage_since, p.id) AS place
  FROM projects p WHERE {shown}) k JOIN projects p ON p.id = k.id
JOIN countries c ON c.code = p.country_code JOIN sectors s ON s.code = p.sector_code
JOIN users u ON u.id = p.officer_id LEFT JOIN project_amounts a ON a.id = {_cost("p")}
WHERE k.place <= 50 ORDER BY k.place"""
    )


def _country(asked: Asked) -> Iterator[Part]:
    here = german = _GERMAN_POINT
    yield Part(f"SELECT {asked.name('c')} FROM countries c WHERE c.code = 'DE'")
    yield Part(
        f"""SELECT count(*), {_sum(f"f.status IN {PENDING}")}, {_sum("f.status = 'done'")},
  {_sum(f"f.status IN {PENDING} AND f.due_on < '{asked.today}'")}
FROM follow_ups f WHERE f.archived_at IS NULL AND {here} AND NOT {asked.hidden_point("f")}"""
    )
    yield Part(asked.points(f"{german} AND f.urgency_key < '1'", _URGENT, "LIMIT 10"))
    newest = "m.country_code = 'DE' AND m.held_on IS NOT NULL"
    yield Part(asked.meetings(newest, "m.held_on DESC, m.id DESC", "LIMIT 10"))
    yield Part(
        f"""SELECT i.id, {asked.name("s")}, {asked.name("o")}, i.noted_on, i.note, i.strength
FROM (SELECT x.id FROM sector_interests x WHERE x.country_code = 'DE' UNION ALL
  SELECT x.id FROM organisations y JOIN sector_interests x ON x.organisation_id = y.id
  WHERE y.country_code = 'DE') k
JOIN sector_interests i ON i.id = k.id JOIN sectors s ON s.code = i.sector_code
LEFT JOIN organisations o ON o.id = i.organisation_id
WHERE i.archived_at IS NULL AND NOT {asked.hidden_interest("i")} ORDER BY i.strength DESC, i.id
LIMIT 10"""
    )
    yield Part(
        f"""SELECT p.id, {asked.name("p", "title")}, p.code, p.stage, u.name FROM projects p
JOIN users u ON u.id = p.officer_id WHERE p.archived_at IS NULL AND p.country_code = 'DE'
AND p.status = 'active' AND NOT {asked.hidden_project("p")} ORDER BY p.id DESC LIMIT 10"""
    )
