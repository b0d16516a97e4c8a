"""No file of the repository is longer than a person reads in one go."""

import os

from tests.rules.sources import ROOT

MOST = 400
MADE = {".lock", ".po"}  # by `make lock` and, in their order and form, by `make translations`
UNREAD = {".mo", ".png"}
KEPT_OUT = {"__pycache__", "dist", "instance"}  # .gitignore names them, too


def long_files(root):
    """«path: lines» of every text under ``root`` that is too long; hidden folders but .ci are not
    ours.
    """
    for folder, folders, names in os.walk(root):
        is_ours = (one == ".ci" or not one.startswith(".") for one in folders)
        folders[:] = [one for one, ours in zip(folders, is_ours, strict=True) if ours]
        folders[:] = sorted(set(folders) - KEPT_OUT)
        for name in sorted(names):
            path = os.path.join(folder, name)
            if os.path.splitext(name)[1] not in MADE | UNREAD and os.path.isfile(path):
                with open(path, "rb") as file:
                    lines = sum(1 for _line in file)
                if lines > MOST:
                    yield f"{os.path.relpath(path, root)}: {lines} lines"


def test_no_file_is_too_long():
    found = list(long_files(ROOT))
    assert not found, "split by noun:\n" + "\n".join(found)


def test_the_rule_knows_what_is_too_long_and_what_is_ours(tmp_path):
    short, long = "line\n" * MOST, "line\n" * (MOST + 1)
    for path, text in {
        "crm/a.py": short,
        "crm/b.py": long,
        ".ci/run": long,
        "all.lock": long,
        "kk/messages.po": long,
        ".venv/lib/c.py": long,
        "instance/outbox.eml": long,
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    assert sorted(long_files(tmp_path)) == [".ci/run: 401 lines", "crm/b.py: 401 lines"]
