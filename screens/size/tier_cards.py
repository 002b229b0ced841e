"""Three tiers side by side, chosen with the arrow keys."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from solarrally_tui.findings.glyphs import Selection
from solarrally_tui.screens.common.money import total
from solarrally_tui.screens.common.words import DIM, dollars
from solarrally_tui.site.tiers import CHARGER_RANGE, PRESETS, Tier

if TYPE_CHECKING:
    from solarrally_tui.pricing.metering.estimate_lines import Estimate

_DATABASE: Final = {
    Tier.SMALL: "one database",
    Tier.MEDIUM: "database with standby",
    Tier.LARGE: "database with standby",
}


class TierCards(Horizontal, can_focus=True):
    """One column a tier."""

    path = "tier"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1)", show=False),
        Binding("right", "move(1)", show=False),
        Binding("enter", "app.focus_next", show=False),
    ]

    class Chosen(Message):
        """Another tier was chosen."""

        def __init__(self, tier: Tier) -> None:
            super().__init__()
            self.tier = tier

    def __init__(self, tier: Tier) -> None:
        super().__init__(id="tiers", classes="first")
        self.tier = tier

    def compose(self) -> ComposeResult:
        """Show three empty columns."""
        for tier in Tier:
            yield Static(id=f"tier-{tier.value}", classes="tier")

    def show(self, estimates: Mapping[Tier, "Estimate | None"]) -> None:
        """Draw the columns with their prices."""
        for tier in Tier:
            card = self.query_one(f"#tier-{tier.value}", Static)
            card.set_class(tier is self.tier, "-chosen")
            card.update(_card(tier, estimates.get(tier), chosen=tier is self.tier))

    def action_move(self, offset: int) -> None:
        """Choose the tier beside."""
        tiers = list(Tier)
        index = min(max(tiers.index(self.tier) + offset, 0), len(tiers) - 1)
        self._choose(tiers[index])

    def on_click(self, event: events.Click) -> None:
        """Choose the tier under the pointer."""
        if event.widget is not None and (event.widget.id or "").startswith("tier-"):
            self._choose(Tier((event.widget.id or "").removeprefix("tier-")))

    def _choose(self, tier: Tier) -> None:
        if tier is not self.tier:
            self.tier = tier
            self.post_message(self.Chosen(tier))


def _card(tier: Tier, estimate: "Estimate | None", *, chosen: bool) -> Content:
    low, high = CHARGER_RANGE[tier]
    sizes = PRESETS[tier]
    mark = f"{Selection.of(chosen=chosen).glyph} "
    price = f"{total(estimate, estimate.expected)} a month" if estimate else "no price available"
    spread = _spread(estimate) if estimate else ""
    return Content("\n").join(
        [
            Content.assemble((mark, "$primary"), (tier.value.title(), "bold")),
            Content.styled(price, "bold $primary" if chosen else "bold"),
            Content.styled(spread, DIM),
            Content(f"{low} to {high:,} chargers"),
            Content(f"{sizes['min_tasks']} to {sizes['max_tasks']} tasks"),
            Content(_DATABASE[tier]),
        ]
    )


def _spread(estimate: "Estimate") -> str:
    """Return the range; without an upper end where prices that matter are missing."""
    low = dollars(estimate.low)
    return f"{low} to {dollars(estimate.high)}" if estimate.complete else f"{low} or more"
