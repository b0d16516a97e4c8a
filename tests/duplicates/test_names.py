"""The names of the domain's file, typed in Cyrillic where Latin is recorded."""

import csv
from pathlib import Path

from crm.core.names.likeness import Reason
from tests.duplicates.test_hints import hints
from tests.factories import make_organisation, make_person, together

NAMES = Path(__file__).parents[1] / "core" / "names.csv"
SAME = {str(reason.label) for reason in Reason if reason is not Reason.SIMILAR}


def test_true_pairs_are_among_the_first_three_and_near_misses_are_not_called_the_same(officer):
    rows = list(csv.DictReader(NAMES.read_text(encoding="utf-8").splitlines()))
    with together():
        for latin, kind in dict.fromkeys((row["latin"], row["kind"]) for row in rows):
            if kind == "org":
                make_organisation(name_en=latin)
            else:
                given, _space, family = latin.rpartition(" ")
                make_person(given_name=given, family_name=family)
    missed, asked, mistaken = [], 0, []
    for row in rows:
        address = "organisations" if row["kind"] == "org" else "people"
        for typed in {row["ru"], row["kk"]}:
            found = hints(officer, address, name=typed)
            if row["match"] == "1":
                asked += 1
                if row["latin"] not in [name for name, _reasons, _score in found[:3]]:
                    missed.append((typed, row["latin"], found))
            elif any(name == row["latin"] and SAME & {*why} for name, why, _score in found):
                mistaken.append((typed, found))
    assert mistaken == []
    assert len(missed) <= 0.05 * asked, missed
