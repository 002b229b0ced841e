"""A command of this program, run inside the wizard, with what it prints and asks."""

import asyncio
import codecs
import os
import re
import signal
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import Mapping, Sequence
from time import monotonic
from types import MappingProxyType
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, Static

from solarrally_tui.computer.folders import in_words
from solarrally_tui.computer.wizard_child import ANSWERS, DEMONSTRATION, PROMPT
from solarrally_tui.findings.severity import Severity
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.line_input import LineInput
from solarrally_tui.screens.common.messages import Copy
from solarrally_tui.screens.common.textual_tricks import Dialog
from solarrally_tui.screens.common.words import sentence
from solarrally_tui.screens.status.operations import PROGRAM, Operation
from solarrally_tui.wizard.demo_stage import BESIDE, beside
from solarrally_tui.wizard.model import Access
from solarrally_tui.wizard.run_outlook import short

_LEAST: Final = 40
"""Columns that a command may write at least."""
_BAR: Final = 2
"""Columns of the scroll bar, and of a blank before it."""
_CHUNK: Final = 4096
"""Bytes of what is printed that are read at once."""

_STEP: Final = re.compile(
    rf"[{''.join(state.glyph for state in State)}] (?P<title>.+?): "
    rf"(?:{'|'.join(state.word for state in State)})\b"
)
"""A line that says how far a step is."""
_LEFT: Final = re.compile(r"(?P<title>)(?:At least|About) .+ left\.")
"""A line that says how long a run still takes."""
_UNFINISHED: Final = tuple(
    f"{state.glyph} " for state in (State.RUNNING, State.WAITING, State.UNCHANGED)
)
"""What the lines of steps begin with that say nothing once the run has ended."""
_ENDS: Final[Mapping[int, tuple[Severity, str]]] = MappingProxyType(
    {
        Exit.OK: (Severity.OK, "done"),
        Exit.USAGE: (Severity.WARN, "not started, the command did not take an answer"),
        Exit.INVALID_SITE: (Severity.WARN, "not started, the site file is not valid"),
        Exit.CREDENTIALS: (Severity.FAIL, "no access to AWS from this computer"),
        Exit.REFUSED: (Severity.WARN, "not done, the reason is above"),
        Exit.FAILED: (Severity.FAIL, "failed"),
        Exit.WAITING_FOR_YOU: (Severity.WARN, "waiting for you"),
        Exit.OUT_OF_SIGHT: (
            Severity.WARN,
            "the end was not seen, AWS continues what it has begun",
        ),
        Exit.INTERNAL: (Severity.FAIL, "an internal error ended it"),
        Exit.WARN: (Severity.WARN, "something is to be done"),
        Exit.FAIL: (Severity.FAIL, "something urgent is to be done"),
        Exit.UNKNOWN: (Severity.WARN, "not everything could be seen"),
    }
)
"""By exit status (docs/architecture.md)."""


