"""A command of this program that asks nothing, run inside the wizard, with what it prints."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT
from collections.abc import Sequence
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, Static

from solarrally_tui.computer.folders import in_words
from solarrally_tui.findings.severity import Severity
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.line_input import LineInput
from solarrally_tui.screens.common.messages import Copy
from solarrally_tui.screens.common.textual_tricks import Dialog
from solarrally_tui.screens.common.words import sentence
from solarrally_tui.screens.status.operations import PROGRAM, Operation
from solarrally_tui.screens.status.terminal_run import how_it_ended
from solarrally_tui.wizard.model import Access

_LEAST: Final = 40
"""Columns that a command may write at least."""


class CommandScreen(Dialog[bool]):
    """Asks for what the command leaves open, and runs it. Returns True to run it in a terminal."""

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [keys.CLOSE, keys.COPY]
    HELP_TEXT: ClassVar[str] = (
        "A command of solarrally, with the access that the wizard has. It only reads, or writes "
        "the files that you name. Closing this stops it.\n\n"
        "In the terminal runs it there instead, where it can ask whether to do what it lists. F6 "
        "copies the command."
    )

    def __init__(
        self, one: Operation, site: str, words: Sequence[str], access: Access, option: str = ""
    ) -> None:
        """words: of the command line, after the program's name.

        option: what the command needs beside them in another terminal.
        """
        super().__init__()
        self._one, self._site, self._words, self._access = one, site, list(words), access
        self._option = option
        self._printed: list[str] = []

    def compose(self) -> ComposeResult:
        """Show what is asked, and room for what is printed."""
        with Vertical(classes="dialog -wide-dialog", id="command"):
            yield Static(Content(f"{self._one.title}: {self._site}"), classes="dialog-title")
            yield Static(id="command-asks")
            yield LineInput(compact=True, id="command-answer")
            with VerticalScroll(classes="dialog-body"):
                yield Static(id="command-output")
            yield Static(id="command-end")
            with Horizontal(classes="dialog-buttons"):
                yield Button(" Continue ", id="continue", compact=True, variant="primary")
                yield Button(" Close ", id="close", compact=True)
                yield Button(" In the terminal ", id="terminal", compact=True)

    def on_mount(self) -> None:
        """Ask, or begin."""
        self._continue()

    @property
    def _blank(self) -> str:
        """The word of the command that is to be asked for next; empty without one."""
        return next((word for word in self._words if word in self._one.blanks), "")

    def _continue(self) -> None:
        blank = self._blank
        self.query_one("#command").set_class(bool(blank), "-asks")
        self.query_one("#command-asks").display = bool(blank)
        answer = self.query_one("#command-answer", Input)
        answer.display = bool(blank)
        self.query_one("#terminal").display = not self._one.blanks
        self.query_one("#continue").display = bool(blank)
        self.query_one("#close", Button).variant = "default" if blank else "primary"
        if blank:
            self.query_one("#command-asks", Static).update(Content(self._one.blanks[blank]))
            answer.value = ""
            answer.focus()
        else:
            self.query_one("#close").focus()
            self.call_after_refresh(self.run_command)

    @on(Input.Submitted)
    @on(Button.Pressed, "#continue")
    def _answered(self) -> None:
        typed = self.query_one("#command-answer", Input).value
        given = os.path.expanduser(typed.strip())  # noqa: PTH111 it may be no path
        if given:
            self._words[self._words.index(self._blank)] = given
            self._continue()

    @work(group="command", exclusive=True, exit_on_error=False)
    async def run_command(self) -> None:
        """Run the command, show each line that it prints, and say how it ended."""
        output = self.query_one(".dialog-body")
        environment = self._access.environment(os.environ)
        environment["COLUMNS"] = str(max(output.content_size.width - 1, _LEAST))
        end = self.query_one("#command-end", Static)
        end.update(sentence(State.RUNNING, f"{self._one.title} is at work …"))
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "solarrally_tui",
                *self._words,
                *self._access.options,
                stdin=DEVNULL,
                stdout=PIPE,
                stderr=STDOUT,
                env=environment,
            )
        except (OSError, ValueError) as error:  # ValueError: no argument of a process
            why = in_words(error) if isinstance(error, OSError) else "it cannot take this answer."
            words = f"{self._one.title} could not be started: {why}"
            end.update(sentence(Severity.FAIL, words))
            return
        try:
            if process.stdout is not None:
                await self._show(process.stdout)
            status = await process.wait()
        finally:
            if process.returncode is None:
                process.terminate()
        state = Severity.OK if status == 0 else Severity.WARN
        end.update(sentence(state, how_it_ended(self._one.title, status)))

    async def _show(self, lines: asyncio.StreamReader) -> None:
        async for line in lines:
            self._printed.append(line.decode(errors="replace").rstrip())
            self.query_one("#command-output", Static).update(Content("\n".join(self._printed)))

    def action_copy_value(self) -> None:
        """Copy the command."""
        command = " ".join([PROGRAM, *self._words, self._option]).rstrip()
        self.post_message(Copy(self._one.title, command))

    @on(Button.Pressed, "#terminal")
    def _in_terminal(self) -> None:
        self.dismiss(True)

    @on(Button.Pressed, "#close")
    def action_close(self) -> None:
        """Close it. A command that is still at work is stopped."""
        self.dismiss(False)
