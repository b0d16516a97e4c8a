"""What the statements of hints at likely duplicates cost at least."""

from urllib.parse import urlencode

from crm.core.names.likeness import NameKind
from crm.duplicates.services.finding import COMPARED
from crm.duplicates.services.signs import Signs, asked_keys
from tests.bench.around import frame
from tests.bench.sql import Asked

TYPED = {"given_name": "Wei", "family_name": "Wang"}  # hundreds of namesakes, thousands by a word
PATH = f"/people/likely?{urlencode(TYPED)}"


def hint(asked: Asked) -> list[str]:
    """Whoever shares most keys with what is typed, with the posts; who reads."""
    found = found_by_keys(NameKind.PERSON, " ".join(TYPED.values()), COMPARED)
    return [
        f"""SELECT h.id, h.given_name, h.family_name, h.patronymic, h.name_kk, h.name_ru, h.name_en,
  h.name_latin, h.aliases, h.emails, h.phones, h.consent_withdrawn_on,
  {asked.name("x", "position")}, {asked.name("o")}
FROM ({found}) k JOIN people h ON h.id = k.record_id
LEFT JOIN appointments x ON x.id = (SELECT y.id FROM appointments y
  WHERE y.person_id = h.id AND coalesce(y.valid_from, '0001-01-01') <= '{asked.today}'
  AND coalesce(y.valid_to, '9999-12-31') >= '{asked.today}'
  ORDER BY y.valid_to DESC, y.valid_from DESC, y.id LIMIT 1)
LEFT JOIN organisations o ON o.id = x.organisation_id
WHERE h.archived_at IS NULL AND (NOT ({_met_in_secret(asked)}) OR EXISTS (SELECT 1
  FROM participants a WHERE a.person_id = h.id) OR EXISTS (SELECT 1 FROM delegation_members a
  WHERE a.person_id = h.id))""",
        frame(asked)[0],
    ]


def _met_in_secret(asked: Asked) -> str:
    """Whether the reader is kept from a record the person is met in."""
    return f"""EXISTS (SELECT 1 FROM participants a JOIN meetings m ON m.id = a.meeting_id
  WHERE a.person_id = h.id AND {asked.hidden_meeting("m")}) OR EXISTS (SELECT 1
  FROM delegation_members a JOIN delegations d ON d.id = a.delegation_id
  WHERE a.person_id = h.id AND {asked.hidden_delegation("d")})"""


def found_by_keys(kind: NameKind, typed: str, most: int) -> str:
    """Ids of the records of ``kind`` that share most keys with the name ``typed``."""
    sure, pairs, words = asked_keys(Signs(kind, (typed,)))
    sharing = [_sharing(kind, _among(sure), 8, 100)]
    if pairs:
        sharing.append(_sharing(kind, _among(pairs), 3, 400))
    sharing += [_sharing(kind, f"= {_quoted(word)}", 1, 50) for word in words]
    return (
        f"SELECT f.record_id FROM ({' UNION ALL '.join(sharing)}) f GROUP BY f.record_id"
        f" ORDER BY sum(f.weight) DESC, f.record_id DESC LIMIT {most}"
    )


def _sharing(kind: NameKind, condition: str, weight: int, most: int) -> str:
    return (
        f"SELECT * FROM (SELECT l.record_id, {weight} AS weight FROM likely_keys l"
        f" WHERE l.kind = '{kind.value}' AND l.key {condition} LIMIT {most}) y"
    )


def _among(keys: list[str]) -> str:
    return f"IN ({', '.join(map(_quoted, keys))})"


def _quoted(key: str) -> str:
    return "'" + key.replace("'", "''") + "'"