class CommandScreen(Dialog[None]):
    """Asks for what a command leaves open, runs it, and takes its questions."""

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [keys.CLOSE, keys.COPY]
    HELP_TEXT: ClassVar[str] = (
        "A command of solarrally, with the access that the wizard has. What it asks is answered "
        "here, and it changes nothing before. Closing this stops it; AWS finishes what it has "
        "begun. F6 copies the command."
    )

    def __init__(
        self,
        one: Operation,
        site: str,
        words: Sequence[str],
        access: Access,
        *,
        is_demonstration: bool = False,
    ) -> None:
        """words: of the command line, after the program's name."""
        super().__init__()
        self._one, self._site, self._words, self._access = one, site, list(words), access
        self._is_demonstration = is_demonstration
        self._answers: dict[str, str] = {}
        """By the word of the command that the person decides."""
        self._printed = self._asked = ""
        """What the command has printed, and that up to the question that was answered last."""
        self._typed = ""
        """The answer to that."""
        self._process: Process | None = None
        self._was_answered = self._was_warned = False
        self._since: float | None = None
        """Since when the command is at work; None while it is not."""

    def compose(self) -> ComposeResult:
        """Show what is asked, and room for what is printed."""
        with Vertical(classes="dialog -wide-dialog -silent", id="command"):
            yield Static(Content(f"{self._one.title}: {self._site}"), classes="dialog-title")
            yield Static(id="command-asks")
            with VerticalScroll(classes="dialog-body"):
                yield Static(id="command-output")
            yield LineInput(compact=True, select_on_focus=False, id="command-answer")
            yield Static(id="command-wrong")
            yield Static(id="command-end")
            with Horizontal(classes="dialog-buttons"):
                yield Button(" Continue ", id="continue", compact=True, variant="primary")
                yield Button(" Close ", id="close", compact=True)

    def on_mount(self) -> None:
        """Ask, or begin."""
        self.set_interval(1, self._tick)
        self._continue()

    @property
    def _blank(self) -> str:
        """The word of the command that is to be asked for next; empty without one."""
        left = (word for word in self._words if word not in self._answers)
        return next((word for word in left if word in self._one.blanks), "")

    @property
    def _whole(self) -> list[str]:
        """The words of the command, with what the person has decided."""
        return [self._answers.get(word, word) for word in self._words]

    def _continue(self, typed: str = "", wrong: str = "") -> None:
        """Ask for the next word that is left open, or run the command.

        typed: what was answered before, and wrong: why that cannot be.
        """
        blank = self._blank
        self.query_one("#command").set_class(bool(blank), "-blank")
        if blank:
            self.query_one("#command-asks", Static).update(Content(self._one.blanks[blank]))
            typed = typed or self._one.proposes.format(site=self._site)
        self._ask(wanted=bool(blank), typed=typed, wrong=wrong)
        if not blank:
            self.call_after_refresh(self.run_command)

    def _ask(self, *, wanted: bool, typed: str = "", wrong: str = "") -> None:
        """Offer the field for an answer, with what is typed there, or take it away."""
        self.query_one("#command").set_class(wanted, "-asks")
        self.query_one("#close", Button).variant = "default" if wanted else "primary"
        answer = self.query_one("#command-answer", Input)
        answer.value = typed
        answer.cursor_position = len(typed)
        reason = self.query_one("#command-wrong", Static)
        reason.set_class(bool(wrong), "-wrong")
        reason.update(sentence(Severity.WARN, wrong) if wrong else "")
        (answer if wanted else self.query_one("#close")).focus()

    @on(Input.Submitted)
    @on(Button.Pressed, "#continue")
    def _answered(self) -> None:
        typed = self.query_one("#command-answer", Input).value.strip()
        if self._process is not None:
            self._tell(self._process, typed)
        elif typed and self._blank:
            self._answers[self._blank] = os.path.expanduser(typed)  # noqa: PTH111 it may be no path
            self._continue()

    def _tell(self, process: Process, answer: str) -> None:
        """Answer the command's question."""
        if not self.query_one("#command").has_class("-asks") or process.stdin is None:
            return
        self._was_answered = True
        self._asked, self._typed = self._printed, answer
        process.stdin.write(f"{answer}\n".encode())
        self._turn(is_yours=False)

    @work(group="command", exclusive=True, exit_on_error=False)
    async def run_command(self) -> None:
        """Run the command, show what it prints, take its questions, and say how it ended."""
        self._turn(is_yours=False)
        try:
            process = await self._started()
        except (OSError, ValueError) as error:  # ValueError: no argument of a process
            self._since = None
            why = in_words(error) if isinstance(error, OSError) else "it cannot take this answer."
            self._say(Severity.FAIL, f"{self._one.title} could not be started: {why}")
            return
        self._process = process
        try:
            if process.stdout is not None:
                await self._follow(process.stdout)
            status = await process.wait()
        finally:
            _stop(process)
        self._process = self._since = None
        if status == Exit.USAGE and self._answers:
            self._ask_again()
            return
        self._ask(wanted=False)
        if status == Exit.OK and self._one.more:
            more = self._one.more.format(site=self._site)
            if self._is_demonstration:
                more = more.replace(PROGRAM, f"{PROGRAM} {BESIDE}")
            self._show(f"\n{more}\n")
        if status == Exit.OK and self._one.runs:
            self._show_verdict()
            return
        self.query_one("#command-output", Static).update(Content(ended(self._shown)))
        self._say(*how_it_ended(self._one.title, status))

    def _ask_again(self) -> None:
        """Ask once more for what the command did not take, with its reason."""
        typed = next(iter(self._answers.values()))
        wrong, _, _ = self._printed.strip().partition("\n\n")
        self._answers, self._printed = {}, ""
        self._show("")
        self.query_one("#command-end", Static).update("")
        self._continue(typed, " ".join(wrong.split()))

    def _show_verdict(self) -> None:
        """Put how a run ended above all that it has printed before."""
        before, verdict = parted(self._shown)
        self.query_one("#command").add_class("-ended")
        self.query_one("#command-asks", Static).update(sentence(Severity.OK, verdict, bold=True))
        self.query_one("#command-output", Static).update(Content(ended(before)))
        self.query_one("#command-end", Static).update("")
        self.call_after_refresh(self.query_one(".dialog-body").scroll_home, animate=False)

    async def _started(self) -> Process:
        room = self.query_one("#command").content_size.width - _BAR
        environment = self._access.environment(os.environ)
        environment["COLUMNS"] = str(max(room, _LEAST))
        # Questions of a line each, as for a screen reader: nothing here draws a list anew.
        environment |= {ANSWERS: "1", "ACCESSIBLE": "1"}
        if self._is_demonstration:
            environment[DEMONSTRATION] = "1"
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "solarrally_tui",
            *self._whole,
            *self._access.options,
            stdin=PIPE,
            stdout=PIPE,
            stderr=STDOUT,
            env=environment,
            # Without a terminal of its own: what would ask there cannot write over the wizard.
            start_new_session=True,
        )

    async def _follow(self, printed: asyncio.StreamReader) -> None:
        """Show what the command prints until it ends, with the field where it asks."""
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        while chunk := await printed.read(_CHUNK):
            self._show(decoder.decode(chunk).replace("\r\n", "\n"))
            asks = f"\n{self._printed}".endswith(f"\n{PROMPT}")
            if asks != self.query_one("#command").has_class("-asks"):
                self._turn(is_yours=asks)

    def _turn(self, *, is_yours: bool) -> None:
        """Say whose turn it is, and offer the field or take it away."""
        self._since = None if is_yours else monotonic()
        if not is_yours:
            self._ask(wanted=False)
            self._tick()
            return
        self.query_one("#command-end", Static).update("")
        wrong = refusal(self._printed.removeprefix(self._asked)) if self._asked else ""
        if wrong:
            self._printed = self._asked
        self._ask(wanted=True, typed=self._typed if wrong else "", wrong=wrong)

    def _tick(self) -> None:
        """Say for how long the command has been at work, and how long it usually is."""
        if self._since is None or self._was_warned:
            return
        took = f" {short(monotonic() - self._since)}" if self._printed or self._one.takes else ""
        usual = f", on AWS {self._one.takes}" if self._one.takes else ""
        if self._was_answered:
            self._say(State.RUNNING, f"{self._one.title}: working{took}{usual}.")
        else:
            self._say(State.RUNNING, f"Reading …{took}{usual}")

    @property
    def _shown(self) -> str:
        """What is printed since the last answer; the question as long as that is refused."""
        more = self._printed.removeprefix(self._asked)
        shown = more if more.strip() and not refusal(more) else self._asked or self._printed
        return settled(shown.removesuffix(PROMPT)).strip("\n")

    def _show(self, more: str) -> None:
        """Show more of what is printed, from the first question on at its end."""
        self._printed += more
        shown = self._shown
        self.query_one("#command").set_class(not shown, "-silent")
        self.query_one("#command-output", Static).update(Content(shown))
        if self._was_answered or self._printed.endswith(PROMPT):
            self.call_after_refresh(self.query_one(".dialog-body").scroll_end, animate=False)

    def _say(self, state: Severity | State, words: str) -> None:
        self.query_one("#command-end", Static).update(sentence(state, words))

    def action_copy_value(self) -> None:
        """Copy the command."""
        command = " ".join([PROGRAM, *self._whole])
        self.post_message(
            Copy(self._one.title, beside(command) if self._is_demonstration else command)
        )

    @on(Button.Pressed, "#close")
    def action_close(self) -> None:
        """Close it. What is still at work is stopped, once that was said of what changes a site."""
        is_at_work = self._process is not None and self._since is not None
        if is_at_work and self._was_answered and not self._was_warned:
            self._was_warned = True
            self._say(
                State.WARN,
                f"{self._one.title} is still at work. Close again to stop it here; AWS finishes "
                "what it has begun, and doing it again resumes.",
            )
            return
        self.dismiss()


