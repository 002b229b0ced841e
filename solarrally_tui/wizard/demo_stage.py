"""The stage of a demonstration as the wizard sees it. The command line implements it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from solarrally_tui.aws.keys import Keys
from solarrally_tui.findings.severity import Severity

if TYPE_CHECKING:
    from solarrally_tui.health.report import Report

BESIDE: Final = "--demo"
"""The option with which a command in another terminal finds the demonstration that runs."""


_CONFIRMS: Final = "No person did: the simulated mailbox confirms after 30 seconds."


def played(report: "Report") -> "Report":
    """Return a report that says what the demonstration did in a person's place."""
    return replace(
        report,
        checks=tuple(
            replace(check, line=f"{check.line} {_CONFIRMS}")
            if check.id == "alerts" and check.severity is Severity.OK
            else check
            for check in report.checks
        ),
    )


def beside(command: str) -> str:
    """Return a command of this program as it works in another terminal beside a demonstration."""
    program, words = command.split(" ", 1)
    return f"{program} {BESIDE} {words}"


class Story(Protocol):
    """One scenario."""

    @property
    def id(self) -> str:
        """Return its short name."""

    @property
    def title(self) -> str:
        """Return a line for a list."""

    @property
    def text(self) -> str:
        """Return what the person will see."""

    @property
    def needs_new_site(self) -> bool:
        """Return whether it shows while a site is created, and nothing of it on a deployed one."""


class Stage(Protocol):
    """Sets scenarios and the pace of a simulated account. Real accounts have none."""

    current: str
    folder: Path
    """Where the files of its chargers are, until it ends."""
    keys: Keys | None
    """What the person has signed in with; None for the credentials of the environment."""

    @property
    def scenarios(self) -> Sequence[Story]:
        """Return every scenario."""

    @property
    def pace(self) -> str:
        """Return the pace in words."""

    @property
    def answers(self) -> Mapping[str, Any]:
        """Return the answers that the scenario sets, by dotted path."""

    @property
    def screen(self) -> str:
        """Return the step that the scenario is about."""

    @property
    def sets_records(self) -> str:
        """Return who sets the records that AWS waits for at another DNS provider, and when."""

    @property
    def portal(self) -> tuple[str, str]:
        """Return the start URL and the Region of the account's IAM Identity Center."""

    def is_other_person(self, scenario: str) -> bool:
        """Return whether another scenario signs in somebody else than the present one."""

    async def play(self, scenario: str) -> None:
        """Set up a scenario. Raises AwsError and OSError."""

    async def sign_in(self) -> None:
        """Sign in again in the person's place, with new keys. Raises AwsError and OSError."""

    def begun(self) -> None:
        """Note that a deployment begins."""

    async def pause(self) -> None:
        """Stop the simulated time, or resume it."""

    async def faster(self) -> None:
        """Double the pace."""

    async def normal(self) -> None:
        """Go back to the pace of the start."""

    async def charge(self, site: str) -> None:
        """Let chargers of a deployed site charge until cancelled; after an update nothing."""

    def chargers(self, site: str) -> frozenset[str]:
        """Return the names of the chargers that charge at a deployed site unasked."""

    async def send_on(self, site: str, settings: Path) -> None:
        """Let one more charger send, by the settings among its files, where others charge."""
