"""Who a domain is registered to: ten short answers that stay in memory and go only to AWS."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Label

from solarrally_tui.domains.registration import Contact
from solarrally_tui.findings.severity import Severity
from solarrally_tui.screens.common.line_input import LineInput
from solarrally_tui.screens.common.words import sentence

_LONGEST: Final = 255


@dataclass(frozen=True, slots=True)
class _Asked:
    key: str
    label: str
    example: str = ""
    pattern: str = r".+"
    """What an answer must match as a whole."""


_QUESTIONS: Final = (
    _Asked("first", "First name"),
    _Asked("last", "Last name"),
    _Asked("organization", "Organization", "empty for a private person", r".*"),
    _Asked("email", "E-mail", "for example you@example.com", r"[^@\s]+@[^@\s]+\.[^@\s]+"),
    _Asked("phone", "Phone", "for example +44.2071234567", r"\+\d{1,3}\.\d{4,14}"),
    _Asked("street", "Street and number"),
    _Asked("city", "City"),
    _Asked("state", "State or province", "where the country has them", r".*"),
    _Asked("zip_code", "Postal code"),
    _Asked("country", "Country, two letters", "for example GB", r"[A-Z]{2}"),
)


class ContactForm(Vertical):
    """One line for each question."""

    def __init__(self) -> None:
        super().__init__(id="contact")

    def compose(self) -> ComposeResult:
        """Show the lines."""
        for asked in _QUESTIONS:
            with Horizontal(classes="row"):
                yield Label(asked.label)
                yield LineInput(placeholder=asked.example, compact=True, id=f"contact-{asked.key}")

    def answers(self) -> dict[str, str]:
        """Return what was typed, without blanks around it."""
        typed = {
            asked.key: self.query_one(f"#contact-{asked.key}", Input).value.strip()
            for asked in _QUESTIONS
        }
        return {**typed, "country": typed["country"].upper()}

    def contact(self) -> Contact | str:
        """Return the contact, or what is wrong; the cursor is then in that line."""
        answers = self.answers()
        key, wrong = first_wrong(answers)
        if wrong:
            self.query_one(f"#contact-{key}", Input).focus()
            return wrong
        return Contact(**answers)

    def forget(self) -> None:
        """Empty every field."""
        for field in self.query(Input):
            field.value = ""


def first_wrong(answers: Mapping[str, str]) -> tuple[str, str]:
    """Return the key of the first wrong answer and what is wrong with it, or empty texts."""
    for asked in _QUESTIONS:
        answer = answers[asked.key]
        if not answer.isprintable() or len(answer) > _LONGEST:
            return asked.key, f"{asked.label} is too long, or not plain text."
        if not re.fullmatch(asked.pattern, answer):
            example = f" {asked.example[:1].upper()}{asked.example[1:]}" if asked.example else ""
            return asked.key, f"{asked.label} is needed.{example}"
    return "", ""


def in_words(text: str) -> Content:
    """Return what is wrong, for the line below the form."""
    return sentence(Severity.WARN, text)
