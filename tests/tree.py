"""A page as a tree, read as a browser reads HTML: the Lexbor parser, under Beautiful Soup's names.

Nearly every test reads pages, and Beautiful Soup itself takes ten times as long to do it.
"""

from typing import Any, Self

from selectolax.lexbor import LexborHTMLParser, LexborNode


class Tag:
    """An element: its attributes by ``tag["name"]``, what stands in it by CSS selectors."""

    __slots__ = ("_node",)

    def __init__(self, node: LexborNode) -> None:
        self._node = node

    @classmethod
    def read(cls, html: bytes | str) -> Self:
        """The whole page ``html``: what stands around its first element."""
        root = LexborHTMLParser(html or "<html>").root
        assert root is not None
        assert root.parent is not None
        return cls(root.parent)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tag) and self._node.mem_id == other._node.mem_id

    def __hash__(self) -> int:
        return hash(self._node.mem_id)

    def __repr__(self) -> str:
        return str(self._node.html)

    @property
    def name(self) -> str:
        return str(self._node.tag)

    @property
    def attrs(self) -> dict[str, Any]:
        """Every attribute; one without a value has an empty one, ``class`` is a list."""
        found = {name: value or "" for name, value in self._node.attributes.items()}
        return found | {"class": found["class"].split()} if "class" in found else found

    def __getitem__(self, name: str) -> Any:
        return self.attrs[name]

    def get(self, name: str, default: Any = None) -> Any:
        return self.attrs.get(name, default)

    def has_attr(self, name: str) -> bool:
        return name in self._node.attributes

    def __getattr__(self, name: str) -> "Tag | None":
        """The first element of this name inside."""
        return self.select_one(name)

    def get_text(self, separator: str = "", strip: bool = False) -> str:
        """All text inside, joined by ``separator``; each piece stripped, empty ones left out."""
        pieces = self._node.text(separator="\0").split("\0") if separator or strip else None
        if pieces is None:
            return str(self._node.text())
        return separator.join([one.strip() for one in pieces if one.strip()] if strip else pieces)

    @property
    def text(self) -> str:
        return self.get_text()

    @property
    def own_text(self) -> str:
        """Its text without that of the elements inside."""
        return str(self._node.text(deep=False))

    @property
    def parent(self) -> "Tag | None":
        above = self._node.parent
        return Tag(above) if above is not None and above.is_element_node else None

    def find_parent(self, selector: str) -> "Tag | None":
        """The nearest element around this one that ``selector`` matches."""
        fitting, above = self._fitting(selector), self._node.parent
        while above is not None and above.mem_id not in fitting:
            above = above.parent
        return None if above is None else Tag(above)

    def find_next_sibling(self, selector: str) -> "Tag | None":
        """The nearest element after this one, beside it, that ``selector`` matches."""
        fitting, after = self._fitting(selector), self._node.next
        while after is not None and after.mem_id not in fitting:
            after = after.next
        return None if after is None else Tag(after)

    def _fitting(self, selector: str) -> set[int]:
        """Everything in the page that ``selector`` matches: Lexbor cannot ask a single element."""
        return {node.mem_id for node in self._node.parser.css(selector)}

    def select(self, selector: str) -> list["Tag"]:
        """What ``selector`` matches inside, in the order of the page."""
        found = self._selected(selector)
        if "," not in selector:
            return list(found.values())
        inside = (node.mem_id for node in self._node.traverse())
        return [found[one] for one in inside if one in found]

    def select_one(self, selector: str) -> "Tag | None":
        return next(iter(self.select(selector)), None)

    def _selected(self, selector: str) -> dict[int, "Tag"]:
        """By identity: Lexbor matches the element itself, too, and goes by the commas in turn."""
        found = {node.mem_id: Tag(node) for node in self._node.css(selector)}
        found.pop(self._node.mem_id, None)
        return found
