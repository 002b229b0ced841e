"""What AWS reported in a run, a line for each thing that happened. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from textual.content import Content

from solarrally_tui.provisioning.change.wording import in_words
from solarrally_tui.provisioning.deployment.progress.rollout import TASK
from solarrally_tui.provisioning.engine.events import Event, State
from solarrally_tui.provisioning.engine.narrator import LOG_TYPE, PHASE_TYPE, STACK_TYPE
from solarrally_tui.screens.common.words import colour, seconds
from solarrally_tui.text.table import cut
from solarrally_tui.wizard.run_progress import RunProgress

_STEP: Final = 24
"""Columns of the step's title."""
_OF_THE_BUILD: Final = "[Container] "
"""Begins lines of a build's log in which CodeBuild repeats what it reports of its phases."""

_BEGINS: Final = "nitiated"
"""Ends what CloudFormation says of each resource that it begins, such as "Resource creation
Initiated"."""

_PHASES: Final = {
    "SUBMITTED": "order",
    "QUEUED": "queue",
    "PROVISIONING": "build machine",
    "DOWNLOAD_SOURCE": "reading the source",
    "INSTALL": "tools",
    "PRE_BUILD": "preparation",
    "BUILD": "build",
    "POST_BUILD": "storing the result",
    "UPLOAD_ARTIFACTS": "upload",
    "FINALIZING": "cleaning up",
}
"""What happens in each phase of a build (CodeBuild user guide, View build details)."""


NEWEST_FIRST: Final = "What AWS reported, the newest first"
"""The title of the log, wherever it is shown."""


@dataclass(frozen=True, slots=True)
class Report:
    """What AWS reported of one operation on one thing: first and, so far, last."""

    first: Event
    last: Event
    undoes: bool = False
    """Whether its stack is rolled back, so that the operation undoes what an earlier one did."""

    def line(self, titles: Mapping[str, str]) -> str:
        """Return it as one line of plain words. titles: of the steps, by their ids."""
        event = self.last
        step = cut(titles.get(event.step, event.step), _STEP)
        thing = event.state.line(f"{step:<{_STEP}} {_thing(event)}")
        how = f" {self._word}{self._took}" if self._word else ""
        return f"{event.time[11:19]} {thing}{how}"

    @property
    def raw(self) -> str:
        """What AWS calls the thing, and its words about it; empty where the line has them all."""
        event = self.last
        if event.type in {LOG_TYPE, PHASE_TYPE}:
            return ""
        reason = " ".join(event.reason.split())
        if event.type == STACK_TYPE:
            return reason.partition(": ")[2]  # The line names the step, which is all of the stack.
        said = "" if reason.isupper() or reason.endswith(_BEGINS) else reason
        return f"{event.resource}: {said}" if said else event.resource

    @property
    def _word(self) -> str:
        event = self.last
        if event.type == LOG_TYPE:
            return ""
        if event.stabilising:
            return "configured, becoming stable"
        if not self.undoes or event.reason.partition(":")[0].endswith("_FAILED"):
            return event.state.word
        if event.state is State.RUNNING:
            return "being undone"
        failed = event.state is State.FAILED and event.type != STACK_TYPE
        return event.state.word if failed else "undone"

    @property
    def _took(self) -> str:
        began, ended = self.first.at, self.last.at
        if self.last.state is State.RUNNING or not began or not ended or ended - began < 1:
            return ""
        return f", {seconds(ended - began)}"


def reports(log: Iterable[Event]) -> tuple[Report, ...]:
    """Return one report for each operation, in the order of their last changes.

    CloudFormation reports an operation two or three times: as begun, as accepted and as ended.
    Stacks are read in turn, so events of several come out of order.
    """
    found: dict[int, Report] = {}
    newest: dict[tuple[str, ...], int] = {}
    rolls_back: set[str] = set()
    for number, event in enumerate(log):
        if event.type == LOG_TYPE and event.reason.startswith(_OF_THE_BUILD):
            continue
        if event.type == STACK_TYPE and "ROLLBACK_" in event.reason:
            rolls_back.add(event.stack)
        thing: tuple[str, ...] = (event.step, event.stack, event.resource, event.type)
        if event.type == LOG_TYPE:
            thing = (*thing, event.time, event.reason)  # each line of a log is one of its own
        before = found.get(newest.get(thing, -1))
        goes_on = before is not None and before.last.state is State.RUNNING
        first = before.first if before and goes_on else event
        if goes_on:
            del found[newest[thing]]
        newest[thing] = number
        found[number] = Report(first, event, event.stack in rolls_back)
    return tuple(sorted(found.values(), key=lambda report: report.last.time))


def log_tail(run: RunProgress, columns: int, rows: int) -> Content:
    """Return what AWS reported last, the newest first, cut to the width, in so many rows.

    What failed first is always among it: other steps end what AWS has begun of them after that.
    """
    said = reports(run.log)[::-1]
    shown = said[: max(rows - 1, 0)]
    if not shown:
        return Content("")
    failed = next((each for each in said[::-1] if each.last.state is State.FAILED), None)
    if failed is not None and failed not in shown:
        shown = (*shown[:-1], failed)
    lines = [
        Content.styled(
            cut(report.line(run.titles), columns),
            colour(State.FAILED) if report.last.state is State.FAILED else "",
        )
        for report in shown
    ]
    return Content("\n").join([Content(NEWEST_FIRST), *lines])


def _thing(event: Event) -> str:
    if event.type == LOG_TYPE:
        return " ".join(event.reason.split())
    if event.type == STACK_TYPE:
        return "all of it"
    if event.type == PHASE_TYPE:
        return _PHASES.get(event.resource, event.resource)
    return "task" if event.type == TASK else in_words(event.type)
