"""Reports what happens: the one place that creates events."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from solarrally_tui.provisioning.engine.events import Emit, Event, State

STACK_TYPE = "AWS::CloudFormation::Stack"
LOG_TYPE = "AWS::Logs::LogStream"
"""Type of the events that carry the newest line of a log."""
PHASE_TYPE = "AWS::CodeBuild::Build"
"""Type of the events that carry how far a build is; their resource is its phase."""


def iso(moment: datetime) -> str:
    """Return a moment as events carry it: ISO 8601 in UTC, ending in Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass(frozen=True, slots=True)
class Narrator:
    """Reports on one run about one site."""

    site: str
    emit: Emit
    states: dict[str, State] = field(default_factory=dict)
    """The state of each step, as it was reported last."""

    def step(self, step: str, state: State, reason: str = "") -> None:
        """Report the state of a step."""
        self.states[step] = state
        self.emit(Event(_now(), self.site, step, state, reason=reason))

    def part(self, step: str, state: State, resource: str, type_: str, reason: str = "") -> None:
        """Report the state of a part of a step that is not a resource of a stack."""
        self.emit(Event(_now(), self.site, step, state, "", resource, type_, reason))

    def stack(self, step: str, state: State, stack: str, reason: str) -> None:
        """Report the state of a whole stack; the reason begins with CloudFormation's status."""
        self.emit(Event(_now(), self.site, step, state, stack, stack, STACK_TYPE, reason))


def state_of(status: str) -> State:
    """Return our word for a CloudFormation status of a stack or a resource."""
    if status.endswith(("_FAILED", "ROLLBACK_COMPLETE")):
        return State.FAILED
    return State.RUNNING if status.endswith("_IN_PROGRESS") else State.DONE


def _now() -> str:
    return iso(datetime.now(UTC))
