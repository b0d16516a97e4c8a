"""The commonest jobs are done in as few steps as docs/flow.md says."""

from pathlib import Path

import pytest

from crm.core import clock
from tests.flow.rounds import one_round
from tests.postgres import on_sqlite
from tests.shots import NOW

DOC = Path(__file__).parents[2] / "docs" / "flow.md"


@on_sqlite
@pytest.mark.long
@pytest.mark.browser
def test_the_five_jobs_take_the_steps_that_are_told(app, chromium_browser, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    rows = [line.split("|") for line in DOC.read_text("utf-8").splitlines() if "|" in line]
    told = {cells[1].partition(":")[0].strip().lower(): int(cells[4]) for cells in rows[2:]}
    taken = one_round(chromium_browser)
    assert {name: hand.steps for name, hand in taken.items()} == told
