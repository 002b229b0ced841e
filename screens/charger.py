"""First charger: register one or several, write the files, and prove one, hop by hop."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Static

from solarrally_tui.architecture.diagram import WAYS, BoxId
from solarrally_tui.aws.errors import Plain
from solarrally_tui.chargers.proof import CERTIFICATE, HOPS, PAGE, WORDS, Hop, Proof, summary
from solarrally_tui.computer.folders import home_folder
from solarrally_tui.findings.glyphs import SIGNS, Signed
from solarrally_tui.findings.severity import Severity
from solarrally_tui.screens.common.messages import Go, Proved
from solarrally_tui.screens.common.words import DIM, READ_ONLY, explained, sentence
from solarrally_tui.screens.frame import StepScreen
from solarrally_tui.screens.picture.step_picture import StepPicture
from solarrally_tui.screens.widgets.field import Field
from solarrally_tui.screens.widgets.live_power import LivePower, course_of
from solarrally_tui.wizard.model import Added
from solarrally_tui.wizard.plain_errors import plain_of

_POWERS = 48
"""Messages that the sparkline shows."""


class ChargerScreen(StepScreen):
    """Connects the first charger. May be skipped."""

    STEP: ClassVar[str] = "charger"
    CSS_PATH = "charger.tcss"
    TITLE_TEXT: ClassVar[str] = "First charger"
    LEAD: ClassVar[str] = "Each charger signs in with its own key, which is created here."
    PICTURE: ClassVar[str] = "The way of a message, from the charger to the page:"
    LIT: ClassVar = frozenset(WAYS[0][:-1])
    AUTO_FOCUS = "#add"
    HELP_TEXT: ClassVar[str] = (
        "Add registers the charger with AWS IoT and writes its files into a separate folder: its "
        "private key, its certificate, Amazon's root certificate, and the address to connect "
        "to. Copy them to the charger's gateway. Keep the key safe: anyone who has it can send "
        "as this charger.\n\n"
        "Prove it sends one message as the charger would, and times each hop until the page shows "
        "it: the certificate, the network, TLS, AWS IoT, then bridge and backend. A hop that fails "
        "is named, with what to do. For half a minute it then charges, and you see its power as "
        "the page receives it.\n\n"
        "You can skip this with Next and add chargers later, many at once: "
        "solarrally chargers add --from CSV --to FOLDER."
    )

    _is_proven = False
    """Whether the page has shown the charger that was tried last."""

    def body(self) -> ComposeResult:
        """Ask for name and folder, then offer the test."""
        typed = self.site.typed
        stage = self.session.stage
        folder = (stage.folder if stage else home_folder() / "solarrally") / self.site.name
        yield Field("charger", "Name of the charger", value=typed.get("charger", "evse-1"))
        yield Field(
            "folder",
            "Folder; each charger gets its own in it",
            value=typed.get("folder", str(folder)),
        )
        yield Button(" Add the charger ", id="add", compact=True, variant="primary")
        yield Static(id="result", classes="card")
        with Horizontal(id="actions"):
            yield Button(" Prove it ", id="test", compact=True, variant="primary")
            yield Button(" Add another ", id="another", compact=True)
        yield Static(id="telemetry")
        yield Static(id="power")
        yield LivePower(self.session.services.fleets, self.site.name, stage)

    def on_mount(self) -> None:
        """Show a charger that was added before."""
        if self.site.charger is not None:
            self._show(self.site.charger)
        else:
            self._ask()

    def take(self, field: Field, text: str) -> None:
        """Keep what was typed; name and folder are not among the site's answers."""
        self.site.typed[field.path] = text
        field.show_problem(None)

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
        name = self.query_one("#field-charger", Field).input.value.strip()
        folder = self._folder() / name
        site = self.site.name
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
            self.say("Added.", "success")
            self._show(added)

    def _folder(self) -> Path:
        typed = Path(self.query_one("#field-folder", Field).input.value.strip())
        try:
            return typed.expanduser()
        except RuntimeError:  # ~name of a user who does not exist
            return typed

    def _ask(self) -> None:
        """Show what adding a charger asks for, and nothing else."""
        self.add_class("-asks")
        self.query_one("#result").remove_class("-trouble")

    def _show(self, added: Added) -> None:
        """Show a charger that was added, and what can be done with it."""
        self.remove_class("-asks")
        card = self.query_one("#result", Static)
        card.remove_class("-trouble")
        card.update(
            Content.assemble(
                sentence(Severity.OK, f"{added.name} is registered.", bold=True),
                (f"\nIts files are in {added.folder}", DIM),
            )
        )
        self.query_one("#telemetry", Static).update("")
        self.query_one("#power", Static).update("")
        self.query_one("#test").focus()
        self.refresh_frame()

    @on(Button.Pressed, "#another")
    def _another(self) -> None:
        self.workers.cancel_group(self, "telemetry")
        name = self.query_one("#field-charger", Field).input
        name.value = _following(name.value)
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

        def power(kilowatts: float) -> None:
            powers.append(kilowatts)
            self.query_one("#power", Static).update(_power(powers, charger.name))

        self.query_one("#power", Static).update("")
        self._is_proven = False
        try:
            await self.session.services.prove_charger(
                charger, self.site.name, self._show_proof, power
            )
        except Exception as error:  # noqa: BLE001 shown in place
            self.query_one("#telemetry", Static).update(explained(plain_of(error)))
        finally:
            # Also when the screen is left meanwhile, or another charger is added.
            if self._is_proven:
                self.app.post_message(Proved(self.site.name, charger))

    def _show_proof(self, proof: Proof) -> None:
        line = self.query_one("#telemetry", Static)
        line.update(_hops(proof))
        line.scroll_visible(animate=False)
        for picture in self.query(StepPicture):
            picture.show_states(on_the_way(proof))
        self._is_proven = proof.is_proven
        if proof.is_proven and self.focused in {None, self.query_one("#test")}:
            self.query_one("#next").focus()

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


def _following(name: str) -> str:
    """Return the name with its number one higher: evse-2 after evse-1."""
    stem = name.rstrip("0123456789")
    number = name[len(stem) :]
    return f"{stem}{int(number) + 1:0{len(number)}}" if number else f"{name}-2"


def _hops(proof: Proof) -> Content:
    """Return a line for each hop, and at the end what was seen or what to do."""
    lines = [
        sentence(Severity.OK, f"{WORDS[hop]:<24}{_rounded(milliseconds):>8} ms")
        for hop, milliseconds in proof.milliseconds.items()
    ]
    if proof.present:
        lines.append(Content.styled(f"{SIGNS['WAITING'].glyph} {WORDS[proof.present]} …", DIM))
    if proof.plain:
        lines.append(sentence(Severity.FAIL, WORDS[proof.failed]))
        lines.append(explained(proof.plain))
    if proof.is_proven:
        lines.append(sentence(Severity.OK, summary(proof), bold=True))
    return Content("\n").join(lines)


def _rounded(milliseconds: float) -> str:
    """Return whole milliseconds: a message may reach the page before AWS IoT acknowledges it."""
    return f"{milliseconds:.0f}" if milliseconds >= 1 else "<1"


def _power(powers: Sequence[float], charger: str) -> Content:
    """Return the power of a charger as the page receives it, now and before."""
    now = (f"{powers[-1]:5.1f} kW ", "bold")
    return Content.assemble(now, course_of(powers, _POWERS), (f", {charger} at the page", DIM))
