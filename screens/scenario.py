"""The list of scenarios that a demonstration can play."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from solarrally_tui.findings.glyphs import Selection
from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.textual_tricks import Dialog
from solarrally_tui.screens.common.words import DIM
from solarrally_tui.wizard.demo_stage import Stage, Story


class ScenarioScreen(Dialog[str]):
    """Returns the id of the chosen scenario, or an empty string."""

    BINDINGS: ClassVar[list[BindingType]] = [keys.closes("f7")]

    def __init__(self, stage: Stage, deployed: str = "") -> None:
        """deployed: the site that is open, if it exists in the account."""
        super().__init__()
        self._stage, self._deployed = stage, deployed

    def compose(self) -> ComposeResult:
        """List the scenarios; below is the text of the one under the cursor."""
        with Vertical(classes="dialog"):
            yield Static("Scenario of the demonstration", classes="dialog-title")
            yield OptionList(*map(self._option, self._stage.scenarios), compact=True)
            beside = "-beside" if self._deployed else ""
            yield Static(id="story", classes=f"dialog-body {beside}")

    def on_mount(self) -> None:
        """Put the cursor on the current scenario."""
        ids = [story.id for story in self._stage.scenarios]
        self.query_one(OptionList).highlighted = ids.index(self._stage.current)

    def _option(self, story: Story) -> Option:
        chosen = story.id == self._stage.current
        mark = Selection.of(chosen=chosen).glyph
        words = Content.assemble((f"{mark} ", "$primary"), f"{story.title:<42}", (story.id, DIM))
        return Option(words, id=story.id)

    @on(OptionList.OptionHighlighted)
    def _explain(self, event: OptionList.OptionHighlighted) -> None:
        story = next(story for story in self._stage.scenarios if story.id == event.option_id)
        needs = f"\nIt needs a new site: Enter begins one beside {self._deployed}."
        beside = needs if self._deployed and story.needs_new_site else ""
        self.query_one("#story", Static).update(Content(f"{story.text}{beside}"))

    @on(OptionList.OptionSelected)
    def _choose(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id or "")

    def action_close(self) -> None:
        """Choose nothing."""
        self.dismiss("")
