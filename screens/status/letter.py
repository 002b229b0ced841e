"""The hand-over as a letter to the owner: page, months, help, the end; programs last. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from solarrally_tui.deployed.dashboard.viewer_login import USER
from solarrally_tui.screens.status.operations import PROGRAM
from solarrally_tui.wizard.demo_stage import beside
from solarrally_tui.wizard.model import Handover

_HIDDEN: Final = "\N{BULLET}" * 12


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that a person needs of a site."""

    name: str
    words: str
    copied: str = ""
    """What Enter copies; nothing where it is empty."""
    secret: str = ""
    """ARN of the secret whose password the line is."""


_DIAGNOSIS: Final = Line("Diagnosis", "F4 on Status says what is wrong. M there copies it.")


@dataclass(frozen=True, slots=True)
class Part:
    """Lines about one thing."""

    title: str
    lines: tuple[Line, ...]
    folds: bool = False
    """Whether it is one line where there is no room for all."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What the letter says of a site beside where it is."""

    site: str
    monthly: str
    """What it costs, in words."""
    kept: str
    """What stays after its deletion and what that costs, in words."""
    alerts: str = ""
    """The e-mail address that AWS warns; empty where nobody is warned."""
    confirmed: bool = False
    """Whether it has confirmed that it wants to be."""
    administrator: str = ""
    """The e-mail address that signs in to the application's own interface."""
    dump: bool = False
    """Whether a database is still to be imported."""


def letter(handover: Handover, answers: Answers, *, demonstration: bool = False) -> list[Part]:
    """Return the letter. demonstration: let its commands work in a terminal beside one."""
    parts = [
        Part("Open it", (*_page(handover), *_administrator(handover, answers))),
        Part("Each month", tuple(_month(answers))),
        Part("Get help", (_DIAGNOSIS,)),
        Part("After Destroy", (Line("What stays", answers.kept),)),
        Part("Commands", tuple(_commands(answers)), folds=True),
    ]
    if not demonstration:
        return parts
    return [replace(part, lines=tuple(map(_beside, part.lines))) for part in parts]


def _page(handover: Handover) -> Iterator[Line]:
    yield Line("Page", handover.url or "no address yet", handover.url)
    yield from _login("Sign in as", USER, USER, handover.viewer_secret)


def _administrator(handover: Handover, answers: Answers) -> Iterator[Line]:
    """Yield the application's own first user: the dashboard knows viewers only."""
    words = f"{answers.administrator}, not needed for the page"
    yield from _login("Administrator", words, answers.administrator, handover.admin_secret)


def _month(answers: Answers) -> Iterator[Line]:
    yield Line("It costs", f"{answers.monthly}, to this account", answers.monthly)
    if answers.alerts:
        once = "" if answers.confirmed else ", once confirmed"
        yield Line("Alerts go to", f"{answers.alerts}{once}", answers.alerts)


def _commands(answers: Answers) -> Iterator[Line]:
    site = answers.site
    if answers.dump:
        yield _command("Import the dump", f"import {site} DUMP")
    yield _command("Add a charger", f"chargers add NAME --site {site} --to FOLDER")
    yield _command("Health", f"status {site}")
    yield _command("Users", f"users list {site}")
    yield _command("Renewals due", f"maintain {site}")
    yield _command("Update", f"update {site}")
    yield _command("Roll back", f"rollback {site}")
    yield _command("For support", f"diagnose {site} --bundle {site}-support.zip")


def _login(title: str, words: str, user: str, secret: str) -> Iterator[Line]:
    """Yield the lines of a user and its password; none where the site has no such user yet."""
    if secret:
        yield Line(title, words, user)
        yield Line("  Password", _HIDDEN, secret=secret)


def _command(title: str, words: str, what: str = "") -> Line:
    command = f"{PROGRAM} {words}"
    return Line(title, f"{what}: {command}" if what else command, command)


def _beside(line: Line) -> Line:
    """Return a line whose command works in another terminal beside a demonstration."""
    if not line.copied.startswith(f"{PROGRAM} "):
        return line
    command = beside(line.copied)
    return replace(line, words=line.words.replace(line.copied, command), copied=command)
