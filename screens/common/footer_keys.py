"""Which keys a footer shows, and in which order, where not all of them fit. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

_ORDER: Final = ("escape", "ctrl+n", "enter", "f1", "f2", "f3", "f4", "h", "f5", "f6")
_LAST: Final = ("ctrl+o", "ctrl+q")
_KEPT: Final = ("ctrl+q", "escape", "ctrl+n", "f2", "f1", "f3", "h", "p", "f4", "enter", "ctrl+o")
"""The keys that stay longest where there is no room, the most important first."""


@dataclass(frozen=True, slots=True)
class FooterEntry:
    """A key as the footer names it."""

    key: str
    """As Textual calls it, such as ctrl+q."""
    shown: str
    """As people read it, such as ^q."""
    label: str

    @property
    def columns(self) -> int:
        """How wide it is, with the blanks around key and label."""
        return len(self.shown) + len(self.label) + 3


def fitting(
    entries: Sequence[FooterEntry], columns: int, more: FooterEntry | None
) -> tuple[FooterEntry, ...]:
    """Return what a footer of so many columns shows, in its order.

    more: leads to all actions. It is last, and takes the place of what does not fit.
    """
    shown = sorted(entries, key=_place)
    if more is None:
        return _kept(shown, columns)
    if _width((*shown, more)) <= columns:
        return (*shown, more)
    if _width(shown) <= columns:
        return tuple(shown)
    return (*_kept(shown, columns - more.columns), more)


def _kept(shown: list[FooterEntry], columns: int) -> tuple[FooterEntry, ...]:
    """Return the keys without the least important ones, of equals without the last."""
    kept = list(shown)
    while _width(kept) > columns:
        kept.remove(max(reversed(kept), key=_dispensable))
    return tuple(kept)


def _width(entries: Iterable[FooterEntry]) -> int:
    """Return the columns of keys side by side: the last one needs no blank behind it."""
    return sum(entry.columns for entry in entries) - 1


def _place(entry: FooterEntry) -> int:
    if entry.key in _LAST:
        return len(_ORDER) + 1 + _LAST.index(entry.key)
    return _ORDER.index(entry.key) if entry.key in _ORDER else len(_ORDER)


def _dispensable(entry: FooterEntry) -> int:
    if entry.key in _KEPT:
        return _KEPT.index(entry.key)
    return len(_KEPT) + (entry.key in _LAST)
