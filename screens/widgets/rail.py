"""The rail of steps on the left, and the line that replaces it on a narrow terminal."""

from collections.abc import Iterator
from typing import Final

from textual.content import Content
from textual.events import Click
from textual.widgets import Static

from solarrally_tui.findings.glyphs import Selection
from solarrally_tui.interview.steps import BY_ID, ORDER, StepState, position
from solarrally_tui.interview.trail import Place
from solarrally_tui.screens.common.messages import Go
from solarrally_tui.screens.common.words import DIM, mark
from solarrally_tui.wizard.session import Session

_BAR: Final = 24


class Rail(Static):
    """Every step with its state; the present one is highlighted. A click goes to a passed one."""

    def __init__(self, session: Session, current: str) -> None:
        super().__init__(id="rail")
        self._session = session
        self._current = current

    def on_mount(self) -> None:
        """Draw the steps."""
        self.refresh_steps()

    def refresh_steps(self) -> None:
        """Redraw the steps."""
        lines = [self._line(step, self._session.title_of(step)) for step in self._listed]
        self.update(Content("\n").join(lines))

    @property
    def _listed(self) -> tuple[str, ...]:
        """The steps that are shown: who only looks at prices has begun none.

        After those up to a deletion, none follows.
        """
        if self._session.site.just_prices:
            return ("welcome", "size")
        run = self._session.site.run
        is_last = run is not None and run.destroys and self._current == "provision"
        return ORDER[: ORDER.index("provision") + 1] if is_last else ORDER

    def on_click(self, event: Click) -> None:
        """Go to the step in the line, where the person has been before."""
        offset = event.get_content_offset(self)
        if offset is None or offset.y >= len(self._listed):
            return
        step = self._listed[offset.y]
        if step in dict(self.ways()).values():
            self.go(step)
        elif step != self._current:
            title = self._session.title_of(step)
            self.notify(f"{title} comes later. Next leads there.", markup=False)

    def ways(self) -> Iterator[tuple[int, str]]:
        """Yield the rows of the steps that one can go to, and these steps."""
        session = self._session
        for row, step in enumerate(self._listed):
            passed = session.site.deployed or session.state_of(step) is not StepState.OPEN
            if step != self._current and (passed or row < ORDER.index(self._current)):
                yield row, step

    def go(self, step: str) -> None:
        """Go to a step."""
        self.post_message(Go(step))

    def _line(self, step_id: str, title: str) -> Content:
        if step_id == self._current:
            return Content.assemble(
                (f"{Selection.CHOSEN.glyph} ", "$primary"), (title, "bold $primary")
            )
        state = self._session.state_of(step_id)
        name_style = "$text" if state is not StepState.OPEN else DIM
        suffix = f" ({state.word})" if state in {StepState.WRONG, StepState.RUNNING} else ""
        return Content.assemble(mark(state), (title + suffix, name_style))


class StepLine(Static):
    """Where the person is, as in "Step 3 of 9 · Domain", with a bar. For narrow terminals."""

    def __init__(self, session: Session, place: Place, heading: Content) -> None:
        super().__init__(id="step-line")
        self._session = session
        self._place = place
        self._heading = heading

    def on_mount(self) -> None:
        """Draw the line."""
        self.refresh_step()

    def refresh_step(self) -> None:
        """Draw the line as it is now: while a run goes on elsewhere, how far it is."""
        step = self._place.name
        if step not in ORDER:
            self.update(self._heading.stylize("bold"))
            return
        title = self._session.title_of(step)
        if title != BY_ID[step].title:  # off the way from the first step to the last
            self.update(Content.styled(title, "bold"))
            return
        run = self._session.site.run
        if run is not None and step != "provision":
            # The wizard starts without the engine.
            from solarrally_tui.screens.widgets.run_sign import run_sign  # noqa: PLC0415

            if (sign := run_sign(run)) is not None:
                self.update(Content.assemble((position(step), "bold"), "   ", sign))
                return
        index, last = ORDER.index(step), len(ORDER) - 1
        filled = round(_BAR * index / last)
        self.update(
            Content.assemble(
                (position(step), "bold"),
                "  ",
                ("━" * filled, "$primary"),
                ("━" * (_BAR - filled), "$surface-lighten-2"),
            )
        )
