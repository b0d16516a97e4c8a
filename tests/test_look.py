"""Every page there is, and what it turns into: `make look`, in each language and both themes.

The suite itself looks at a few (`tests/test_accessibility.py`).
"""

import re

import pytest
from sqlalchemy import Enum as EnumOf
from sqlalchemy import String, update

from crm.core.database import Model, db
from crm.core.language import LANGUAGES
from tests.looking import Eyes, pages_of, see_doors, see_error_pages, see_refusals
from tests.postgres import on_sqlite
from tests.sweep import addresses, make_world

pytestmark = [pytest.mark.look, on_sqlite, pytest.mark.parametrize("language", LANGUAGES)]
SHARES = 4  # of the pages, so that two workers are busy to the end

# What people type, and what becomes of it: long Kazakh words, and one that has no end.
LONG = "Индустриялық-инновациялық ынтымақтастықты жандандыруға бағытталған іс-шаралар " + "ұ" * 90
TYPED = re.compile(
    "(title|name|position|region)_(kk|ru|en)|name|title|text|note|place|purpose|agenda|summary"
    "|outcome|source|source_name|reason|authority|received_by|interpreter|logistics|languages"
    "|agency|decided_by|solution|next_step|capacity_unit|capacity_product|outsider|group_text"
    "|answer|position_text|organisation_text|responsible|controller_name|family_name|given_name"
    "|patronymic|name_latin"
)


def lengthen():
    """Make every text that somebody typed as long as they may."""
    for table in Model.metadata.tables.values():
        texts = {
            column.name: LONG[: column.type.length]
            for column in table.columns
            if isinstance(column.type, String)
            and not isinstance(column.type, EnumOf)
            and TYPED.fullmatch(column.name)
        }
        if texts:
            db.session.connection().execute(update(table).values(texts))
    db.session.commit()


@pytest.fixture
def eyes(app, page, language):
    """Somebody who looks closely; fails the test with all they saw."""
    eyes = Eyes(app, page, language)
    yield eyes
    assert not eyes.faults, "\n".join(eyes.faults)


@pytest.mark.parametrize("share", range(SHARES))
def test_every_page_of_a_full_office(app, eyes, share):
    make_world()
    if eyes.language == "kk":
        lengthen()
    pages = list(pages_of(eyes, addresses(app)))
    assert len(pages) > 80
    for url, role in pages[share::SHARES]:
        eyes.be(role)
        eyes.see(url)


@pytest.mark.parametrize("share", range(2))
def test_every_page_of_an_office_that_begins(app, eyes, share):
    desks = [("/", role) for role in ("officer", "viewer", "admin")]
    for url, role in [*pages_of(eyes, addresses(app)), *desks][share::2]:
        eyes.be(role)
        eyes.see(url)


def test_what_strangers_see(eyes):
    see_doors(eyes)
    see_error_pages(eyes)


def test_what_is_refused_and_what_is_in_conflict(eyes):
    make_world()
    see_refusals(eyes)
