"""README and docs/ say what is there: commands and options, files, and how they fit."""

import re
from pathlib import Path

import click
import pytest

from crm.config import Config
from crm.console import COMMANDS
from crm.core.uploads import MOST_AT_ONCE

ROOT = Path(__file__).parents[1]
OPERATIONS = ROOT / "docs" / "operations"
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FILES = [path for path in sorted(OPERATIONS.rglob("*")) if path.is_file() and path not in PAGES]
UNITS = sorted((OPERATIONS / "systemd").glob("*.service"))
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"^```.*?^```|`[^`]+`", re.DOTALL | re.MULTILINE)
_CALL = re.compile(r"(?:^|[\s`/])(?:crm|seriktes) +(?!crm\b)([a-z][^`\n|&;]*)")


def told_by(path):
    """What the file says in code, which is all of it where it is no page."""
    text = path.read_text(encoding="utf-8")
    return "\n".join(_CODE.findall(text)) if path.suffix == ".md" else text


def calls_in(path):
    """The words after ``crm`` of every command the file names; a comment names none."""
    told = told_by(path).translate({ord(sign): " " for sign in "[],'\""})
    for line in told.splitlines():
        if path.suffix == ".md" or not line.startswith("#"):
            yield from (call.split() for call in _CALL.findall(line))


def fault_of(words, app):
    """What is wrong with the command; None when it can be given so."""
    if words[0] not in COMMANDS:
        return f"no command {words[0]}"
    command = app.cli.commands.get(words[0])
    rest = words[1:]
    while isinstance(command, click.Group) and rest and rest[0].isalpha() and rest[0].islower():
        if rest[0] not in command.commands:
            return f"{words[0]} has no {rest[0]}"
        command, rest = command.commands[rest[0]], rest[1:]
    known = {name for one in getattr(command, "params", []) for name in one.opts}
    strange = [word for word in rest if word.startswith("--") and word not in known]
    return f"{' '.join(words[:2])} has no {strange[0]}" if strange and command else None


def anchors_of(page):
    """The addresses of its headings, as the pages of a repository make them."""
    headings = re.findall(r"^#+ (.*)", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings}


def missing_behind(page):
    for link in _LINK.findall(page.read_text(encoding="utf-8")):
        name, _hash, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if "://" in link:
            continue
        if not target.exists() or (anchor and anchor not in anchors_of(target)):
            yield link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_what_is_there(page):
    assert list(missing_behind(page)) == []


def test_every_command_that_is_told_of_can_be_given(app):
    told = [(path.name, words) for path in [*PAGES, *FILES] for words in calls_in(path)]
    assert {"serve", "backup", "restore", "doctor", "digest"} <= {words[0] for _name, words in told}
    assert [(name, fault) for name, words in told if (fault := fault_of(words, app))] == []


def test_a_command_that_is_not_there_would_be_noticed(app):
    assert fault_of(["backups"], app)
    assert fault_of(["digest", "sent"], app)
    assert fault_of(["backup", "FILE", "--always"], app)
    assert fault_of(["backup", "FILE", "--force"], app) is None


def test_every_file_for_running_it_is_told_of():
    shown = (OPERATIONS / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in FILES if path.name not in shown] == []


def test_all_services_are_kept_from_the_same_things():
    """What one may do besides, its own work needs: the backup writes where backups are."""
    own = ("Type=", "Exec", "Restart", "TimeoutStop", "ReadWritePaths=/var/backups/seriktes", "#")
    sections = [path.read_text().partition("[Service]\n")[2].partition("\n\n")[0] for path in UNITS]
    rules = {
        "\n".join(one for one in part.split("\n") if not one.startswith(own)).strip()
        for part in sections
    }
    assert len(UNITS) == 4
    assert len(rules) == 1
    assert "ProtectSystem=strict" in rules.pop()


def test_nginx_lets_through_what_the_application_takes_at_once():
    proxy = (OPERATIONS / "nginx" / "seriktes.conf").read_text()
    assert f"client_max_body_size {MOST_AT_ONCE * Config.upload_limit_mb + 1}m;" in proxy
