"""Any error that reaches a screen, in plain words. The screen shows it in place and continues."""

from dataclasses import replace

from solarrally_tui.aws.errors import UNREACHED, AwsError, Plain
from solarrally_tui.computer.folders import in_words
from solarrally_tui.computer.problem import ComputerError
from solarrally_tui.computer.where import fault
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome
from solarrally_tui.site.problems import SiteError


def plain_of(error: BaseException | None) -> Plain:
    """Return what happened, why, and what to do. Never a value of ours: it may be secret."""
    # Errors of the rooms bring their words along; the wizard starts without most of these rooms.
    if isinstance(plain := getattr(error, "plain", None), Plain):
        return plain
    if isinstance(error, SiteError):
        return Plain(what="An answer is not valid.", why=str(error), next="Change it on its step.")
    if isinstance(error, OSError) and error.strerror:
        return Plain(
            what="The operating system refused this.",
            why=in_words(error),
            next="Correct that, then try again.",
        )
    return _internal_error(error, "Try again, or continue with another step.")


def of_simulated_account(plain: Plain, *, restarts: bool) -> Plain:
    """Return the words for a simulated account that does not answer; any others as they are.

    restarts: whether a key of the wizard starts it again.
    """
    if plain.what != UNREACHED:
        return plain
    return replace(account_stopped(restarts=restarts), detail=plain.detail)


def account_stopped(*, restarts: bool) -> Plain:
    """Return that the simulated account does not answer.

    It runs on this computer, so no network, proxy or firewall is in the way. restarts: whether a
    key of the wizard starts it again.
    """
    again = "Press F10 to start it again" if restarts else "Start it again: solarrally demo"
    return Plain(
        what="The simulated account has stopped.",
        why="It runs on this computer, and nothing answers at its address.",
        next=f"{again}, empty.",
    )


def failed(error: Exception) -> Outcome:
    """Turn an exception that reached the app into the end of a run."""
    if isinstance(error, AwsError | ComputerError):
        return Outcome(Exit.FAILED, error.plain.what, error.plain)
    cause = _internal_error(error, "Try again. It continues where it stopped.")
    return Outcome(Exit.FAILED, cause.what, cause)


def _internal_error(error: BaseException | None, next_: str) -> Plain:
    return Plain(
        what="Internal error in solarrally.",
        why="It is not in your AWS account.",
        next=next_,
        detail=fault(error) if error else "",
    )
