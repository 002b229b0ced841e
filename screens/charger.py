"""First charger: register one or several, write the files, and prove one, hop by hop."""

from collections.abc import Mapping
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Static

from solarrally_tui.architecture.diagram import WAYS, BoxId
from solarrally_tui.aws.errors import Plain
from solarrally_tui.chargers.proof import CERTIFICATE, HOPS, PAGE, Hop, Proof
from solarrally_tui.findings.glyphs import Signed
from solarrally_tui.findings.severity import Severity
from solarrally_tui.screens.charger_text import hops, listed_files, power, story
from solarrally_tui.screens.common.charger_folders import resolved, shown, suggested
from solarrally_tui.screens.common.messages import Go, MaySend
from solarrally_tui.screens.common.words import DIM, READ_ONLY, explained, sentence
from solarrally_tui.screens.frame import StepScreen
from solarrally_tui.screens.picture.step_picture import StepPicture
from solarrally_tui.screens.presenter import Story
from solarrally_tui.screens.widgets.field import Field
from solarrally_tui.screens.widgets.live_power import LivePower
from solarrally_tui.wizard.model import Added, following
from solarrally_tui.wizard.plain_errors import plain_of

_PROVES: Final = (
    "Prove it sends one message as {name} would and shows how it comes to the page, hop by hop. "
    "Then it charges for half a minute."
)
_THEN: Final = "Prove it tests them. Then copy them to {name} and delete them here."
_COPY: Final = "Now copy the files to {name} and delete them here."


