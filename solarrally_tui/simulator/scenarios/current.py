"""The scenario in force: what it refuses of calls and of resources."""

from collections.abc import Mapping
from typing import Any

from ministack.core.responses import get_account_id

from solarrally_tui.simulator.calls import Call
from solarrally_tui.simulator.resources.registry import Properties
from solarrally_tui.simulator.scenarios.catalogue import BY_ID, ORDINARY
from solarrally_tui.simulator.scenarios.model import AccountScenario, Refusal
from solarrally_tui.simulator.wire.responses import ApiError

_INVALID_TOKEN = "The security token included in the request is invalid."  # noqa: S105 (AWS's words)
# What services answer where the account is unknown, because its Region is off: by protocol.
# ekristen/aws-nuke#774 (query and JSON), remotion-dev/github-unwrapped-2022#34 (STS); EC2 API
# reference, error codes: AuthFailure; S3 API reference, error responses: InvalidAccessKeyId.
_UNKNOWN_CALLER = {
    "ec2": ("AuthFailure", "AWS was not able to validate the provided access credentials", 401),
    "s3": (
        "InvalidAccessKeyId",
        "The AWS Access Key Id you provided does not exist in our records.",
        403,
    ),
    "query": ("InvalidClientTokenId", _INVALID_TOKEN, 403),
    "rest-xml": ("InvalidClientTokenId", _INVALID_TOKEN, 403),
}
_UNKNOWN_TO_JSON = ("UnrecognizedClientException", _INVALID_TOKEN, 400)


class CurrentScenario:
    """Which scenario is in force. Whoever asks reads it anew, so it may change at any time."""

    def __init__(self) -> None:
        self.scenario = self._first = ORDINARY

    def begin(self, name: str) -> None:
        """Begin with a scenario, to which the account returns; empty for an ordinary account.

        Raises ValueError when there is none of that name.
        """
        self._first = _named(name) if name else ORDINARY
        self.scenario = self._first

    def choose(self, name: str) -> str:
        """Put a scenario into force by its name, or that of the start where it is empty.

        Returns the name. Raises ValueError when there is none of that name.
        """
        self.scenario = _named(name) if name else self._first
        return self.scenario.id

    def outage(self, call: Call) -> ApiError | None:
        """Return what AWS answers in a Region that is off; None where it is on."""
        if call.region not in self.scenario.regions_off:
            return None
        return ApiError(*_UNKNOWN_CALLER.get(call.protocol, _UNKNOWN_TO_JSON))

    def concerns(self, call: Call) -> bool:
        """Return whether a call may be refused, so that its parameters have to be read."""
        return any(self._of(call))

    def refusal(self, call: Call, given: Mapping[str, Any]) -> ApiError | None:
        """Return how AWS refuses a call with these parameters; None where it does not."""
        for refusal in self._of(call):
            if refusal.when(given):
                message = refusal.message.format(account=call.account)
                return ApiError(refusal.code, message, refusal.status)
        return None

    def check_resource(self, kind: str, _logical_id: str, properties: Properties) -> None:
        """Refuse a resource of a stack. Raises ValueError with CloudFormation's reason."""
        for refusal in self.scenario.refusals:
            if kind in refusal.kinds and refusal.when(properties):
                raise ValueError(refusal.in_stack.format(account=get_account_id()))

    def _of(self, call: Call) -> list[Refusal]:
        names = {f"{call.service}.{call.operation}", f"{call.service}.*"}
        return [refusal for refusal in self.scenario.refusals if names & set(refusal.calls)]


def _named(name: str) -> AccountScenario:
    if name not in BY_ID:
        msg = f"There is no scenario {name}. Known: {', '.join(BY_ID)}."
        raise ValueError(msg)
    return BY_ID[name]


CURRENT = CurrentScenario()
"""One for the process, as MiniStack's own state is."""
