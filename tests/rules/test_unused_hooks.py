"""No ``data-`` attribute is written that no script and no style sheet reads."""

import re

import pytest

from tests.rules import sources

ATTRIBUTE = re.compile(r"(?<![\w-])data-[a-z][\w-]*(?=[=\s>\"'{])")
READ_BY_BOOTSTRAP = "data-bs-"


def unread_attributes(written, scripts, css):
    """«path: attribute» of what templates and Python write and nobody reads; texts by path.

    A script reads ``data-text-kept`` by that name or as ``….textKept``, a style sheet by its name.
    """
    read = set(re.findall(r"data-[a-z][\w-]*", scripts + css))
    properties = set(re.findall(r"\.([a-z]\w*)", scripts))
    for path, text in written.items():
        bare = re.sub(r"\{#.*?#\}", "", text, flags=re.S)
        for name in sorted(set(ATTRIBUTE.findall(bare)) - read):
            is_read = camel(name) in properties or name.startswith(READ_BY_BOOTSTRAP)
            if not is_read:
                yield f"{path}: {name}"


def camel(name):
    return re.sub(r"-(\w)", lambda found: found[1].upper(), name.removeprefix("data-"))


def test_every_attribute_for_scripts_is_read():
    scripts = "".join(sources.texts("crm/static/js", ".js").values())
    css = "".join(sources.texts("crm/static/css", ".css").values())
    written = sources.templates() | sources.python()
    sources.none_is_left(unread_attributes(written, scripts, css))


@pytest.mark.parametrize(
    ("scripts", "css", "expected"),
    [
        ("", "", ["a.html: data-text-kept"]),
        ("words.textKept", "", []),
        ('box.querySelector("[data-text-kept]")', "", []),
        ("", "[data-text-kept] {}", []),
        ("textKept = 1", "", ["a.html: data-text-kept"]),
    ],
)
def test_the_rule_knows_what_is_read(scripts, css, expected):
    template = '{# data-gone #}<p data-text-kept="{{ _("Kept") }}" data-bs-theme="dark">'
    assert list(unread_attributes({"a.html": template}, scripts, css)) == expected