class ChargerScreen(StepScreen):
    """Connects the first charger. May be skipped."""

    STEP: ClassVar[str] = "charger"
    CSS_PATH = "charger.tcss"
    TITLE_TEXT: ClassVar[str] = "First charger"
    LEAD: ClassVar[str] = (
        "Each charger signs in with its own key, created here. Next skips this step."
    )
    PICTURE: ClassVar[str] = "The way of a message, from the charger to the page:"
    LIT: ClassVar = frozenset(WAYS[0][:-1])
    AUTO_FOCUS = "#add"
    HELP_TEXT: ClassVar[str] = (
        "AWS IoT knows a charger by its certificate, and accepts no other under its name. A key "
        "that was lost or stolen is replaced or revoked on Fleet: F2 on Status.\n\n"
        "Prove it times each hop of one message until the page shows it. A hop that fails is "
        "named, with what to do. The charger itself is not needed for that.\n\n"
        "You can skip this with Next and add chargers later, many at once: "
        "solarrally chargers add --from CSV --to FOLDER."
    )

    _proof: Proof | None = None
    """How far the charger has come that was tried last."""

    def body(self) -> ComposeResult:
        """Ask for name and folder, then offer the test."""
        typed, stage = self.site.typed, self.session.stage
        with Horizontal(id="charger-fields"):
            yield Field("charger", "Name", value=typed.get("charger", "evse-1"))
            folder = typed.get("folder", suggested(self.site.name, stage))
            yield Field("folder", "Folder", value=folder)
        yield Button(" Add the charger ", id="add", compact=True, variant="primary")
        yield Static(id="result", classes="card")
        with Horizontal(id="actions"):
            yield Button(" Prove it ", id="test", compact=True, variant="primary")
            yield Button(" Add another ", id="another", compact=True)
        yield Static(id="files")
        yield Static(id="telemetry")
        yield Static(id="power")
        yield LivePower(self.session.services.fleets, self.site.name, stage)
        yield Static(id="then")

    def on_mount(self) -> None:
        """Show the charger that was added before, unless another is to be added."""
        added = self.site.charger
        if added is not None and added.name == self._typed("charger"):
            self._show(added)
        else:
            self._ask()

    def take(self, field: Field, text: str) -> None:
        """Keep what was typed; name and folder are not among the site's answers."""
        self.site.typed[field.path] = text
        field.show_problem(None)
        if self.has_class("-asks"):
            self._show_files()

    @on(Field.Entered)
    def _entered(self, event: Field.Entered) -> None:
        event.stop()
        event.prevent_default()
        self.add()

    @on(Button.Pressed, "#add")
    def _add(self) -> None:
        self.add()

    @work(group="charger", exit_on_error=False)
    async def add(self) -> None:
        """Register the charger and show where its files are. A second press waits with the first.

        It is not begun anew: half a registration would have to be undone.
        """
        if sum(worker.group == "charger" for worker in self.workers) > 1:
            return
        if self.session.services.read_only:
            self.say(READ_ONLY, "warning")
            return
        name, site = self._typed("charger"), self.site.name
        folder = resolved(self._typed("folder"), self.session.stage) / name
        self.say("Registering the charger …")
        try:
            added = await self.session.services.add_charger(name, site, folder)
        except OSError as error:
            reason = f"The folder cannot be used: {error.strerror}."
            self._explain(
                Plain(what="The charger was not added.", why=reason, next="Choose another folder.")
            )
        except Exception as error:  # noqa: BLE001 shown in place
            self._explain(plain_of(error))
        else:
            self.site.charger = added
            self.say("")
            self._show(added)

    def _typed(self, path: str) -> str:
        return self.query_one(f"#field-{path}", Field).input.value.strip()

    def _ask(self) -> None:
        """Show what adding a charger asks for, and what comes of it."""
        self.add_class("-asks")
        self.set_class(self.session.services.read_only, "-read-only")
        self.query_one("#result").remove_class("-trouble")
        if self.session.services.read_only:
            self.say(READ_ONLY, "warning")
        self._show_files()

    def _show_files(self) -> None:
        """Show which files are written, where, and what to do with them."""
        stage, name = self.session.stage, self._typed("charger") or "NAME"
        folder = shown(resolved(self._typed("folder"), stage) / name, stage)
        until = ", until the demonstration ends" if stage else ""
        self.query_one("#files", Static).update(
            Content.assemble(
                f"Add writes these files into {folder}{until}:\n\n",
                listed_files(name),
                f"\n\n{_THEN.format(name=name)}",
            )
        )

    def _show(self, added: Added) -> None:
        """Show a charger that was added, and what can be done with it."""
        self.remove_class("-asks", "-tries")
        card = self.query_one("#result", Static)
        card.remove_class("-trouble")
        folder = shown(added.folder, self.session.stage)
        card.update(
            Content.assemble(
                sentence(Severity.OK, f"{added.name} is registered.", bold=True),
                (f"\nIts files are in {folder}. F6 copies the path.", DIM),
            )
        )
        self.query_one("#files", Static).update(
            Content.assemble(listed_files(added.name), f"\n\n{_PROVES.format(name=added.name)}")
        )
        for part in ("#telemetry", "#power", "#then"):
            self.query_one(part, Static).update("")
        self.query_one("#test").focus()
        self.refresh_frame()

    def copyable(self) -> tuple[str, str]:
        """Return the folder of the charger that was added."""
        added = self.site.charger
        if added is None or self.has_class("-asks"):
            return super().copyable()
        return "Folder of its files", str(added.folder)

    @on(Button.Pressed, "#another")
    def _another(self) -> None:
        self.workers.cancel_group(self, "telemetry")
        name = self.query_one("#field-charger", Field).input
        name.value = following(name.value)
        self._ask()
        self.query_one("#add").focus()

    def _explain(self, plain: Plain) -> None:
        self.say("")
        card = self.query_one("#result", Static)
        card.add_class("-trouble")
        card.update(explained(plain))

    @on(Button.Pressed, "#test")
    def _test(self) -> None:
        self.send()

    @work(group="telemetry", exclusive=True, exit_on_error=False)
    async def send(self) -> None:
        """Send as the charger: one message that is timed, then some for its power."""
        charger = self.site.charger
        if charger is None:
            return
        self.say("")
        powers: list[float] = []

        def show_power(kilowatts: float) -> None:
            powers.append(kilowatts)
            self.query_one("#power", Static).update(power(powers, charger.name))

        self.query_one("#power", Static).update("")
        self.add_class("-tries")
        self._proof = None
        try:
            await self.session.services.prove_charger(
                charger, self.site.name, self._show_proof, show_power
            )
            if powers:
                over = power(powers, charger.name, is_over=True)
                self.query_one("#power", Static).update(over)
        except Exception as error:  # noqa: BLE001 shown in place
            self.query_one("#telemetry", Static).update(explained(plain_of(error)))
        finally:
            # Also when the screen is left meanwhile, or another charger is added.
            if self._proof is not None and self._proof.is_proven:
                self.app.post_message(MaySend(self.site.name, charger))

    def _show_proof(self, proof: Proof) -> None:
        line = self.query_one("#telemetry", Static)
        line.update(hops(proof))
        then = _COPY.format(name=proof.charger) if proof.is_proven else ""
        self.query_one("#then", Static).update(then)
        line.scroll_visible(animate=False)
        for picture in self.query(StepPicture):
            picture.show_states(on_the_way(proof))
        self._proof = proof
        if proof.is_proven and self.focused in {None, self.query_one("#test")}:
            self.query_one("#next").focus()

    def story(self) -> Story:
        """Follow the proof."""
        return story(self._proof)

    def action_next(self) -> None:
        """Continue, with or without a charger."""
        self.post_message(Go("status"))


_BOXES: Final[Mapping[str, tuple[BoxId, ...]]] = {
    CERTIFICATE: (BoxId.CHARGERS,),
    Hop.NETWORK: (BoxId.CHARGERS,),
    Hop.TLS: (BoxId.MESSAGES,),
    Hop.CONNECT: (BoxId.MESSAGES,),
    Hop.PUBLISH: (BoxId.MESSAGES,),
    PAGE: (BoxId.TASKS, BoxId.FUNCTIONS),
}
"""The part of the site that each hop ends at, or fails at: of a site with tasks or functions."""


def on_the_way(proof: Proof) -> Mapping[BoxId, Signed]:
    """Return how each part of the site is that a message has come to."""
    found: dict[BoxId, Signed] = {}
    for boxes in dict.fromkeys(_BOXES.values()):
        hops = [hop for hop in HOPS if _BOXES[hop] == boxes]
        if proof.failed in hops:
            found |= dict.fromkeys(boxes, Severity.FAIL)
        elif all(hop in proof.milliseconds for hop in hops):
            found |= dict.fromkeys(boxes, Severity.OK)
    return found
