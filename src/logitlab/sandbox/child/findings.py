"""As many findings as are kept, in the order of the source: so many, and so long."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Final, Generic, TypeVar

ITEMS: Final = 5000  # of one kind
CHARACTERS: Final = 2000  # of one text
ALL_CHARACTERS: Final = 200_000  # of all items of one kind


@dataclass(frozen=True)
class Finding:
    """Something that stands at a line of a cell."""

    cell: int
    line: int


@dataclass(frozen=True)
class Text(Finding):
    """A comment (from its # on), a string, or the text of a Markdown cell, and where it begins."""

    text: str


Item = TypeVar("Item", bound=Finding)


class Bounded(Generic[Item]):
    """Findings of one kind. `truncated`: there were more, or longer ones, than are kept."""

    def __init__(self) -> None:
        self.truncated = False
        self._left = ALL_CHARACTERS
        self._found: list[tuple[tuple[int, int, int], Item]] = []

    @property
    def full(self) -> bool:
        """Whether nothing more is kept."""
        return self._left <= 0 or len(self._found) >= ITEMS

    def add(self, item: Item, column: int = 0) -> None:
        """Keep `item`, its texts cut to what fits, if there is room."""
        if self.full:
            self.truncated = True
            return
        texts = {
            field.name: value
            for field in fields(item)
            if isinstance(value := getattr(item, field.name), str)
        }
        cut = {name: _printable(value[:CHARACTERS]) for name, value in texts.items()}
        self._left -= sum(map(len, cut.values()))
        self.truncated |= any(len(value) > CHARACTERS for value in texts.values())
        if cut != texts:
            item = replace(item, **cut)  # type: ignore[arg-type]  # of strings, by strings
        self._found.append(((item.cell, item.line, column), item))

    def items(self) -> tuple[Item, ...]:
        """What was kept, in the order of the source."""
        return tuple(item for _, item in sorted(self._found, key=lambda found: found[0]))


def _printable(text: str) -> str:
    r"""Without halves of surrogate pairs, which the literal "\ud800" makes: they cannot be sent."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
