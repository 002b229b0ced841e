"""First charger: register one or several, write the files, and prove one, hop by hop."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Static

from solarrally_tui.architecture.diagram import WAYS, BoxId
from solarrally_tui.aws.errors import Plain
from solarrally_tui.chargers.intake.roster import RosterError, of_text
from solarrally_tui.chargers.proof import CERTIFICATE, HOPS, PAGE, Hop, Proof
from solarrally_tui.findings.glyphs import Signed
from solarrally_tui.findings.severity import Severity
from solarrally_tui.screens.charger_text import (
    already_there,
    hops,
    how_it_sends,
    listed_files,
    named,
    power,
    registered,
    several,
    story,
    too_many,
    wrong_names,
)
from solarrally_tui.screens.common.charger_folders import resolved, shown, suggested
from solarrally_tui.screens.common.confirm import ConfirmScreen
from solarrally_tui.screens.common.messages import Go
from solarrally_tui.screens.common.words import DIM, READ_ONLY, explained, sentence
from solarrally_tui.screens.frame import StepScreen
from solarrally_tui.screens.picture.step_picture import StepPicture
from solarrally_tui.screens.presenter import Story
from solarrally_tui.screens.widgets.facts import Facts, Table
from solarrally_tui.screens.widgets.field import Field
from solarrally_tui.screens.widgets.live_power import LivePower
from solarrally_tui.text.enumeration import counted
from solarrally_tui.wizard.model import Added, following
from solarrally_tui.wizard.plain_errors import plain_of

if TYPE_CHECKING:
    from solarrally_tui.chargers.intake.adding import Intake, Progress

_LEAD: Final = "Each charger signs in with its own key, created here."
_SKIPS: Final = f"{_LEAD} Next skips this step."
_PROVES: Final = (
    "Prove it sends one message as {name} would and shows how it comes to the page, hop by hop. "
    "Then it charges for half a minute and stops."
)
_PROVES_EACH: Final = (
    "Prove all sends one message as each of them, one after the other, and shows whether the page "
    "has it."
)
_ADD: Final = " Add the charger "
_PROVE: Final = " Prove it "
_THEN: Final = "Prove it tests them. Then copy them to {name} and delete them here."
_THEN_EACH: Final = "Then copy each folder to its charger and delete it here."
_CHART: Final = 8
"""Lines of the power with its chart."""
_ROOMY: Final = 36
"""Lines of the page from which there is room for it."""
_COPY: Final = "Now copy the files to {name} and delete them here."
_COPY_EACH: Final = "Now copy each folder, {names}, to its charger and delete it here."


class ChargerScreen(StepScreen):
    """Connects the first charger. May be skipped."""

    STEP: ClassVar[str] = "charger"
    CSS_PATH = "charger.tcss"
    TITLE_TEXT: ClassVar[str] = "First charger"
    LEAD: ClassVar[str] = _SKIPS
    PICTURE: ClassVar[str] = "The way of a message, from the charger to the page:"
    LIT: ClassVar = frozenset((*WAYS[0][:-1], *WAYS[1]))
    AUTO_FOCUS = "#add"
    HELP_TEXT: ClassVar[str] = (
        "AWS IoT knows a charger by its certificate, and accepts no other under its name. A key "
        "that was lost or stolen is replaced or revoked on Fleet: F2 on Status.\n\n"
        "Prove it times each hop of one message until the page shows it. A hop that fails is "
        "named, with what to do. The charger itself is not needed for that.\n\n"
        "Several at once: a range, evse-1 to evse-9, or names with commas between them. Each gets "
        "a folder of its name. A file with hundreds of them, with their places and power: "
        "solarrally chargers add --from CSV --to FOLDER."
    )

    _proof: Proof | None = None
    """How far the charger has come that is tried now, or was last."""
    _tries: bool = False
    """Whether a proof is under way."""
    _charges: bool = False
    """Whether it still sends after its proof."""
    _adds_another: bool = False
    """Whether another one is asked for in place of what shows else."""
    _intake: "Intake | None" = None
    """What came of the last registration on this screen."""

    def body(self) -> ComposeResult:
        """Ask for name and folder, then offer the test."""
        typed, stage, added = self.site.typed, self.session.stage, self.site.charger
        name = typed.get("charger", "evse-1")
        # Before there are widgets to style again.
        self.set_class(added is None or added.name != name, "-asks")
        with Horizontal(id="charger-fields"):
            yield Field("charger", "Name", "several: evse-1 to evse-9", value=name, quiet=True)
            folder = typed.get("folder", suggested(self.site.name, stage))
            yield Field("folder", "Folder", value=folder)
        with Horizontal(id="begin"):
            yield Button(_ADD, id="add", compact=True, variant="primary")
            yield Button(" Cancel ", id="cancel", compact=True)
        yield Static(id="result", classes="card")
        with Horizontal(id="actions"):
            yield Button(_PROVE, id="test", compact=True, variant="primary")
            yield Button(" Add another ", id="another", compact=True)
        yield Static(id="files")
        yield Static(id="telemetry")
        yield Static(id="power")
        yield LivePower(self.session.services.fleets, self.site.name, stage)
        yield Static(id="then")

    def below(self) -> Iterator[Widget]:
        """Say how a charger sends, too: whoever installs it asks that next."""
        yield Facts()
        yield from super().below()

    def facts(self) -> Sequence[Table]:
        """Return how the charger that is named sends."""
        try:
            return [how_it_sends(self.site.name, self._names()[0])]
        except RosterError:
            return []

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
        if self.has_class("-asks"):
            self._show_files()

    @on(Field.Changed)
    def _changed(self, event: Field.Changed) -> None:
        """Take an empty text, too: for the site's answers, it would be none."""
        event.stop()
        event.prevent_default()
        self.take(event.field, event.text)

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
        """Register what is named and show where the files are. A second press waits with the first.

        It is not begun anew: half a registration would have to be undone.
        """
        if sum(worker.group == "charger" for worker in self.workers) > 1:
            return
        if self.session.services.read_only:
            self.say(READ_ONLY, "warning")
            return
        try:
            names = self._names()
        except RosterError:
            self._show_files()
            self.query_one("#field-charger", Field).input.focus()
            return
        if not await self._agrees(len(names)):
            return
        folder = resolved(self._typed("folder"), self.session.stage)
        self.say(f"Registering {counted(len(names), 'charger')} …")
        try:
            intake = await self.session.services.add_chargers(
                names, self.site.name, folder, self._tell
            )
        except Exception as error:  # noqa: BLE001 shown in place
            self._explain(plain_of(error))
        else:
            self.say("")
            self._take_in(intake, [name for name in names if name in intake.added], folder)

    async def _agrees(self, count: int) -> bool:
        """Ask before more chargers are registered than the site is sized for."""
        if count <= self._sized:
            return True
        question = ConfirmScreen(
            f"Register {counted(count, 'charger')}?",
            f"{self.site.name} is sized and priced for {counted(self._sized, 'charger')}. More "
            "cost more than the price that you know, and may be too many for its size. Size "
            "changes both, with another Deploy.",
            f"Register {count}",
            "Not yet",
            prefers_no=True,
        )
        return await self.app.push_screen_wait(question)

    @property
    def _sized(self) -> int:
        """How many chargers the site is sized for; without an answer, any."""
        sized = (self.site.before or self.site.draft).text("size.chargers")
        return int(sized) if sized.isdigit() else sys.maxsize

    def _tell(self, progress: "Progress") -> None:
        if progress.total > 1:
            self.say(f"{progress.done} of {counted(progress.total, 'charger')} registered …")

    def _take_in(self, intake: "Intake", names: Sequence[str], folder: Path) -> None:
        """Show what was added, or why nothing was. names: those, in the order that was typed."""
        if not intake.added:
            plain = intake.failed[0].plain if intake.failed else already_there(intake.present)
            self._explain(plain)
            self.query_one("#field-charger", Field).input.focus()
            return
        last = names[-1]
        added = Added(last, folder / last, tuple(names))
        self.site.has_charger(added)
        self.site.typed["charger"] = last
        self.query_one("#field-charger", Field).input.value = last
        self._show(added, intake)

    def _names(self) -> tuple[str, ...]:
        """Return the chargers that are named. Raises RosterError."""
        return tuple(entry.name for entry in of_text(self._typed("charger")))

    def _typed(self, path: str) -> str:
        return self.query_one(f"#field-{path}", Field).input.value.strip()

    def _ask(self) -> None:
        """Show what adding a charger asks for, and what comes of it."""
        self.add_class("-asks")
        self.set_class(self.site.charger is not None, "-adds-more")
        self.query_one("#lead", Static).update(_LEAD if self.site.charger else _SKIPS)
        self._proof = None
        self.set_class(self.session.services.read_only, "-read-only")
        self.query_one("#result").remove_class("-trouble")
        if self.session.services.read_only:
            self.say(READ_ONLY, "warning")
        self._show_files()

    def _show_files(self) -> None:
        """Show which files are written, where, and what to do with them; or what is wrong."""
        stage, shows = self.session.stage, self.query_one("#files", Static)
        self.query_one("#result").remove_class("-trouble")
        try:
            names = self._names()
        except RosterError as error:
            self.query_one("#add", Button).label = _ADD
            shows.update(wrong_names(error.problems))
            return
        one, many = names[0], len(names) > 1
        self.query_one("#add", Button).label = f" Add {len(names)} chargers " if many else _ADD
        folder = resolved(self._typed("folder"), stage)
        until = " for this demonstration" if stage else ""
        where = shown(folder if many else folder / one, stage)
        begins = (
            f"Add registers {named(names)}, with a folder each in {where}:"
            if many
            else f"Add writes these files into {where}{until}:"
        )
        told = "NAME" if many else one
        self.query_one(Facts).show(self.facts())
        then = _THEN_EACH if many else _THEN.format(name=one)
        more = too_many(len(names), self._sized)
        # With a warning above, so that the last sentence has room on a small terminal.
        apart = "\n" if more.plain else "\n\n"
        shows.update(Content.assemble(more, begins, apart, listed_files(told), apart, then))

    def _show(self, added: Added, intake: "Intake | None" = None) -> None:
        """Show what was added, and what can be done with it. intake: what came of it just now."""
        self.remove_class("-asks", "-tries")
        self.query_one("#lead", Static).update(_LEAD)
        self._intake, self._proof, self._adds_another = intake, None, False
        self._show_card(added)
        many = len(added.names) > 1
        self.set_class(many, "-each")
        proves = _PROVES_EACH if many else _PROVES.format(name=added.name)
        self.query_one("#files", Static).update(
            Content.assemble(listed_files("NAME" if many else added.name), f"\n\n{proves}")
        )
        self._offer_proof(added)
        for part in ("#telemetry", "#power", "#then"):
            self.query_one(part, Static).update("")
        self.query_one("#next" if self._are_proved(added.names) else "#test").focus()
        if self.site.proofs:
            self._show_proof(self.site.proofs[-1])
            self.call_after_refresh(self._show_power)
        self.refresh_frame()

    def _offer_proof(self, added: Added) -> None:
        """Call the button by what it proves: all, or those that a stopped proof left."""
        left = len(self.site.left_to_prove)
        prove = f" Prove all {len(added.names)} " if len(added.names) > 1 else _PROVE
        if left:
            prove = f" Prove the other {left} " if left > 1 else " Prove the last one "
        self.query_one("#test", Button).label = prove

    def _show_card(self, added: Added) -> None:
        """Show what is registered, in green unless its proof has failed."""
        card, intake = self.query_one("#result", Static), self._intake
        failed = next((proof.charger for proof in self.site.proofs if proof.failed), "")
        card.set_class(bool(failed), "-trouble")
        if failed:
            head = sentence(Severity.FAIL, f"{failed} is not proved.", bold=True)
        else:
            head = sentence(Severity.OK, registered(added.names), bold=True)
        folder = shown(added.around, self.session.stage)
        each = ", each in a folder of its name" if added.around != added.folder else ""
        parts = [head, Content.styled(f"The files are in {folder}{each}. F6 copies the path.", DIM)]
        if intake and intake.present:
            parts.append(Content(already_there(intake.present).what))
        if intake and intake.failed:
            first, more = intake.failed[0], len(intake.failed) - 1
            others = f" {counted(more, 'other')} failed, too." if more else ""
            parts.append(sentence(Severity.FAIL, f"{first.plain.what} {first.plain.why}{others}"))
        card.update(Content("\n").join(parts))

    def copyable(self) -> tuple[str, str]:
        """Return the folder of what was added."""
        if self.site.charger is None or self.has_class("-asks"):
            return super().copyable()
        return "Folder of its files", str(self.site.charger.around)

    @on(Button.Pressed, "#another")
    def _another(self) -> None:
        self.workers.cancel_group(self, "telemetry")
        self._adds_another, self._tries, self._charges = True, False, False
        name = self.query_one("#field-charger", Field).input
        name.value = following(self._typed("charger"))
        self._ask()
        name.focus()
        name.select_all()

    @on(Button.Pressed, "#cancel")
    def _cancel(self) -> None:
        """Show again what was added before."""
        if (added := self.site.charger) is not None:
            self.query_one("#field-charger", Field).input.value = added.name
            self.site.typed["charger"] = added.name
            self._show(added)

    def _explain(self, plain: Plain) -> None:
        self.say("")
        card = self.query_one("#result", Static)
        card.add_class("-trouble")
        card.update(explained(plain))
        self.query_one("#files", Static).update("")

    @on(Button.Pressed, "#test")
    def _test(self) -> None:
        self.send()

    @work(group="telemetry", exclusive=True, exit_on_error=False)
    async def send(self) -> None:
        """Send as the charger: one message that is timed, then some for its power.

        Of several, each sends that one message. The first that fails ends it: what is wrong is
        mostly so for all. A proof that was stopped goes on where it ended.
        """
        charger = self.site.charger
        if charger is None:
            return
        self.say("")
        left = self.site.left_to_prove
        if not left:
            self.site.has_charger(charger)
        self._tries = True
        self._show_card(charger)
        self.query_one("#power", Static).update("")
        self.add_class("-tries")

        def show_power(kilowatts: float) -> None:
            self.site.powers.append(kilowatts)
            self._charges = True
            self._show_power()

        on_power = show_power if len(charger.names) == 1 else None
        try:
            for each in left or charger.each:
                proof = await self.session.services.prove_charger(
                    each, self.site.name, self._show_proof, on_power
                )
                if not proof.is_proven:
                    break
        except Exception as error:  # noqa: BLE001 shown in place
            self.query_one("#telemetry", Static).update(explained(plain_of(error)))
        self._tries = self._charges = False
        self._show_power()
        self._offer_proof(charger)

    def on_resize(self) -> None:
        """Use the new room."""
        self.call_after_refresh(self._show_power)

    def _show_power(self) -> None:
        if self.site.powers and self.site.charger is not None:
            shows = self.query_one("#power", Static)
            has_room = self.query_one("#page").size.height >= _ROOMY
            size = shows.content_size.width, _CHART if has_room else 1
            shows.update(
                power(self.site.powers, self.site.charger.name, size, is_over=not self._charges)
            )

    def _show_proof(self, proof: Proof) -> None:
        """Show how far a proof is. Only one that has ended stays when the screen is left."""
        self.add_class("-tries")
        self._proof, added = proof, self.site.charger
        names, proofs = added.names if added else (proof.charger,), self.site.proofs
        if not proof.present and proof not in proofs:
            proofs.append(proof)
        line = self.query_one("#telemetry", Static)
        if len(names) == 1:
            line.update(hops(proof))
        else:
            line.update(several(names, proofs, proof, goes_on=self._tries))
        is_done = self._are_proved(names)
        self.query_one("#then", Static).update(self._copies(names) if is_done else "")
        line.scroll_visible(animate=False)
        for picture in self.query(StepPicture):
            picture.show_states(on_the_way(proof))
        if proof.present or added is None:
            return
        self._show_card(added)
        if is_done and self.focused in {None, self.query_one("#test")}:
            self.query_one("#next").focus()

    def _are_proved(self, names: Sequence[str]) -> bool:
        return sum(proof.is_proven for proof in self.site.proofs) == len(names)

    @staticmethod
    def _copies(names: Sequence[str]) -> str:
        """Say what to do with the files of chargers that are proved."""
        return (_COPY if len(names) == 1 else _COPY_EACH).format(name=names[0], names=named(names))

    def story(self) -> Story:
        """Follow the proof."""
        added = self.site.charger
        return story(self._proof, self.site.proofs, added.names if added else ())

    def action_back(self) -> None:
        """Go where the person came from: from another charger to the ones before it."""
        if self._adds_another:
            self._cancel()
        else:
            super().action_back()

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
    if proof.is_proven:
        found |= dict.fromkeys(WAYS[1], Severity.OK)
    return found
