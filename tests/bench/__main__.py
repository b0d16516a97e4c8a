"""``python -m tests.bench``: measure everything, print it, and write docs/performance.md."""

import argparse
import sys
from collections.abc import Callable, Iterator

from tests.bench import browsing, digests, exports, starting, statements
from tests.bench.report import HEADINGS, Line, Section, show, write
from tests.bench.worlds import BIG, CACHE, ROOT, SMALL, World, world

KINDS = ("sqlite", "postgresql")
Measure = Callable[[World, argparse.Namespace], Iterator[Line]]


def _pages(opened: World, options: argparse.Namespace) -> Iterator[Line]:
    folder = CACHE / f"run-{opened.kind}"
    yield from browsing.measure(opened, folder, options.rounds, options.page)


def _statements(opened: World, options: argparse.Namespace) -> Iterator[Line]:
    asked = browsing.every_page(opened)
    if options.quick:
        yield from statements.measure([opened], asked)
        return
    with world(opened.kind, SMALL) as small:
        yield from statements.measure([small, opened], asked)


def _exports(opened: World, options: argparse.Namespace) -> Iterator[Line]:
    yield from exports.measure(opened, 3)


def _starting(opened: World, options: argparse.Namespace) -> Iterator[Line]:
    yield from starting.measure(opened, 5)


def _digest(opened: World, options: argparse.Namespace) -> Iterator[Line]:
    office = digests.SMALL_OFFICE if options.quick else digests.OFFICE
    with world(opened.kind, office) as crowded:
        yield from digests.measure(crowded, 3)


MEASURES: dict[str, Measure] = {
    "pages": _pages,
    "statements": _statements,
    "starting": _starting,
    "exports": _exports,
    "digest": _digest,
}


def main() -> None:
    """Measure what is asked for."""
    options = _options()
    counts = SMALL if options.quick else BIG
    sections = []
    for kind in [options.database] if options.database else KINDS:
        with world(kind, counts) as opened:
            title = f"{kind}, {opened.size:,} meetings"
            print(f"{title}\n  {'':<52} {' '.join(f'{one:>12}' for one in HEADINGS[1:-1])}")
            lines = []
            for name, measure in MEASURES.items():
                if not options.only or name in options.only:
                    for line in measure(opened, options):
                        show(line)
                        lines.append(line)
            sections.append(Section(title, lines))
    if options.write:
        write(ROOT / "docs/performance.md", f"python -m tests.bench {_asked()}".strip(), sections)


def _asked() -> str:
    return " ".join(one for one in sys.argv[1:] if one != "--write")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a world of 1,000, fewer rounds")
    parser.add_argument("--database", choices=KINDS, help="else both")
    parser.add_argument(
        "--only", choices=sorted(MEASURES), action="append", help="this part of it; may be repeated"
    )
    parser.add_argument("--page", help="pages whose name has this in it")
    parser.add_argument("--rounds", type=int, help="of pages; else 30, quick 9")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    options = parser.parse_args()
    options.rounds = options.rounds or (9 if options.quick else 30)
    return options


main()
