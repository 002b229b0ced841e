"""Steps whose failure does not stop a run."""

from solarrally_tui.account.shared.extras import Extra
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.aws.poll import StillWaitingError
from solarrally_tui.provisioning.engine.context import Action, C
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.engine.steps import End, StepError, from_aws, from_waiting


def optional(action: Action[C], extra: Extra, *, deletes: bool = False) -> Action[C]:
    """Return the action of an extra with its failure as a warning.

    What needs the operator still stops the run: a refusal to lose data, lost credentials, a lost
    connection.
    """
    words = extra.left if deletes else extra.missing

    async def act(context: C) -> End:
        try:
            return await action(context)
        except StillWaitingError as error:
            return End(True, warnings=(words(from_waiting(error, extra.title).plain),))
        except AwsError as error:
            failed = from_aws(error, begun=True)
        except StepError as error:
            failed = error
        if failed.exit_code is not Exit.FAILED:
            raise failed
        return End(True, warnings=(words(failed.plain),))

    return act
