"""Any error that reaches a screen, in plain words. The screen shows it in place and continues."""

from solarrally_tui.aws.errors import AwsError, Plain
from solarrally_tui.chargers.problems import ChargerError
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome
from solarrally_tui.provisioning.engine.steps import StepError
from solarrally_tui.site.problems import SiteError


def plain_of(error: BaseException | None) -> Plain:
    """Return what happened, why, and what to do. Never a value of ours: it may be secret."""
    if isinstance(error, AwsError | ChargerError | StepError):
        return error.plain
    if isinstance(error, SiteError):
        return Plain(what="An answer is not valid.", why=str(error), next="Change it on its step.")
    if isinstance(error, OSError) and error.strerror:
        return Plain(
            what="The operating system refused this.", why=f"{error.strerror}.", next="Try again."
        )
    return _internal_error(error, "Try again, or continue with another step.")


def failed(error: Exception) -> Outcome:
    """Turn an exception that reached the app into the end of a run."""
    if isinstance(error, AwsError):
        return Outcome(Exit.FAILED, error.plain.what, error.plain)
    cause = _internal_error(error, "Try again. It continues where it stopped.")
    return Outcome(Exit.FAILED, cause.what, cause)


def fault(error: BaseException) -> str:
    """Return the kind of an error and its line of code. Never a value: it may be secret."""
    where = error.__traceback__
    while where is not None and where.tb_next is not None:
        where = where.tb_next
    if where is None:
        return type(error).__name__
    return f"{type(error).__name__} at {where.tb_frame.f_code.co_filename}:{where.tb_lineno}"


def _internal_error(error: BaseException | None, next_: str) -> Plain:
    return Plain(
        what="Internal error in solarrally.",
        why="It is not in your AWS account.",
        next=next_,
        detail=fault(error) if error else "",
    )
