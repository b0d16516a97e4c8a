"""The search and its suggestions, each with the statements of its floor."""

from collections.abc import Iterator
from urllib.parse import quote

from crm.core.names.likeness import NameKind
from crm.core.tokens import asked as asked_tokens
from tests.bench.around import frame
from tests.bench.likely import found_by_keys
from tests.bench.pages import Page, Part
from tests.bench.sql import Asked

_COUNTED = 101
_READ = 161  # tokens read for so many records: some have several
_SHOWN, _SUGGESTED = 10, 3
_END = "\U0010ffff"
_TYPED = {
    "a family name": "Ахметова",
    "the same in Latin letters": "Akhmetova",
    "two letters": "ка",
    "a firm": "Metals",
}


def searches(asked: Asked) -> Iterator[Page]:
    """The page and the suggestions, for little and for much that is found."""
    session, late = frame(asked)
    for name, typed in _TYPED.items():
        found = [
            one.replace("{found}", _counted(kind, asked, typed))
            for kind, one in _shown(asked).items()
        ]
        similar = [
            _shown(asked)[kind].replace("{found}", _alike(NameKind(one), typed))
            for kind, one in (("people", "person"), ("organisations", "organisation"))
        ]
        parts = [Part(one) for one in (*found, *similar, session, late)]
        yield Page(f"search, {name}", f"/search?q={quote(typed)}", parts, times=3.0, statements=8)
    for name, typed in _TYPED.items():
        path = f"/search/suggestions?q={quote(typed)}"
        found = [
            one.replace("{found}", _first(kind, asked, typed, _SUGGESTED, _SUGGESTED * 2))
            for kind, one in _shown(asked).items()
        ]
        parts = [Part(one) for one in (*found, session)]
        yield Page(f"suggestions, {name}", path, parts, times=3.0, statements=4)


def _counted(kind: str, asked: Asked, typed: str) -> str:
    """The first records of ``kind``, and beside them how many there are, up to 101."""
    found = _first(kind, asked, typed, _COUNTED, _READ)
    return f"""SELECT id, rank, count(*) OVER () AS found FROM ({found}) n
ORDER BY rank, id LIMIT {_SHOWN}"""


def _first(kind: str, asked: Asked, typed: str, most: int, read: int) -> str:
    """Records of ``kind`` in use, which the reader sees, with a token that begins as typed, in the
    order of the index whatever the token is: a spelling, or a sound.
    """
    (beginnings,) = asked_tokens(typed)
    ranges = " UNION ALL ".join(
        f"SELECT * FROM (SELECT t.record_id AS id, ltrim(t.token, '=') AS rank FROM search_tokens t"
        f" JOIN {kind} r ON r.id = t.record_id WHERE t.kind = '{kind}' AND t.token >= '{one}'"
        f" AND t.token < '{one}{_END}' AND r.archived_at IS NULL AND NOT {_hidden(kind, asked)}"
        f" ORDER BY t.token, t.record_id LIMIT {read}) b{place}"
        for place, one in enumerate(sorted(beginnings))
    )
    return f"""SELECT id, min(rank) AS rank, 0 AS found FROM ({ranges}) f GROUP BY id
ORDER BY 2, id LIMIT {most}"""


def _hidden(kind: str, asked: Asked) -> str:
    hidden = {
        "delegations": asked.hidden_delegation,
        "meetings": asked.hidden_meeting,
        "projects": asked.hidden_project,
        "follow_ups": asked.hidden_point,
    }
    if kind == "documents":
        return "r.restricted"
    return hidden[kind]("r") if kind in hidden else "false"


def _alike(kind: NameKind, typed: str) -> str:
    """Those whose names share most keys with what is typed: they may be similar."""
    found = found_by_keys(kind, typed, 5)
    return f"SELECT k.record_id AS id, '' AS rank, 0 AS found FROM ({found}) k"


def _shown(asked: Asked) -> dict[str, str]:
    """What a line shows of a record, or may say why it was found, of each kind in its turn."""
    return {
        "organisations": f"""SELECT o.id, {asked.name("o")}, o.name_kk, o.name_ru, o.name_en,
  o.aliases, o.bin, {asked.name("c")}, o.kind, n.found FROM ({{found}}) n
JOIN organisations o ON o.id = n.id JOIN countries c ON c.code = o.country_code
ORDER BY n.rank, n.id""",
        "people": f"""SELECT p.id, p.family_name, p.given_name, p.patronymic, p.name_kk, p.name_ru,
  p.name_en, p.name_latin, p.aliases, p.emails, p.phones, {asked.name("a", "position")},
  {asked.name("o")}, n.found FROM ({{found}}) n
JOIN people p ON p.id = n.id LEFT JOIN appointments a ON a.id = (SELECT x.id FROM appointments x
  WHERE x.person_id = p.id AND coalesce(x.valid_from, '0001-01-01') <= '{asked.today}'
  AND coalesce(x.valid_to, '9999-12-31') >= '{asked.today}'
  ORDER BY x.valid_to DESC, x.valid_from DESC, x.id LIMIT 1)
LEFT JOIN organisations o ON o.id = a.organisation_id ORDER BY n.rank, n.id""",
        "delegations": f"""SELECT d.id, d.title, d.purpose, d.received_by, d.letter_number,
  d.arrives_on, d.departs_on, d.date_precision, {asked.name("c")}, d.text_language, n.found
FROM ({{found}}) n JOIN delegations d ON d.id = n.id
JOIN countries c ON c.code = d.country_code ORDER BY n.rank, n.id""",
        "meetings": f"""SELECT m.id, m.title, m.place, m.received_by, m.minutes_number,
  m.district_code, m.held_on, m.held_until, m.date_precision, {asked.name("c")}, m.kind,
  m.text_language, n.found FROM ({{found}}) n JOIN meetings m ON m.id = n.id
JOIN countries c ON c.code = m.country_code ORDER BY n.rank, n.id""",
        "projects": f"""SELECT p.id, {asked.name("p", "title")}, p.title_kk, p.title_ru, p.title_en,
  p.code, {asked.name("c")}, p.district_code, p.oked, p.stage, n.found FROM ({{found}}) n
JOIN projects p ON p.id = n.id JOIN countries c ON c.code = p.country_code
ORDER BY n.rank, n.id""",
        "documents": """SELECT d.id, d.name, d.type, d.added_at, n.found FROM ({found}) n
JOIN documents d ON d.id = n.id ORDER BY n.rank, n.id""",
        "follow_ups": f"""SELECT f.id, f.text, f.outcome, f.basis_number, f.removal_number,
  f.due_on, {asked.name("c")}, f.status, f.text_language, n.found FROM ({{found}}) n
JOIN follow_ups f ON f.id = n.id LEFT JOIN countries c ON c.code = f.country_code
ORDER BY n.rank, n.id""",
    }
