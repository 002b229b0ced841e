"""What an error that nobody handled means: its words, its exit status, and the result in JSON."""

from dataclasses import replace
from types import MappingProxyType
from typing import Final

from solarrally_tui.account.credentials.keyring_store import KeyringError
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.chargers.problems import ChargerError, ChargerNameError
from solarrally_tui.commands.shared.event_readers import result_json
from solarrally_tui.commands.shared.terminal import show_result
from solarrally_tui.commands.shared.transcript import Transcript
from solarrally_tui.computer.problem import ComputerError
from solarrally_tui.computer.where import report
from solarrally_tui.deployed.record import UnknownSiteError, UnnamedSiteError
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome
from solarrally_tui.provisioning.engine.steps import StepError
from solarrally_tui.site.problems import SiteError
from solarrally_tui.text.plain import Plain
from solarrally_tui.wizard.plain_errors import plain_of

_BY_KIND: Final = MappingProxyType(
    {
        Kind.NO_CREDENTIALS: Exit.CREDENTIALS,
        Kind.EXPIRED: Exit.CREDENTIALS,
        Kind.DENIED: Exit.CREDENTIALS,
        Kind.LOCAL: Exit.CREDENTIALS,
        Kind.READ_ONLY: Exit.REFUSED,
        Kind.FOREIGN: Exit.REFUSED,
        Kind.BUSY: Exit.REFUSED,
        Kind.UNREACHABLE: Exit.OUT_OF_SIGHT,
    }
)
_NONE_AT_ALL: Final = "NoCredentialsError"
_TRY: Final = "Without an account: solarrally demo in another terminal, and --demo here."
_LONGEST: Final = 1000
"""Characters of what was said that a result repeats."""


def described(error: BaseException) -> tuple[Plain, Exit]:
    """Return an error in plain words, and the exit status that it ends a command with."""
    status = _status(error)
    if isinstance(error, AwsError) and error.code == _NONE_AT_ALL:
        return replace(error.plain, next=f"{error.plain.next} {_TRY}", detail=""), status
    if status is not Exit.INTERNAL:
        return plain_of(error), status
    if isinstance(error, ImportError) and error.name:
        return _incomplete(error), status
    return (
        Plain(
            what="Internal error in solarrally.",
            why="The program met something that it does not expect. Nothing is wrong with your "
            "answers. What runs in AWS continues.",
            next="Run the same command again. If it ends the same way, send the detail below to "
            "the maintainers. It has no value and no secret.",
            detail=report(error),
        ),
        status,
    )


def _incomplete(error: ImportError) -> Plain:
    return Plain(
        what="Internal error in solarrally: the installation is not complete.",
        why=f"The package {error.name} is missing or damaged.",
        next="Install it again: pipx reinstall solarrally-tui.",
        detail=report(error),
    )


def _status(error: BaseException) -> Exit:
    if isinstance(error, AwsError):
        is_slip = isinstance(error, UnknownSiteError | UnnamedSiteError)
        return Exit.USAGE if is_slip else _BY_KIND.get(error.kind, Exit.FAILED)
    if isinstance(error, StepError):
        return error.exit_code
    if isinstance(error, KeyringError | ComputerError):
        return Exit.CREDENTIALS
    if isinstance(error, SiteError):
        return Exit.INVALID_SITE
    if isinstance(error, ChargerError):
        return Exit.USAGE if isinstance(error, ChargerNameError) else Exit.REFUSED
    if isinstance(error, OSError) and error.strerror:
        return Exit.FAILED
    return Exit.INTERNAL


def result_of(said: Transcript, status: int) -> None:
    """Print the result of a command that ended before it printed its own."""
    try:
        exit_code = Exit(status)
    except ValueError:
        exit_code = Exit.INTERNAL
    words = said.plain.what if said.plain else " ".join(" ".join(said.lines).split())
    outcome = Outcome(exit_code, words[:_LONGEST], said.plain, changed=bool(said.site))
    show_result(result_json(said.site, outcome), status)
