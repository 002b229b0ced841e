"""Any error that reaches a screen in plain words. A screen shows it in place and goes on."""

from solarrally_tui.aws.errors import AwsError, Plain
from solarrally_tui.chargers.problems import ChargerError
from solarrally_tui.provisioning.engine.steps import StepError
from solarrally_tui.site.problems import SiteError
from solarrally_tui.wizard.run_progress import fault


def plain_of(error: BaseException | None) -> Plain:
    """Return what happened, why, and what to do. Never shows a value of ours: it may be secret."""
    if isinstance(error, AwsError | ChargerError | StepError):
        return error.plain
    if isinstance(error, SiteError):
        return Plain(what="An answer is not valid.", why=str(error), next="Change it on its step.")
    if isinstance(error, OSError) and error.strerror:
        return Plain(what="This computer refused it.", why=f"{error.strerror}.", next="Try again.")
    return Plain(
        what="The wizard met an error of its own.",
        why="This is a fault in solarrally, not in your account.",
        next="Try again, or go on with another step.",
        detail=fault(error) if error else "",
    )
