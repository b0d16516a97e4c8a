"""What each page shows, fetched by one statement for each part of it, written by hand.

``Asked`` says who reads; the fragments are those of the rules in PRODUCT.md, rule 2.
"""

from dataclasses import dataclass
from datetime import date

from crm.core import clock

PENDING = "('agreed', 'in_progress', 'awaiting_partner')"


@dataclass(frozen=True)
class Asked:
    """Who reads in which language, and on which day."""

    me: int
    language: str
    today: str
    is_sqlite: bool

    @property
    def week(self) -> tuple[date, date]:
        """Monday and Sunday of this week."""
        return clock.week_of(date.fromisoformat(self.today))

    def name(self, alias: str, attribute: str = "name") -> str:
        """A text in several languages, as this reader gets it."""
        order = [self.language, *(one for one in ("kk", "ru", "en") if one != self.language)]
        return f"coalesce({', '.join(f'{alias}.{attribute}_{one}' for one in order)})"

    def joined(self, text: str) -> str:
        """An aggregate that strings texts together."""
        return f"{'group_concat' if self.is_sqlite else 'string_agg'}({text}, ', ')"

    def unindexed(self, column: str) -> str:
        """``column`` in a condition for which SQLite is not to choose its index."""
        return f"+{column}" if self.is_sqlite else column

    # -- who is kept from what, row by row -----------------------------------------------------

    def _team(self, table: str, column: str, alias: str) -> str:
        return (
            f"EXISTS (SELECT 1 FROM {table} t WHERE t.{column} = {alias}.id"
            f" AND t.user_id = {self.me})"
        )

    def hidden_delegation(self, alias: str) -> str:
        """Whether the delegation is kept from the reader."""
        team = self._team("delegation_team", "delegation_id", alias)
        return f"({alias}.restricted AND {alias}.officer_id <> {self.me} AND NOT {team})"

    def hidden_meeting(self, alias: str) -> str:
        """The same of a meeting."""
        team = self._team("meeting_team", "meeting_id", alias)
        with_it = (
            f"EXISTS (SELECT 1 FROM delegations hd WHERE hd.id = {alias}.delegation_id"
            f" AND {self.hidden_delegation('hd')})"
        )
        is_kept = f"({alias}.restricted OR {with_it})"
        return f"({is_kept} AND {alias}.officer_id <> {self.me} AND NOT {team})"

    def hidden_project(self, alias: str) -> str:
        """The same of a project."""
        team = self._team("project_team", "project_id", alias)
        return f"({alias}.restricted AND {alias}.officer_id <> {self.me} AND NOT {team})"

    def hidden_point(self, alias: str) -> str:
        """The same of a point."""
        team = self._team("follow_up_team", "follow_up_id", alias)
        carried = (
            f"EXISTS (SELECT 1 FROM follow_up_executors he WHERE he.follow_up_id = {alias}.id"
            f" AND {self.unindexed('he.user_id')} = {self.me})"
        )
        above = (
            f"EXISTS (SELECT 1 FROM meetings hm WHERE hm.id = {alias}.meeting_id"
            f" AND {self.hidden_meeting('hm')})"
            f" OR EXISTS (SELECT 1 FROM projects hp WHERE hp.id = {alias}.project_id"
            f" AND {self.hidden_project('hp')})"
            f" OR (EXISTS (SELECT 1 FROM delegations hd WHERE hd.id = {alias}.delegation_id"
            f" AND {self.hidden_delegation('hd')}) AND NOT EXISTS (SELECT 1 FROM meetings hn"
            f" WHERE hn.id = {alias}.meeting_id AND hn.delegation_id = {alias}.delegation_id))"
        )
        return (
            f"({alias}.owner_id <> {self.me} AND (({alias}.restricted AND NOT {team})"
            f" OR (({above}) AND NOT {carried})))"
        )

    def hidden_interest(self, alias: str) -> str:
        """The same of an interest."""
        team = self._team("interest_team", "interest_id", alias)
        above = (
            f"EXISTS (SELECT 1 FROM meetings hm WHERE hm.id = {alias}.meeting_id"
            f" AND {self.hidden_meeting('hm')})"
            f" OR EXISTS (SELECT 1 FROM delegations hd WHERE hd.id = {alias}.delegation_id"
            f" AND {self.hidden_delegation('hd')})"
        )
        alone = f"({alias}.restricted AND {alias}.officer_id <> {self.me} AND NOT {team})"
        return f"({alone} OR {above})"

    # -- rows ----------------------------------------------------------------------------------

    def points(self, where: str, order: str, limit: str = "LIMIT 25") -> str:
        """Points as the list shows them."""
        lead = f"coalesce(eu.name, {self.name('ed')}, e.outsider)"
        return f"""
SELECT f.id, f.due_on, f.text, f.number, {self.name("c")}, m.id, m.title, p.id,
  {self.name("p", "title")}, {lead}, u.name, g.noted_on, g.text, f.original_due_on, f.status_since,
  f.status, f.kind, f.responsible_side, f.text_language, f.restricted, f.version, m.restricted,
  p.restricted, (SELECT {self.joined(f"coalesce(xu.name, {self.name('xd')}, x.outsider)")}
    FROM follow_up_executors x LEFT JOIN users xu ON xu.id = x.user_id
    LEFT JOIN departments xd ON xd.id = x.department_id
    WHERE x.follow_up_id = f.id AND NOT x.is_lead)
FROM (SELECT f.* FROM follow_ups f WHERE f.archived_at IS NULL AND {where}
  AND NOT {self.hidden_point("f")} ORDER BY {order} {limit}) f
JOIN users u ON u.id = f.owner_id
LEFT JOIN countries c ON c.code = f.country_code
LEFT JOIN meetings m ON m.id = f.meeting_id AND NOT {self.hidden_meeting("m")}
LEFT JOIN projects p ON p.id = f.project_id AND NOT {self.hidden_project("p")}
LEFT JOIN follow_up_executors e ON e.follow_up_id = f.id AND e.is_lead
LEFT JOIN users eu ON eu.id = e.user_id
LEFT JOIN departments ed ON ed.id = e.department_id
LEFT JOIN follow_up_progress g ON g.id = (SELECT y.id FROM follow_up_progress y
  WHERE y.follow_up_id = f.id ORDER BY y.noted_on DESC, y.id DESC LIMIT 1)
ORDER BY {order}"""

    def meetings(self, where: str, order: str, limit: str = "LIMIT 25") -> str:
        """Meetings as the list shows them."""
        return f"""
SELECT m.id, m.title, m.held_on, m.held_until, m.starts_at, {self.name("c")},
  coalesce({self.name("h")}, h.given_name || ' ' || h.family_name, a.group_text, a.position_text,
    {self.name("o")}), a.position_text, {self.name("o")}, {self.name("s")},
  (SELECT count(*) FROM participants x WHERE x.meeting_id = m.id AND x.side = 'partner'),
  (SELECT count(*) FROM meeting_sectors x WHERE x.meeting_id = m.id),
  (SELECT count(*) FROM follow_ups f WHERE f.meeting_id = m.id AND f.archived_at IS NULL
    AND f.status IN {PENDING} AND NOT {self.hidden_point("f")}),
  (SELECT count(*) FROM follow_ups f WHERE f.meeting_id = m.id AND f.archived_at IS NULL
    AND f.status IN {PENDING} AND f.due_on < '{self.today}' AND NOT {self.hidden_point("f")}),
  m.kind, m.status, m.date_precision, m.restricted, m.text_language, d.restricted
FROM (SELECT m.* FROM meetings m WHERE m.archived_at IS NULL AND {where}
  AND NOT {self.hidden_meeting("m")} ORDER BY {order} {limit}) m
JOIN countries c ON c.code = m.country_code
LEFT JOIN delegations d ON d.id = m.delegation_id AND NOT {self.hidden_delegation("d")}
LEFT JOIN participants a ON a.id = (SELECT x.id FROM participants x WHERE x.meeting_id = m.id
  AND x.side = 'partner' ORDER BY x.position_number, x.id LIMIT 1)
LEFT JOIN people h ON h.id = a.person_id
LEFT JOIN organisations o ON o.id = a.organisation_id
LEFT JOIN sectors s ON s.code = (SELECT x.sector_code FROM meeting_sectors x
  WHERE x.meeting_id = m.id ORDER BY x.weight DESC, x.position_number LIMIT 1)
ORDER BY {order}"""

    def count(self, table: str, alias: str, where: str, hidden: str) -> str:
        """How many rows a list has, up to 10,001: what lies beyond is told as «10,000+»."""
        return (
            f"SELECT count(*) FROM (SELECT 1 FROM {table} {alias} WHERE {alias}.archived_at IS NULL"
            f" AND {where} AND NOT {hidden} LIMIT 10001) counted"
        )

    def history(self, kind: str, record: int) -> str:
        """How many entries the history has."""
        return (
            f"SELECT count(*) FROM audit_entries WHERE kind = '{kind}' AND record_id = '{record}'"
        )

    def documents(self, kind: str, record: int) -> str:
        """How many documents it has."""
        return (
            f"SELECT count(*) FROM documents WHERE record_kind = '{kind}'"
            f" AND record_id = '{record}' AND archived_at IS NULL AND NOT restricted"
        )
