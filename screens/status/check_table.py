"""The checks of a site: what is not well, then a line for each part; Enter lists its checks."""

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from textwrap import shorten, wrap
from typing import TYPE_CHECKING, Final

from textual.content import Content
from textual.events import Resize
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from solarrally_tui.findings.glyphs import Signed
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.layers import Layer
from solarrally_tui.health.report import Pending
from solarrally_tui.health.wall import tiles
from solarrally_tui.screens.common.words import DIM, colour
from solarrally_tui.screens.status.wall_text import ACROSS, clock, figures_in
from solarrally_tui.text.enumeration import counted
from solarrally_tui.text.sentences import sentences

if TYPE_CHECKING:
    from solarrally_tui.health.report import Check, Report
    from solarrally_tui.health.wall import Tile

_WORD: Final = 11
"""Columns for glyph and word."""

_LEAST: Final = 20
_CLAUSES: Final = re.compile(r"(?<=[,:;]) ")
_MORE: Final = " …"
_ONE_LINE: Final = frozenset({Severity.OK, Severity.UNKNOWN, *Pending})
_INDENT: Final = "  "
_PARTS: Final = {f"part-{layer.value}": layer for layer in Layer}
"""By the id of a line; some checks are called as a layer."""


def beginning(line: str, room: int) -> str:
    """Return as many whole sentences as fit into a line; of the first one, as many clauses."""
    whole = sentences(line)
    if kept := _kept(whole, room):
        return kept
    clauses = _kept(_CLAUSES.split(whole[0]), room - len(_MORE))
    return f"{clauses}{_MORE}" if clauses else shorten(whole[0], room, placeholder="…")


def _kept(parts: Sequence[str], room: int) -> str:
    """Return as many parts as fit; nothing where the first one does not."""
    said = (" ".join(parts[:count]) for count in range(len(parts), 0, -1))
    return next((one for one in said if len(one) <= room), "")


class CheckTable(OptionList):
    """Lists what is not well, the worst first, and a line for each part along the way of the data.

    Where no tiles are above it, the line of a part has its figures; else what its first check says.
    """

    def __init__(self) -> None:
        super().__init__(id="checks", compact=True)
        self._report: Report | None = None
        self._now: datetime | None = None
        self._without: Collection[str] = ()
        self._turned: set[Layer] = set()
        """Parts that somebody opened, or closed where all are open."""
        self.is_open = False
        """Whether the checks of all parts are listed: there is room, and nothing better for it."""
        self._shown: list[tuple[str, Content]] = []

    def show(self, report: "Report", now: datetime, without: Collection[str] = ()) -> None:
        """Draw a new report. The cursor stays on its line. now: to mark what is old.

        without: ids of figures that are shown elsewhere.
        """
        self._report, self._now, self._without = report, now, without
        self._draw()

    def check(self, option_id: str | None) -> "Check | None":
        """Return the check of a line; None for the line of a part."""
        checks = self._report.checks if self._report else ()
        return next((check for check in checks if check.id == option_id), None)

    def alone(self, check: "Check") -> str:
        """Return the name of the part whose only check this is; empty where it has others."""
        of_part = self._report.of(check.layer) if self._report else ()
        return check.layer.heading if len(of_part) == 1 else ""

    def fold(self, option_id: str | None) -> None:
        """List the checks of a part, or hide them again."""
        if option_id in _PARTS:
            self._turned ^= {_PARTS[option_id]}
            self._draw()

    def fold_all(self) -> bool:
        """Hide the checks of parts that somebody has listed; return whether there were any."""
        opened = bool(self._turned) and not self.is_open
        if opened:
            self._turned.clear()
            self._draw()
        return opened

    def on_resize(self, event: Resize) -> None:
        """Use the new width."""
        del event
        self._draw()

    def _draw(self) -> None:
        report, now = self._report, self._now
        if report is None or now is None:
            return
        # The scroll bar comes with the lines, and takes a column of theirs.
        unfolded = [layer for layer in Layer if self.is_open != (layer in self._turned)]
        shown = list(_rows(report, now, self.size.width - 1, self._without, unfolded))
        if shown == self._shown:
            return
        at, top = self.highlighted_option, self.scroll_offset.y
        self._shown = shown
        self.clear_options()
        self.add_options([Option(row, id=id_) for id_, row in shown])
        ids = [id_ for id_, _ in shown]
        self.highlighted = ids.index(at.id) if at and at.id in ids else (0 if ids else None)
        self.scroll_to(y=top, animate=False)


