"""Another page about the projects of the list: the same filters, in the same words."""

from dataclasses import dataclass, replace

from flask import abort, request
from sqlalchemy import Select

from crm.core.listing.address import Address
from crm.core.listing.bar import Bar, bar_of
from crm.core.listing.declare import PRESENTATION
from crm.core.listing.downloads import Download, downloads
from crm.core.listing.filters import Args, BadQueryError
from crm.core.listing.query import keys_of
from crm.projects.listing.projects import PROJECTS
from crm.projects.models.terms import ProjectStatus

_EVERY = "any"  # the status that asks for all of them: without any the active ones are shown


@dataclass(frozen=True)
class Narrowed:
    """The filters such a page was asked with; ``own`` are parameters the list does not know."""

    path: str
    args: Args
    own: tuple[str, ...]
    has_status: bool  # whether one was asked for, and not only meant

    @property
    def address(self) -> Address:
        """Of this page, for links that keep its filters."""
        return Address(replace(PROJECTS, path=self.path), self.args)

    @property
    def filters(self) -> dict[str, str]:
        """The filters alone, the status among them."""
        return {name: value for name, value in self.args.items() if value and name not in self.own}

    @property
    def of_list(self) -> Args:
        """The filters as the list knows them."""
        return Args({name: value for name, value in self.filters.items() if value != _EVERY})

    def url_at(self, path: str) -> str:
        """The address of another such page with the same filters."""
        return Address(replace(PROJECTS, path=path), Args(self.filters)).with_()

    def list_url(self, **changes: str | None) -> str:
        """The address of the list with the same filters and ``changes``."""
        return Address(PROJECTS, self.of_list).with_(**changes)

    @property
    def downloads(self) -> list[Download]:
        """The files of the list with the same filters."""
        return downloads(PROJECTS, (), Address(PROJECTS, self.of_list))

    def found(self, even_completed: bool = False) -> Select[int]:
        """Ids of the projects asked for, in no order; 400 for filters that mean nothing.

        ``even_completed``: of every status unless one was asked for.
        """
        args = self.of_list
        if even_completed and not self.has_status:
            args.pop("status", None)
        try:
            return keys_of(PROJECTS, args)
        except BadQueryError:
            abort(400)

    def bar(self) -> Bar:
        """The filters of the list; taking off the status shows every status, clearing all the
        active projects again.
        """
        bar = bar_of(replace(PROJECTS, path=self.path), self.args, self.address)
        every = self.address.with_(status=_EVERY)
        filters = [
            replace(chip, remove_url=every) if chip.name == "status" and chip.value_label else chip
            for chip in bar.filters
        ]
        is_plain = dict(self.of_list.items()) == {"status": ProjectStatus.ACTIVE.value}
        return replace(bar, filters=filters, clear_url=self.path, is_filtered=not is_plain)


def narrowed(path: str, own: tuple[str, ...], kept: tuple[str, ...]) -> Narrowed:
    """What the page at ``path`` was asked with; 400 for what only lists know.

    Of its ``own`` parameters those ``kept`` go along in links.
    """
    unkept = set(own) - set(kept)
    args = Args({name: value for name, value in request.args.items() if name not in unkept})
    if any(name in args for name in PRESENTATION):
        abort(400)
    has_status = bool(args.get("status"))
    args["status"] = args.get("status", ProjectStatus.ACTIVE.value) or _EVERY
    return Narrowed(path, args, own, has_status)
