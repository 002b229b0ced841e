"""While a run goes on: how long it still takes and what it costs, printed now and then."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from solarrally_tui.aws.pace import here, is_instant
from solarrally_tui.commands.shared.event_readers import RunLogFile, now, print_outlook
from solarrally_tui.commands.shared.terminal import say
from solarrally_tui.findings.severity import Severity
from solarrally_tui.wizard.run_outlook import RunOutlook, outlook, prospects

if TYPE_CHECKING:
    from solarrally_tui.pricing.metering.estimate_lines import Estimate
    from solarrally_tui.site.model import Site
    from solarrally_tui.wizard.run_progress import RunProgress

_FIRST: Final = 20.0
_EVERY: Final = 60.0
"""Seconds of AWS before the first line, and between lines."""


@dataclass(slots=True)
class Heartbeat:
    """Prints how one run goes on. What it does not know, it leaves out; it never stops the run."""

    run: "RunProgress"
    log: RunLogFile
    as_json: bool
    _told: set[str] = field(default_factory=set)
    """Steps of which was said that they are slow."""

    @contextlib.asynccontextmanager
    async def beating(
        self, answers: "Site | None", estimate: "Callable[[], Estimate] | None"
    ) -> AsyncIterator[None]:
        """Print a line now and then for as long as the block lasts.

        answers: of the site that is deployed; None for other runs. Of these only deletions are
        forecast.
        """
        beats = asyncio.ensure_future(self._beat(answers, estimate))
        try:
            yield
        finally:
            beats.cancel()
            # Whatever was wrong with it, the run has gone on, and says how it ended.
            await asyncio.wait([beats])
            if not beats.cancelled():
                beats.exception()

    async def _beat(
        self, answers: "Site | None", estimate: "Callable[[], Estimate] | None"
    ) -> None:
        destroys = self.run.destroys
        if (answers is None and not destroys) or is_instant():
            return
        await asyncio.sleep(here(_FIRST))
        self.run.prospects = await asyncio.to_thread(
            lambda: prospects(answers, estimate() if estimate else None, destroys=destroys)
        )
        while True:
            self._say(outlook(self.run))
            await asyncio.sleep(here(_EVERY))

    def _say(self, now_known: RunOutlook) -> None:
        print_outlook(self.run.site, now_known, as_json=self.as_json)
        self.log.note(now_known.to_json(self.run.site, now()))
        for (_, slow), words in zip(now_known.slow, now_known.slow_lines, strict=True):
            if slow.step not in self._told and not self.as_json:
                say(f"{Severity.WARN.glyph} {words}")
            self._told.add(slow.step)
