"""What every page loads of ours, joined: one style sheet and one script instead of forty files."""

from functools import lru_cache
from pathlib import Path

from flask import current_app

from crm.core.icons import short_digest

# By the ending of the files. Of two style sheets the later one overrides the earlier.
JOINED = {
    "css": (
        "tokens",
        "frame",
        "menus",
        "controls",
        "combobox",
        "toast",
        "filters",
        "tables",
        "views",
        "pager",
        "charts",
        "badges",
        "record",
        "sections",
        "participants",
        "sectors",
        "programme",
        "rows",
        "tally",
        "asides",
        "timeline",
        "forms",
        "form-rows",
        "likely",
        "messages",
        "money",
        "choose",
        "history",
        "interests",
        "stages",
        "documents",
        "search",
        "narrow",
        "narrow-controls",
        "narrow-lists",
        "narrow-pages",
        "brief",
        "print",
    ),
    "js": ("combobox", "rows", "search", "seriktes"),
}
MIMETYPES = {"css": "text/css", "js": "text/javascript"}


def joined(ending: str) -> tuple[bytes, str]:
    """The files that end so, one after the other, and the hash of it all."""
    folder = Path(current_app.static_folder or "", ending)
    paths = tuple(folder / f"{name}.{ending}" for name in JOINED[ending])
    return _read(paths, tuple(path.stat().st_mtime_ns for path in paths))


@lru_cache(maxsize=8)
def _read(paths: tuple[Path, ...], _changed_at: tuple[int, ...]) -> tuple[bytes, str]:
    content = b"\n".join(path.read_bytes() for path in paths)
    return content, short_digest(content)
