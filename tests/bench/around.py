"""What the pages show around the record: who reads, the red number, the choices of their forms.

Statements of floors like those of ``sql.py``: each the plainest that fetches the values.
"""

from tests.bench.sql import Asked

_WRITERS = "('officer', 'head')"
LINKED = 300  # records that a form to link one offers at most


def frame(asked: Asked) -> list[str]:
    """What stands around every page: the session with its reader, the red number of the menu."""
    return [
        f"""SELECT s.id, u.name, u.email, u.role, u.language, u.theme, s.last_seen_at, k.value
FROM user_sessions s JOIN users u ON u.id = s.user_id LEFT JOIN choices_stamps k ON k.id = 1
WHERE s.token_hash = (SELECT x.token_hash FROM user_sessions x WHERE x.user_id = {asked.me}
  ORDER BY x.id DESC LIMIT 1)""",
        late(asked),
    ]


def late(asked: Asked) -> str:
    """The red number: what concerns the reader and is overdue. Keys of pending points begin with
    0 and go on with the deadline.
    """
    is_late = f"urgency_key < '0{asked.today}'"
    return f"""SELECT count(*) FROM follow_ups f WHERE f.archived_at IS NULL AND f.{is_late}
AND f.id IN (SELECT y.id FROM follow_ups y WHERE y.owner_id = {asked.me} AND y.{is_late}
  UNION ALL SELECT e.follow_up_id FROM follow_up_executors e WHERE e.user_id = {asked.me})
AND NOT {asked.hidden_point("f")}"""


def bar(asked: Asked, listing: str) -> list[str]:
    """What the bar of a list offers: saved views, countries, users, sectors."""
    return [
        f"""SELECT v.id, v.name FROM list_views v WHERE v.listing = '{listing}'
AND v.removed_at IS NULL AND (v.owner_id = {asked.me} OR v.department_id = (SELECT u.department_id
  FROM users u WHERE u.id = {asked.me})) ORDER BY v.name""",
        f"""SELECT c.code, {asked.name("c")} FROM countries c
ORDER BY c.is_partner DESC, c.name_key_{asked.language}, c.code""",
        "SELECT u.id, u.name FROM users u ORDER BY u.name_key, u.id",
        sectors(asked),
    ]


def sectors(asked: Asked) -> str:
    """The sectors in use, as selects offer them."""
    return f"""SELECT s.code, {asked.name("s")} FROM sectors s WHERE s.archived_at IS NULL
ORDER BY s.position, s.code"""


def writers() -> str:
    """Who may be named the owner of a point."""
    return f"""SELECT u.id, u.name FROM users u WHERE u.is_active AND u.role IN {_WRITERS}
ORDER BY u.name_key, u.id"""


def projects_to_link(asked: Asked, meeting: int) -> str:
    """Projects a meeting may be linked with, those of its country first."""
    own = f"p.country_code = (SELECT m.country_code FROM meetings m WHERE m.id = {meeting})"
    free = f"""p.archived_at IS NULL AND NOT {asked.hidden_project("p")}
AND p.id NOT IN (SELECT x.project_id FROM project_meetings x WHERE x.meeting_id = {meeting})"""
    columns = f"p.id, {asked.name('p', 'title')}, p.country_code, p.code"
    return _own_first(
        f"SELECT {columns} FROM projects p WHERE {{}} AND {free} ORDER BY p.id DESC", own
    )


def meetings_to_link(asked: Asked, project: int) -> str:
    """Meetings a project may be linked with, those of its country first."""
    own = f"m.country_code = (SELECT p.country_code FROM projects p WHERE p.id = {project})"
    free = f"""m.archived_at IS NULL AND m.held_on IS NOT NULL AND NOT {asked.hidden_meeting("m")}
AND m.id NOT IN (SELECT x.meeting_id FROM project_meetings x WHERE x.project_id = {project})"""
    columns = "m.id, m.title, m.country_code, m.held_on, m.held_until, m.date_precision"
    order = "ORDER BY m.held_on DESC, m.id DESC"
    return _own_first(f"SELECT {columns} FROM meetings m WHERE {{}} AND {free} {order}", own)


def _own_first(statement: str, own: str) -> str:
    """As many as fit of one country; only when they are few, others behind them."""
    halves = (statement.format(condition) for condition in (own, f"NOT {own}"))
    both = " UNION ALL ".join(f"SELECT * FROM (\n{one} LIMIT {LINKED}) h" for one in halves)
    return f"SELECT * FROM ({both}) k LIMIT {LINKED}"


