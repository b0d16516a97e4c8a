"""How commands end: 0 done, 1 failed, 2 wrong usage, and one line of trouble on stderr."""

import re
import subprocess

import pytest

from crm.core import commands
from crm.core.database import db
from tests.factories import make_meeting
from tests.postgres import on_sqlite
from tests.processes import crm_process, environ_of
from tests.serving import CRM, crm_from_nothing

pytestmark = on_sqlite


@pytest.mark.parametrize(
    ("arguments", "status", "line"),
    [
        (["users", "list"], 0, ""),
        (["users", "disable", "nobody@test.example"], 1, "crm: no user nobody@test.example\n"),
        (["users", "add"], 2, "crm: Missing argument 'EMAIL'. (see crm users add --help)\n"),
        (["nonsense"], 2, "crm: No such command 'nonsense'. (see crm --help)\n"),
    ],
)
def test_a_command_ends_with_its_status_and_at_most_one_line(app, arguments, status, line):
    done = crm_process(app, *arguments)
    assert (done.returncode, done.stderr) == (status, line)


def test_without_arguments_it_says_what_there_is(app):
    done = crm_from_nothing(app)
    assert done.returncode == 2
    names = sorted({*app.cli.commands, "routes", "run", "shell"})  # and Flask's own
    assert re.findall(r"^  (\w+)  ", done.stderr, re.MULTILINE) == names


@pytest.mark.parametrize(
    "url", ["sqlite:////no/such/folder/x.db", "postgresql://nobody@127.0.0.1:1/none"]
)
def test_a_database_that_is_away_is_one_line(app, url):
    done = crm_process(app, "users", "list", CRM_DATABASE_URL=url)
    assert done.returncode == 1
    assert done.stderr.startswith("crm: the database cannot be used")
    assert done.stderr.count("\n") == 1


def test_whoever_stops_it_while_it_loads_sees_one_line(app, capsys):
    def load():
        raise KeyboardInterrupt

    with pytest.raises(SystemExit) as end:
        commands.run("crm", load)
    assert (end.value.code, capsys.readouterr().err) == (1, "crm: stopped\n")


def test_a_reader_who_goes_away_is_no_trouble(app):
    for number in range(3):
        make_meeting(title=f"Meeting {number}", summary="long " * 4000)
    db.session.rollback()
    process = subprocess.Popen(
        [*CRM, "export", "meetings"],
        env=environ_of(app),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.read(10)
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(20) in (0, 1)
