"""Tabs bear numbers, which are their keys on every screen that has tabs."""

from typing import Final

from textual.binding import Binding
from textual.content import Content
from textual.widgets import Tab, Tabs
from textual.widgets._tabs import Underline

DIGITS: Final = tuple(Binding(str(digit), f"tab({digit})", show=False) for digit in range(1, 10))

_move_line = Tabs._highlight_active  # noqa: SLF001 (no hook for it)


def _move_line_of_shown(self: Tabs, animate: bool = True) -> None:
    """Move the line below the open tab, unless the screen of the tabs was left meanwhile."""
    if self.query(Underline):
        _move_line(self, animate)


Tabs._highlight_active = _move_line_of_shown  # type: ignore[method-assign]  # noqa: SLF001


def titled(number: int, title: str) -> str:
    """Return what a tab is called."""
    return f"{number} {title}"


def number_tabs(tabs: Tabs) -> None:
    """Give the tabs that are shown their numbers, from one on."""
    for number, tab in enumerate(shown_tabs(tabs), 1):
        title = tab.label.plain.lstrip("0123456789 ")
        if tab.label.plain != titled(number, title):
            tab.label = Content(titled(number, title))


def open_tab(tabs: Tabs, number: int) -> None:
    """Open the tab with a number, if there is one."""
    shown = shown_tabs(tabs)
    if number <= len(shown):
        tabs.active = shown[number - 1].id or ""


def shown_tabs(tabs: Tabs) -> list[Tab]:
    """Return the tabs that are not hidden."""
    # Whether one is displayed is known only after the styles are applied.
    return [tab for tab in tabs.query(Tab) if not tab.has_class("-hidden")]
