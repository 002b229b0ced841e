"""Plain prompts, one question after the other: with questionary, or line by line without it."""

import os
from collections.abc import Callable, Sequence
from typing import Protocol

from solarrally_tui.commands.shared.terminal import say
from solarrally_tui.computer.wizard_child import PROMPT
from solarrally_tui.text.table import fit

Check = Callable[[str], str]
"""Returns what is wrong with a text, or an empty string."""


class Asker(Protocol):
    """Asks on the terminal. Ctrl+D and Ctrl+C raise EOFError and KeyboardInterrupt.

    hint: a sentence about the question, which stands below it.
    """

    def text(self, label: str, default: str, check: Check, hint: str = "") -> str:
        """Ask for a line until it is right."""

    def pick(
        self, label: str, choices: Sequence[tuple[str, str]], default: str, hint: str = ""
    ) -> str:
        """Ask for one of several choices (value, words)."""

    def tick(self, label: str, default: bool, hint: str = "") -> bool:
        """Ask for yes or no."""


def asker() -> Asker:
    """Return plain lines for dumb terminals and screen readers, else questionary's prompts."""
    return Lines() if is_accessible() else Questionary()


def is_accessible() -> bool:
    """Whether the person asked for plain lines, or the terminal can show nothing else."""
    return bool(os.environ.get("ACCESSIBLE")) or os.environ.get("TERM", "dumb") == "dumb"


class Lines:
    """Prompts of one line each. Nothing is redrawn, so a screen reader reads everything once."""

    def text(self, label: str, default: str, check: Check, hint: str = "") -> str:
        """Ask for a line until it is right; an empty line takes the default."""
        while True:
            say(f"{label} [{default}]" if default else label)
            if hint:
                say(f"  {hint}")
            answer = input(PROMPT).strip() or default
            wrong = check(answer)
            if not wrong:
                return answer
            say(wrong)

    def pick(
        self, label: str, choices: Sequence[tuple[str, str]], default: str, hint: str = ""
    ) -> str:
        """Ask for a number; the value itself is accepted, too."""
        values = [value for value, _ in choices]
        for number, (value, words) in enumerate(choices, 1):
            say(f"{number}. {value}: {words}")

        def check(text: str) -> str:
            return "" if _chosen(text, values) else f"Type a number from 1 to {len(values)}."

        return _chosen(self.text(label, default, check, hint), values)

    def tick(self, label: str, default: bool, hint: str = "") -> bool:
        """Ask for yes or no."""
        words = {"y": True, "yes": True, "n": False, "no": False}

        def check(text: str) -> str:
            return "" if text.lower() in words else "Type yes or no."

        return words[self.text(label, "yes" if default else "no", check, hint).lower()]


class Questionary:
    """questionary's prompts: lists for the arrow keys, problems shown in place."""

    def text(self, label: str, default: str, check: Check, hint: str = "") -> str:
        """Ask for a line; what is wrong is shown below it until it is right."""
        import questionary

        def judge(text: str) -> bool | str:
            return check(text.strip()) or True

        asked = questionary.text(_below(label, hint), default, validate=judge)
        return str(asked.unsafe_ask()).strip()

    def pick(
        self, label: str, choices: Sequence[tuple[str, str]], default: str, hint: str = ""
    ) -> str:
        """Ask with a list."""
        import questionary

        listed = [questionary.Choice(f"{value}: {words}", value) for value, words in choices]
        asked = questionary.select(_below(label, hint), listed, default=default)
        return str(asked.unsafe_ask())

    def tick(self, label: str, default: bool, hint: str = "") -> bool:
        """Ask for yes or no."""
        import questionary

        return bool(questionary.confirm(_below(label, hint), default=default).unsafe_ask())


def _below(label: str, hint: str) -> str:
    """Return a question and the hint in the next row, with room for the answer below both."""
    return f"{label}\n{fit(f'  {hint}')}\n " if hint else label


def _chosen(text: str, values: Sequence[str]) -> str:
    if text.isascii() and text.isdigit() and 0 < int(text) <= len(values):
        return values[int(text) - 1]
    return text if text in values else ""