def _stop(process: Process) -> None:
    """Stop a command that still runs, as Ctrl+C does, so that it puts away what it can."""
    if process.returncode is not None:
        return
    if process.stdin is not None:
        process.stdin.close()  # a question is answered with no
    if sys.platform == "win32":
        process.terminate()
    else:
        process.send_signal(signal.SIGINT)


def settled(printed: str) -> str:
    """Return what was printed with a line for each step: its last state, where it began.

    How long the run still takes is one line, too.
    """
    lines: list[str] = []
    places: dict[str, int] = {}
    for line in printed.split("\n"):
        step = _STEP.match(line) or _LEFT.match(line)
        if step and step["title"] in places:
            lines[places[step["title"]]] = line
            continue
        if step:
            places[step["title"]] = len(lines)
        lines.append(line)
    return "\n".join(lines)


def ended(printed: str) -> str:
    """Return what was printed without what was only so until the end."""
    lines = [line for line in printed.split("\n") if not _LEFT.match(line)]
    steps = {line: _STEP.match(line) for line in lines}
    kept = [line for line in lines if not (steps[line] and line.startswith(_UNFINISHED))]
    done = f": {State.DONE.word}"
    return "\n".join(line.removesuffix(done) if steps[line] else line for line in kept).strip("\n")


def refusal(printed: str) -> str:
    """Return why an answer was not taken, which is all that was printed then; else nothing."""
    lines = printed.removesuffix(PROMPT).strip().split("\n")
    sign = f"{Severity.WARN.glyph} "
    return lines[0].removeprefix(sign) if len(lines) == 1 and lines[0].startswith(sign) else ""


def parted(printed: str) -> tuple[str, str]:
    """Return what a run has printed before, and how it ended, which is its last paragraph."""
    before, _, verdict = printed.rstrip().rpartition("\n\n")
    return before.rstrip(), " ".join(verdict.split())


def how_it_ended(title: str, status: int) -> tuple[Severity, str]:
    """Return how a command ended, in words."""
    if status < 0:
        return Severity.WARN, f"{title}: stopped by signal {-status}. Run it again to resume."
    state, words = _ENDS.get(status, (Severity.WARN, f"ended with exit status {status}"))
    return state, f"{title}: {words}."
