"""Every setting is read, used, and told of once; no other is spoken of."""

import ast
import re
from dataclasses import MISSING, fields
from datetime import time

import pytest

from crm.config import Config
from tests.rules import sources

CONFIG = "crm/config.py"
NAME = re.compile(r"\bCRM_[A-Z_]+\b")
ROW = re.compile(r"^\| *`(CRM_[A-Z_]+)` *\|(.*)\|$", re.M)
FOR_DEVELOPERS = re.compile(r"CRM_(TEST|BENCH)_")  # tests and bench read them, an office does not


def settings_read(code):
    """Names that the code looks up: texts that are nothing else."""
    return {one for one in sources.strings_of(code) if NAME.fullmatch(one)}


def faults_of_tables(known, prose):
    """What is told of no setting or twice, or of one that is not ``known``; prose by path."""
    rows = [name for text in prose.values() for name, _rest in ROW.findall(text)]
    for name in sorted(known):
        if rows.count(name) != 1:
            yield f"{name}: told of in {rows.count(name)} rows of tables, not in one"
    for path, text in prose.items():
        for name in sorted(set(NAME.findall(text)) - known):
            if not FOR_DEVELOPERS.match(name):
                yield f"{path}: there is no {name}"


def unread_fields(code):
    """Fields of Config that neither the application asks for nor a property of Config."""
    asked = set()
    for path, text in code.items():
        attributes = (one for one in sources.nodes_of(text) if isinstance(one, ast.Attribute))
        owner = "self" if path == CONFIG else None
        asked |= {one.attr for one in attributes if owner in (None, getattr(one.value, "id", ""))}
    return [one.name for one in fields(Config) if one.name not in asked]


def prose():
    """README, docs and all that an office copies out of them."""
    found = sources.texts("docs", ".md", ".service", ".timer", ".env", ".yaml", ".yml", ".conf")
    return found | {"README.md": (sources.ROOT / "README.md").read_text()}


def test_every_setting_is_told_of_once_and_no_other():
    sources.none_is_left(faults_of_tables(settings_read(sources.python()[CONFIG]), prose()))


def test_the_code_speaks_of_no_other_setting():
    known = settings_read(sources.python()[CONFIG])
    for path, text in sources.python().items():
        texts = " ".join(sources.strings_of(text))
        sources.none_is_left(f"{path}: there is no {one}" for one in {*NAME.findall(texts)} - known)


def test_every_setting_is_a_field_that_the_application_asks_for():
    named = {one.removeprefix("CRM_").lower() for one in settings_read(sources.python()[CONFIG])}
    assert named == {one.name for one in fields(Config)}
    assert unread_fields(sources.python()) == []


def test_the_table_tells_the_true_defaults():
    rows = dict(ROW.findall("\n".join(prose().values())))
    for one in fields(Config):
        if one.default not in (MISSING, None):
            default = f"{one.default:%H:%M}" if isinstance(one.default, time) else one.default
            assert f"`{default}`" in rows[f"CRM_{one.name.upper()}"], one.name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("| `CRM_ONE` | what | none |", []),
        ("Set `CRM_ONE`.", ["CRM_ONE: told of in 0 rows of tables, not in one"]),
        (
            "| `CRM_ONE` | what | none |\n| `CRM_ONE` | what | none |",
            ["CRM_ONE: told of in 2 rows of tables, not in one"],
        ),
        ("| `CRM_ONE` | what | none |\n`CRM_TWO=1`, `CRM_TEST_X`", ["a.md: there is no CRM_TWO"]),
    ],
)
def test_the_rule_knows_what_is_told(text, expected):
    assert list(faults_of_tables({"CRM_ONE"}, {"a.md": text})) == expected


def test_a_setting_nobody_asks_for_is_found():
    asked = [one.name for one in fields(Config) if one.name not in ("timezone", "smtp_url")]
    code = {"crm/a.py": "\n".join(f"config.{one}" for one in asked), CONFIG: "self.smtp_url"}
    assert unread_fields(code) == ["timezone"]