def _rows(
    report: "Report",
    now: datetime,
    width: int,
    without: Collection[str],
    unfolded: Collection[Layer],
) -> Iterator[tuple[str, Content]]:
    """Yield the lines, each with its id."""
    bad = [check for check in report.ranked if check.sign not in {Severity.OK, Pending.UNUSED}]
    parts = tiles(report, now, without)
    names = [tile.layer.heading for tile in parts] + [check.title for check in bad]
    inside = [f"{_INDENT}{_inside(c)}" for layer in unfolded for c in report.of(layer)]
    titles = max(map(len, (*names, *inside)), default=0) + 2
    for check in bad:
        is_old = report.outdates(check, now)
        yield check.id, _row(check, check.title, titles, width, is_old=is_old)
    for tile in parts:
        others = [check for check in report.of(tile.layer) if check not in bad]
        if not others:
            continue  # The lines above say all of it.
        is_open = tile.layer in unfolded and tile.checks > 1
        part = _part(tile, [] if is_open else others, titles, width)
        # A part with one check is that check.
        yield others[0].id if tile.checks == 1 else f"part-{tile.layer.value}", part
        if is_open:
            for check in others:
                title = f"{_INDENT}{_inside(check)}"
                row = _row(check, title, titles, width, is_old=report.outdates(check, now))
                yield check.id, row


def _inside(check: "Check") -> str:
    """Return the title of a check below that of its part, which is not said twice."""
    return "Instance" if check.id == "database" else check.title


def _part(tile: "Tile", others: "Sequence[Check]", titles: int, width: int) -> Content:
    """Return the line of a part. others: its checks that have no line of their own."""
    room = max(width - _WORD - titles, _LEAST)
    is_old = tile.stale_since is not None
    since = f"As of {clock(tile.stale_since)}: " if tile.stale_since else ""
    room -= len(since)
    if not others:
        words = Content.styled(counted(tile.checks, "check"), DIM)
    elif width < ACROSS:
        words = figures_in(tile, room)
    else:
        more = f" And {counted(len(others) - 1, 'more check')}." if len(others) > 1 else ""
        said = beginning(others[0].line, room - len(more))
        words = Content.styled(f"{said}{more}", DIM)
    words = Content.assemble((since, DIM), words)
    state = Severity.UNKNOWN if is_old else tile.sign
    return _line(state, tile.layer.heading, words, titles, is_old=is_old)


def _row(check: "Check", title: str, titles: int, width: int, *, is_old: bool) -> Content:
    """Return the line of a check. Below that of its part, only what is not ok has its sign."""
    room = max(width - _WORD - titles, _LEAST)
    state = Severity.UNKNOWN if is_old else check.sign
    since = f"As of {clock(check.at)}: " if is_old and check.at else ""
    if state in _ONE_LINE:
        lines = [since + beginning(check.line, room - len(since))]
    else:
        lines = wrap(check.line, room) or [""]
    words = Content(f"\n{' ' * (_WORD + titles)}").join(Content.styled(one, DIM) for one in lines)
    if title.startswith(_INDENT) and state is Severity.OK:
        return Content.assemble((" " * _WORD, DIM), title.ljust(titles), words)
    return _line(state, title, words, titles, is_old=is_old)


def _line(state: Signed, title: str, words: Content, titles: int, *, is_old: bool) -> Content:
    word = state.line("old" if is_old else state.word)
    return Content.assemble(
        (word.ljust(_WORD), DIM if is_old else colour(state)),
        (title.ljust(titles), DIM if is_old else ""),
        words,
    )
