"""A service takes another capacity provider strategy only with a forced deployment."""

from typing import Any, Final

from ministack.services import ecs

from solarrally_tui.simulator.pins import private
from solarrally_tui.simulator.resources.registry import Properties, handler_error
from solarrally_tui.simulator.services.registry import Caller, Parameters, precondition
from solarrally_tui.simulator.stacks.refusals.rule import RefusalRule
from solarrally_tui.simulator.wire.responses import ApiError

_services = private(ecs, "_services")

_MESSAGE: Final = (
    "When switching from launch type to capacity provider strategy on an existing service, or "
    "making a change to a capacity provider strategy on a service that is already using one, you "
    "must force a new deployment."
)


@precondition("ecs", "UpdateService")
def _update_service(_caller: Caller, given: Parameters) -> None:
    wanted = given.get("capacityProviderStrategy")
    name = str(given.get("service", "")).rpartition("/")[2]
    now: list[Any] = next(
        (
            service.get("capacityProviderStrategy") or []
            for service in _services.values()
            if service["serviceName"] == name
        ),
        [],
    )
    if wanted is not None and wanted != now and not given.get("forceNewDeployment"):
        raise ApiError("InvalidParameterException", _MESSAGE)


def _update_stack(_identifier: str, old: Properties, new: Properties) -> None:
    forced = new.get("ForceNewDeployment") or {}
    changed = old.get("CapacityProviderStrategy") != new.get("CapacityProviderStrategy")
    if changed and forced == (old.get("ForceNewDeployment") or {}):
        raise handler_error(f"Invalid request provided: {_MESSAGE}", "InvalidRequest")


RULES: Final = (
    RefusalRule(
        name="deployment-not-forced",
        when="update",
        kinds=("AWS::ECS::Service",),
        source="github.com/aws/aws-cdk issue 34631 has the words; that a changed "
        "ForceNewDeployment forces it is from the resource reference of AWS::ECS::Service",
        check=_update_stack,
    ),
)