def contacts_before(asked: Asked, meeting: int) -> str:
    """The five newest visits and the five newest held meetings of the country of a meeting."""
    country = f"(SELECT x.country_code FROM meetings x WHERE x.id = {meeting})"
    visit = f"(SELECT coalesce(x.delegation_id, 0) FROM meetings x WHERE x.id = {meeting})"
    until = f"(SELECT coalesce(x.span_ends_on, '{asked.today}') FROM meetings x"
    until = f"{until} WHERE x.id = {meeting})"
    return f"""SELECT * FROM (SELECT d.id, d.title, d.arrives_on, d.departs_on, d.span_ends_on,
  d.date_precision FROM delegations d WHERE d.country_code = {country} AND d.archived_at IS NULL
  AND d.status <> 'cancelled' AND d.id <> {visit} AND d.arrives_on <= {until}
  AND NOT {asked.hidden_delegation("d")} ORDER BY d.arrives_on DESC, d.id DESC LIMIT 5) v
UNION ALL SELECT * FROM (SELECT m.id, m.title, m.held_on, m.held_until, m.span_ends_on,
  m.date_precision FROM meetings m WHERE m.country_code = {country} AND m.archived_at IS NULL
  AND m.status = 'held' AND m.id <> {meeting} AND m.held_on <= {until}
  AND NOT {asked.hidden_meeting("m")} ORDER BY m.held_on DESC, m.id DESC LIMIT 5) w"""


def turnover(meeting: int) -> str:
    """The newest turnover of our region with the country of a meeting."""
    return f"""SELECT t.id, t.source, t.value_minor, t.period_from, t.period_to, t.qualifier
FROM trade_facts t WHERE t.country_code = (SELECT m.country_code FROM meetings m
  WHERE m.id = {meeting}) AND t.indicator = 'turnover' AND t.archived_at IS NULL
AND t.region_kk IS NULL AND t.region_ru IS NULL AND t.region_en IS NULL
ORDER BY t.period_from DESC, t.id DESC LIMIT 1"""


def status_history(point: int) -> str:
    """Every status a point has had, who set it and when."""
    return f"""SELECT e.made_at, u.name, c.new, r.new FROM audit_entries e
JOIN audit_changes c ON c.entry_id = e.id AND c.field = 'status'
LEFT JOIN audit_changes r ON r.entry_id = e.id AND r.field = 'reopen_reason'
LEFT JOIN users u ON u.id = e.actor_id
WHERE e.kind = 'follow_ups' AND e.record_id = '{point}' AND e.part IS NULL ORDER BY e.id DESC"""


def proofs(point: int) -> str:
    """The documents a point was closed with."""
    return f"""SELECT d.id, d.name, d.added_at, u.name FROM documents d
LEFT JOIN users u ON u.id = d.added_by_id WHERE d.record_kind = 'follow_up'
AND d.record_id = '{point}' AND d.purpose <> 'attachment' AND d.archived_at IS NULL
AND NOT d.restricted ORDER BY d.id DESC"""


def interests_akin(asked: Asked, project: int) -> list[str]:
    """The strongest interests in the sector of a project, its parts and its whole; how many."""
    sector = f"(SELECT p.sector_code FROM projects p WHERE p.id = {project})"
    akin = f"""i.archived_at IS NULL AND i.sector_code IN (SELECT s.code FROM sectors s
  WHERE s.code = {sector} OR s.parent_code = {sector} UNION ALL SELECT s.parent_code
  FROM sectors s WHERE s.code = {sector} AND s.parent_code IS NOT NULL)
AND NOT {asked.hidden_interest("i")}"""
    strength = "CASE i.strength WHEN 'committed' THEN 4 WHEN 'concrete' THEN 3"
    strength += " WHEN 'expressed' THEN 2 ELSE 1 END"
    return [
        f"""SELECT i.id, {asked.name("s")}, {asked.name("o")}, d.title, {asked.name("c")},
  i.noted_on, i.note, i.strength FROM (SELECT i.* FROM sector_interests i WHERE {akin}
  ORDER BY {strength} DESC, i.noted_on DESC NULLS LAST, i.id DESC LIMIT 5) i
JOIN sectors s ON s.code = i.sector_code LEFT JOIN organisations o ON o.id = i.organisation_id
LEFT JOIN delegations d ON d.id = i.delegation_id
LEFT JOIN countries c ON c.code = coalesce(i.country_code, o.country_code, d.country_code)""",
        f"SELECT count(*) FROM sector_interests i WHERE {akin}",
    ]


def threshold(asked: Asked) -> str:
    """From which sum on a project is of the national pool."""
    year = asked.today[:4]
    columns = "x.year, x.value_minor, x.national_pool_from"
    return f"SELECT {columns} FROM calculation_indexes x WHERE x.year = {year}"


def visits_of(asked: Asked, organisation: int) -> str:
    """Visits an organisation came with."""
    return f"""SELECT d.id, d.title, d.arrives_on, d.departs_on, d.status FROM delegations d
WHERE d.archived_at IS NULL AND d.id IN (SELECT x.delegation_id FROM delegation_members x
  WHERE x.organisation_id = {organisation}) AND NOT {asked.hidden_delegation("d")}
ORDER BY d.arrives_on DESC NULLS LAST, d.id DESC LIMIT 15"""
