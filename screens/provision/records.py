"""The records that a run waits for, as a list: Enter copies the line under the cursor."""

from collections.abc import Sequence
from typing import Final

from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from solarrally_tui.domains.dns_records import likely_zone, relative
from solarrally_tui.findings.severity import Severity
from solarrally_tui.screens.common.messages import Copy
from solarrally_tui.screens.common.words import DIM, sentence
from solarrally_tui.screens.domain.records import SeenRecord

_LABEL: Final = 8
"""Columns of what a line is."""
_STATES: Final = {Severity.OK: "in DNS", Severity.UNKNOWN: "DNS did not answer"}
_MISSING: Final = "not in DNS yet"


def heading(number: int, seen: SeenRecord) -> Content:
    """Return what a record is for, and whether DNS has it."""
    what = f"{number}  {seen.record.type}, {seen.purpose}"
    state = sentence(seen.seen.severity, _STATES.get(seen.seen.severity, _MISSING))
    return Content.assemble((f"{what:<34}", "bold"), state)


def values(seen: SeenRecord) -> tuple[tuple[str, str], ...]:
    """Return what to enter for a record, each with its name."""
    record = seen.record
    short = relative(record.name, likely_zone(record.name))
    return (("name", record.name), ("short", short), ("value", record.value))


class RecordList(OptionList):
    """Records with what DNS has of them."""

    def __init__(self) -> None:
        super().__init__(id="records", compact=True)
        self._seen: tuple[SeenRecord, ...] = ()
        self._copied: dict[str, tuple[str, str]] = {}

    def show_records(self, found: Sequence[SeenRecord]) -> None:
        """Show records, with the cursor where it was."""
        if tuple(found) == self._seen:
            return
        self._seen, at = tuple(found), self.highlighted
        self.clear_options()
        for number, seen in enumerate(found, 1):
            self.add_option(Option(heading(number, seen), disabled=True))
            for label, text in values(seen):
                id_ = f"{label}-{number}"
                self._copied[id_] = f"{number} {label}", text
                self.add_option(Option(Content.assemble((f"   {label:<{_LABEL}}", DIM), text), id_))
        self.highlighted = at or (1 if found else None)

    def action_select(self) -> None:
        """Copy the value under the cursor."""
        if self.highlighted is None:
            return
        what, text = self._copied[self.get_option_at_index(self.highlighted).id or ""]
        self.post_message(Copy(what, text))
