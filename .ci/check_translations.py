"""Fail when a Kazakh or Russian catalogue lacks a text of the source or keeps one of the past.

Usage: check_translations.py TEMPLATE.pot (as `make check` extracts it).
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

LANGUAGES = ("kk", "ru")


def faults(template: Catalog, catalogue: Catalog) -> Iterator[str]:
    """One line for everything that keeps ``catalogue`` from being complete and clean."""
    for wanted in template:
        if not wanted.id:
            continue  # the header
        found = catalogue.get(wanted.id, wanted.context)
        if found is None:
            yield f"missing: {wanted.id!r}"
            continue
        forms = found.string if isinstance(found.string, tuple | list) else (found.string,)
        if not all(forms) or isinstance(wanted.id, tuple) != isinstance(found.string, tuple):
            yield f"not translated: {wanted.id!r}"
        elif found.fuzzy:
            yield f"fuzzy: {wanted.id!r}"
        else:
            yield from (f"{error}: {wanted.id!r}" for error in found.check(catalogue))
    for message in catalogue:
        if message.id and template.get(message.id, message.context) is None:
            yield f"no longer in the source: {message.id!r}"
    for message in catalogue.obsolete.values():
        yield f"obsolete: {message.id!r}"


def main(template_path: str) -> int:
    with Path(template_path).open("rb") as file:
        template = read_po(file)
    count = 0
    for language in LANGUAGES:
        path = Path("crm/translations", language, "LC_MESSAGES/messages.po")
        if not path.exists():
            print(f"{path}: there is none; `make translations`")
            count += 1
            continue
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
        for fault in faults(template, catalogue):
            print(f"{path}: {fault}")
            count += 1
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
