"""Three tiers side by side, chosen with the arrow keys."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import ItemGrid
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from solarrally_tui.findings.glyphs import Selection
from solarrally_tui.site.tiers import CHARGER_RANGE, PRESETS, Tier

if TYPE_CHECKING:
    from solarrally_tui.pricing.advice.curve import Curve, ShapeCurve


_COLUMN: Final = 25
"""Columns that a tier needs, with its edge and the gap behind it."""


class TierCards(ItemGrid, can_focus=True):
    """One column a tier, all of the same height."""

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

    @property
    def room(self) -> int:
        """Columns for the words of a tier; 0 before there is a width."""
        return min(card.content_size.width for card in self.query(".tier"))

    @property
    def is_narrow(self) -> bool:
        """Whether a column has no room for what a wider one says in one line."""
        return self.size.width < len(Tier) * _COLUMN

    def compose(self) -> ComposeResult:
        """Show three empty columns."""
        for tier in Tier:
            yield Static(id=f"tier-{tier.value}", classes="tier")

    def show(self, costs: Mapping[Tier, Content], found: "Curve | None") -> None:
        """Draw the columns with what each costs. found: the site in each tier."""
        for tier in Tier:
            shape = found.shape(tier.value) if found and found.known else None
            words = [*_about(tier, shape, narrow=self.is_narrow), costs[tier]]
            card = self.query_one(f"#tier-{tier.value}", Static)
            card.set_class(tier is self.tier, "-chosen")
            card.update(_with_title(tier, words, chosen=tier is self.tier))

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


def _about(tier: Tier, shape: "ShapeCurve | None", *, narrow: bool) -> list[Content]:
    """Return whom the tier is for, and what it is."""
    low, high = CHARGER_RANGE[tier]
    sizes = shape.site.size.model_dump() if shape else PRESETS[tier]
    least, most = sizes["min_tasks"], sizes["max_tasks"]
    tasks = f"{least}-{most} tasks" if least < most else f"{least} task{'s' if most > 1 else ''}"
    standby = "standby" if sizes["multi_az"] else "no standby"
    if narrow:
        return [Content(f"{low:,}-{high:,} chargers"), Content(tasks), Content(standby)]
    return [Content(f"{low:,} to {high:,} chargers"), Content(f"{tasks}, {standby}")]


def _with_title(tier: Tier, words: list[Content], *, chosen: bool) -> Content:
    mark = f"{Selection.of(chosen=chosen).glyph} "
    title = Content.assemble((mark, "$primary"), (tier.value.title(), "bold"))
    return Content("\n").join([title, *words])
