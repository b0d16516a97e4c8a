"""What of a form that is being filled in tells who or what is meant."""

import re
from typing import Any

from werkzeug.datastructures import MultiDict

from crm.core.language import LANGUAGES, normalise
from crm.core.names.likeness import NameKind
from crm.core.phones import e164
from crm.duplicates.services.signs import (
    Signs,
    distinct,
    organisation_contacts,
    person_contacts,
    person_names,
)
from crm.organisations.forms.organisations import plain_bin
from crm.organisations.forms.people import SEVERAL

Typed = MultiDict[str, Any]
_LONGEST = 500  # characters of a name
_LINE_END = re.compile(r"\n")
_MOST = 12  # names or contacts: nobody has more spellings


def signs_typed(kind: NameKind, typed: Typed) -> Signs:
    """What the fields in ``typed`` say so far; whatever is not well formed yet says nothing."""
    names = [_line(typed, f"name_{code}") for code in LANGUAGES]
    names += [_line(typed, "name"), *_lines(typed, "aliases", _LINE_END)]
    if kind is NameKind.ORGANISATION:
        contacts = organisation_contacts(
            plain_bin(_line(typed, "bin") or ""), _web(_line(typed, "website"))
        )
        return Signs(kind, distinct(names)[:_MOST], contacts)
    parts = (_line(typed, name) for name in ("family_name", "given_name", "patronymic"))
    names += [*person_names(*parts), _line(typed, "name_latin")]
    phones = (e164(one) for one in _lines(typed, "phones"))
    contacts = person_contacts(_lines(typed, "emails"), [one for one in phones if one])
    return Signs(kind, distinct(names)[:_MOST], contacts)


def _line(typed: Typed, name: str) -> str | None:
    return " ".join(normalise(typed.get(name, "")[:_LONGEST]).split()) or None


def _lines(typed: Typed, name: str, between: re.Pattern[str] = SEVERAL) -> list[str]:
    found = (one.strip() for one in between.split(normalise(typed.get(name, ""))))
    return [one[:_LONGEST] for one in found if one][:_MOST]


def _web(typed: str | None) -> str | None:
    return f"https://{typed}" if typed and "://" not in typed else typed
