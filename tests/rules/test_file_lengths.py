"""No file that somebody writes is too long to be read at once."""

from tests.rules import sources

MOST = 400  # lines; tests/test_architecture.py asks for fewer in crm/
FOLDERS = ("crm", "templates", "migrations", "tests", "docs", ".ci")
ENDINGS = (".py", ".html", ".txt", ".css", ".js", ".json", ".md", ".mako")
BESIDE_THEM = ("README.md", "Makefile", "pyproject.toml")  # lock files are written by a tool


def test_no_file_has_more_than_400_lines():
    written = {name: (sources.ROOT / name).read_text() for name in BESIDE_THEM}
    for folder in FOLDERS:
        written |= sources.texts(folder, *ENDINGS)
    counted = {name: text.count("\n") for name, text in written.items()}
    sources.none_is_left(
        f"{name}: {lines} lines; split it by what it tells of"
        for name, lines in counted.items()
        if lines > MOST
    )
