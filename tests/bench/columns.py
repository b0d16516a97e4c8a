"""The columns of the file of all points, each as an expression over one join."""

from tests.bench.sql import Asked


def points_file(asked: Asked, names: list[str], where: str) -> str:
    """One statement with the columns called ``names``; KeyError for one nobody wrote down."""
    known = _expressions(asked)
    columns = ", ".join(f'{known[name]} AS "{name}"' for name in names)
    return f"""SELECT {columns}
FROM follow_ups f
JOIN users u ON u.id = f.owner_id
LEFT JOIN countries c ON c.code = f.country_code
LEFT JOIN meetings m ON m.id = f.meeting_id AND NOT {asked.hidden_meeting("m")}
LEFT JOIN delegations d ON d.id = f.delegation_id AND NOT {asked.hidden_delegation("d")}
LEFT JOIN projects p ON p.id = f.project_id AND NOT {asked.hidden_project("p")}
LEFT JOIN organisations o ON o.id = f.partner_organisation_id
LEFT JOIN users k ON k.id = f.controller_id
LEFT JOIN meetings w ON w.id = f.closing_meeting_id AND NOT {asked.hidden_meeting("w")}
LEFT JOIN follow_up_executors e ON e.follow_up_id = f.id AND e.is_lead
LEFT JOIN users eu ON eu.id = e.user_id
LEFT JOIN departments ed ON ed.id = e.department_id
LEFT JOIN follow_up_progress g ON g.id = (SELECT y.id FROM follow_up_progress y
  WHERE y.follow_up_id = f.id ORDER BY y.noted_on DESC, y.id DESC LIMIT 1)
WHERE f.archived_at IS NULL AND {where} AND NOT {asked.hidden_point("f")}
ORDER BY f.urgency_key, f.id"""


_OWN = (
    *("id", "number", "text", "text_language", "kind", "basis", "basis_number", "basis_date"),
    *("basis_point", "responsible_side", "owner_id", "controller_id", "original_due_on", "due_on"),
    *("status", "status_since", "outcome", "done_on", "removal_number", "removed_on"),
    *("reopened_on", "reopen_reason", "note"),
    *("restricted", "version", "created_at", "updated_at"),
)


def _expressions(asked: Asked) -> dict[str, str]:
    name = asked.name
    code = (
        "CASE WHEN {0}.user_id IS NOT NULL THEN 'user-' || {0}.user_id"
        " WHEN {0}.department_id IS NOT NULL THEN 'department-' || {0}.department_id"
        " ELSE {0}.outsider END"
    )
    helpers = (
        "(SELECT {} FROM follow_up_executors x LEFT JOIN users xu ON xu.id = x.user_id"
        " LEFT JOIN departments xd ON xd.id = x.department_id"
        " WHERE x.follow_up_id = f.id AND NOT x.is_lead)"
    )
    team = (
        "(SELECT {} FROM follow_up_team x JOIN users xu ON xu.id = x.user_id"
        " WHERE x.follow_up_id = f.id)"
    )
    return {
        **{one: f"f.{one}" for one in _OWN},
        "country": "f.country_code",
        "country_name": name("c"),
        "meeting_id": "m.id",
        "meeting": "m.title",
        "minutes_number": "m.minutes_number",
        "minutes_on": "m.minutes_on",
        "delegation_id": "d.id",
        "delegation": "d.title",
        "project_id": "p.id",
        "project": name("p", "title"),
        **{f"project_{one}": f"p.title_{one}" for one in ("kk", "ru", "en")},
        "partner_organisation_id": "o.id",
        "partner_organisation": name("o"),
        "owner": "u.name",
        "executor_id": code.format("e"),
        "executor": f"coalesce(eu.name, {name('ed')}, e.outsider)",
        "co_executor_ids": helpers.format(asked.joined(code.format("x"))),
        "co_executors": helpers.format(
            asked.joined(f"coalesce(xu.name, {name('xd')}, x.outsider)")
        ),
        "controller": "coalesce(k.name, f.controller_name)",
        "agreed_on": "CASE WHEN f.meeting_id IS NULL OR m.id IS NOT NULL THEN f.agreed_on END",
        "progress": "g.text",
        "progress_on": "g.noted_on",
        "closing_meeting_id": "w.id",
        "closing_meeting": "w.title",
        "team_ids": team.format(asked.joined("CAST(xu.id AS text)")),
        "team": team.format(asked.joined("xu.name")),
        "archived_at": "f.archived_at",
        "archive_reason": "f.archive_reason",
    }
