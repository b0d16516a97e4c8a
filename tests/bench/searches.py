"""The search and its suggestions, each with the statements of its floor."""

from collections.abc import Iterator
from urllib.parse import quote

from tests.bench.pages import Page, Part
from tests.bench.sql import Asked

_COUNTED = 101
_END = "\U0010ffff"
# What is typed, and the beginnings of tokens that are looked up for it.
_TYPED = {
    "a family name": ("Ахметова", ("ахметова", "=ahmetova")),
    "the same in Latin letters": ("Akhmetova", ("akhmetova", "=ahmetova")),
    "two letters": ("ка", ("ка", "=ka")),
    "a firm": ("Metals", ("metals", "=metals")),
}


def searches(asked: Asked) -> Iterator[Page]:
    """The page and the suggestions, for little and for much that is found."""
    for name, (typed, beginnings) in _TYPED.items():
        parts = [*_parts(asked, beginnings, 10), *(_counts(beginnings))]
        yield Page(f"search, {name}", f"/search?q={quote(typed)}", parts, times=3.0, statements=18)
    for name, (typed, beginnings) in _TYPED.items():
        path = f"/search/suggestions?q={quote(typed)}"
        parts = [*_parts(asked, beginnings, 3)]
        yield Page(f"suggestions, {name}", path, parts, times=3.0, statements=12)


def _found(kind: str, beginnings: tuple[str, ...], most: int) -> str:
    """Records of ``kind`` in use with a token that begins so, in the order of the index."""
    ranges = " UNION ALL ".join(
        "SELECT * FROM (SELECT t.record_id AS id FROM search_tokens t"
        f" JOIN {kind} r ON r.id = t.record_id WHERE t.kind = '{kind}' AND t.token >= '{one}'"
        f" AND t.token < '{one}{_END}' AND r.archived_at IS NULL"
        f" ORDER BY t.token, t.record_id LIMIT {most}) b{place}"
        for place, one in enumerate(beginnings)
    )
    return f"SELECT DISTINCT id FROM ({ranges}) f LIMIT {most}"


def _counts(beginnings: tuple[str, ...]) -> Iterator[Part]:
    for kind in ("people", "organisations"):
        yield Part(f"SELECT count(*) FROM ({_found(kind, beginnings, _COUNTED)}) n")


def _parts(asked: Asked, beginnings: tuple[str, ...], most: int) -> Iterator[Part]:
    yield Part(
        f"""SELECT o.id, {asked.name("o")}, o.name_kk, o.name_ru, o.name_en, o.aliases, o.bin,
  {asked.name("c")}, o.kind FROM organisations o JOIN countries c ON c.code = o.country_code
WHERE o.id IN ({_found("organisations", beginnings, most)})"""
    )
    yield Part(
        f"""SELECT p.id, p.family_name, p.given_name, p.patronymic, p.name_kk, p.name_ru, p.name_en,
  p.name_latin, p.aliases, p.emails, p.phones, {asked.name("a", "position")}, {asked.name("o")}
FROM people p LEFT JOIN appointments a ON a.id = (SELECT x.id FROM appointments x
  WHERE x.person_id = p.id AND coalesce(x.valid_from, '0001-01-01') <= '{asked.today}'
  AND coalesce(x.valid_to, '9999-12-31') >= '{asked.today}'
  ORDER BY x.valid_to DESC, x.valid_from DESC, x.id LIMIT 1)
LEFT JOIN organisations o ON o.id = a.organisation_id
WHERE p.id IN ({_found("people", beginnings, most)})"""
    )
