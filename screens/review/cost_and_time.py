"""What a deployment costs and how long it takes, from the services, as Review shows it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from textual.content import Content

from solarrally_tui.provisioning.change.plan import Plan
from solarrally_tui.provisioning.preview.outlook import done, minutes
from solarrally_tui.screens.common.money import (
    estimate_of,
    span,
    total,
    why_no_price,
)
from solarrally_tui.screens.common.words import capital
from solarrally_tui.screens.review import sections
from solarrally_tui.site.model import Site
from solarrally_tui.wizard.session import Session

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class CostAndTime:
    """Figures of the open site. plan: what would change, where that is known."""

    session: Session
    plan: Plan | None

    @property
    def exists(self) -> bool:
        """Whether the site was deployed before."""
        return self.session.site.before is not None or bool(self.session.site.deployed)

    def price(self) -> Content:
        """Return the monthly price, and how long the deployment takes."""
        estimate = estimate_of(self.session)
        if estimate is None:
            return Content(why_no_price(self.session))
        money = self.session.money
        between = f", {span(estimate, money)}. "
        return Content.assemble(
            (f"{capital(total(estimate, estimate.expected, money))} a month", "bold $primary"),
            sections.difference(self.plan, money) or between,
            self._duration(),
        )

    def section(self, columns: int, *, spaced: bool) -> Content:
        """Return where the money goes, what is paid once, and whether the sign-in lasts.

        spaced: whether a blank line parts them.
        """
        estimate, times = estimate_of(self.session), self._times()
        is_done = self.plan is not None and self.plan.is_empty
        once = ""
        parts = []
        if estimate is None:
            parts.append(self.price())
        else:
            parts.append(sections.money(self.plan, estimate, self.session.money))
            build = self._of_site(self.session.services.plans.first_build)
            once = "" if is_done else sections.paid_once(build, self.session.money)
        parts.append(sections.beside(once, None if is_done else times, columns))
        draft = self.session.site.draft
        if times and not is_done and not self.exists and draft.text("domain.dns") == "external":
            parts.append(sections.records_to_add(draft.text("domain.name"), columns))
        return Content("\n\n" if spaced else "\n").join(part for part in parts if part.plain)

    def minutes(self) -> tuple[int, int] | None:
        """Return how many a change of a deployed site takes, at least and at most, if known."""
        times = self._times()
        if self.plan is None or self.plan.is_new or times is None:
            return None
        return minutes(self.plan, (times.low, times.high))

    def _duration(self) -> str:
        if self.plan is not None and self.plan.is_empty:
            return ""
        times = self._times()
        if times is None:
            return "How long it takes is unknown."
        if self.plan is None and self.exists:
            return ""
        return sections.duration(self.plan, times.low, times.high)

    def _times(self) -> sections.Times | None:
        over = done(self.plan) if self.plan else frozenset()
        seconds = self._of_site(lambda site: self.session.services.seconds(site, over))
        who = self.session.who
        return sections.Times(*seconds, who, datetime.now(UTC)) if seconds else None

    def _of_site(self, ask: Callable[[Site], _T]) -> _T | None:
        """Return a figure of the site, or None: a figure for information stops nobody."""
        try:
            return ask(self.session.site.draft.site_for_prices())
        except Exception:  # noqa: BLE001 whatever it was, the rest of Review stays useful
            return None
