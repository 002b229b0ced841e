"""How one step ends: changed, unchanged, or with an error in plain words and an exit status."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from solarrally_tui.aws.errors import AwsError, Kind, Plain
from solarrally_tui.aws.poll import StillWaitingError
from solarrally_tui.computer.problem import ComputerError
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.outcome import Exit


@dataclass(frozen=True, slots=True)
class End:
    """A step ended well."""

    changed: bool
    """Whether anything in the account is different now."""
    reason: str = ""
    learnt: object = None
    """What later steps need to know. A context reads it with its type: Ends.learnt."""
    warnings: tuple[Plain, ...] = ()
    """What could not be done, although the step ended well."""

    @property
    def state(self) -> State:
        """The state that the step's last event carries."""
        if self.warnings:
            return State.WARN
        return State.DONE if self.changed else State.UNCHANGED


class StepError(Exception):
    """A step did not end well: why, in plain words, and with which exit status."""

    def __init__(
        self, plain: Plain, exit_code: Exit = Exit.FAILED, *, stuck: tuple[str, ...] = ()
    ) -> None:
        super().__init__(str(plain))
        self.plain = plain
        self.exit_code = exit_code
        self.stuck = stuck
        """Resources, as STACK/RESOURCE, that the next run leaves behind where it is asked to."""

    @property
    def state(self) -> State:
        """The state that the step's last event carries."""
        return _STATES.get(self.exit_code, State.FAILED)


_STATES: Final = MappingProxyType(
    {Exit.WAITING_FOR_YOU: State.WAITING_FOR_YOU, Exit.OUT_OF_SIGHT: State.OUT_OF_SIGHT}
)
_BLIND: Final = frozenset({Kind.EXPIRED, Kind.NO_CREDENTIALS, Kind.UNREACHABLE, Kind.LOCAL})


def from_aws(error: AwsError, *, begun: bool) -> StepError:
    """Turn an AWS error into the end of a step.

    begun: whether this run has started anything in AWS; then lost credentials or a lost network
    mean out of sight, because AWS continues with what was started.
    """
    if (error.kind in _BLIND or error.waited_for) and begun:
        return StepError(_out_of_sight(error.plain), Exit.OUT_OF_SIGHT)
    if error.kind in _BLIND:
        unreachable = error.kind is Kind.UNREACHABLE
        return StepError(error.plain, Exit.OUT_OF_SIGHT if unreachable else Exit.CREDENTIALS)
    # Refused at the very first call: these are not the credentials for this.
    if error.kind is Kind.DENIED and not begun and not error.is_decided_by_others:
        return StepError(error.plain, Exit.CREDENTIALS)
    if error.kind in {Kind.READ_ONLY, Kind.FOREIGN, Kind.BUSY}:
        return StepError(error.plain, Exit.REFUSED)
    return StepError(error.plain)


def from_computer(plain: Plain, *, begun: bool) -> StepError:
    """Turn what is wrong on this computer into the end of a step. begun: as for from_aws."""
    if begun:
        return StepError(_out_of_sight(plain), Exit.OUT_OF_SIGHT)
    return StepError(plain, Exit.CREDENTIALS)


def after_all(error: StepError) -> StepError:
    """Return the end of a step as it is once the run is known to have started something."""
    cause = error.__cause__
    if isinstance(cause, AwsError):
        return from_aws(cause, begun=True)
    if isinstance(cause, ComputerError):
        return from_computer(cause.plain, begun=True)
    return error


def from_waiting(error: StillWaitingError, what: str) -> StepError:
    """Turn a wait that took too long into the end of a step: not seen is not failed."""
    plain = Plain(
        what=f"{what} took longer than expected, so watching stopped.",
        why="AWS continues with it.",
        next="Run the same command again to rejoin it.",
        detail=str(error),
    )
    return StepError(plain, Exit.OUT_OF_SIGHT)


def _out_of_sight(plain: Plain) -> Plain:
    return Plain(
        what=f"{plain.what} AWS continues with what was started.",
        why=plain.why,
        next="Sign in or reconnect, then run the same command. It rejoins what is in progress.",
        detail=plain.detail,
    )
