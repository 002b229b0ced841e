"""Functions as CloudFormation makes them: what MiniStack's handlers leave out."""

from collections.abc import Callable
from typing import Any

from ministack.core import lambda_runtime
from ministack.core.responses import get_account_id, get_region
from ministack.services import lambda_svc
from ministack.services.cloudformation import provisioners

from solarrally_tui.simulator.pins import private, replace_entry
from solarrally_tui.simulator.resources.registry import Properties, ReturnValues
from solarrally_tui.simulator.stacks.resource_hooks import ResourceHooks

_functions = private(lambda_svc, "_functions")
_with_vpc = private(lambda_svc, "_vpc_config_with_id")
_end_processes = private(lambda_runtime, "invalidate_worker")

_FUNCTION = "AWS::Lambda::Function"


def declare(hooks: ResourceHooks) -> None:
    """Declare what belongs to a function beside what MiniStack keeps of it."""
    hooks.correct(_FUNCTION, _complete)
    replace_entry(provisioners, "_RESOURCE_HANDLERS", _FUNCTION, _ending_processes)


def _complete(values: ReturnValues, properties: Properties) -> ReturnValues:
    """Keep the VPC, the key and the reserved concurrency of a function."""
    record = _functions[values[0]]
    record["config"]["VpcConfig"] = _with_vpc(properties.get("VpcConfig"))
    if key := properties.get("KmsKeyArn"):
        record["config"]["KMSKeyArn"] = key
    reserved = properties.get("ReservedConcurrentExecutions")
    record["concurrency"] = None if reserved is None else int(reserved)
    # What runs was started with the configuration of before.
    _end_processes(values[0], account=get_account_id(), region=get_region())
    return values


def _ending_processes(handlers: dict[str, Callable[..., Any]]) -> dict[str, Callable[..., Any]]:
    """End a deleted function's processes, which MiniStack leaves."""
    delete = handlers["delete"]

    def deleted(name: str, *rest: Any) -> Any:
        answer = delete(name, *rest)
        _end_processes(name, account=get_account_id(), region=get_region())
        return answer

    return {**handlers, "delete": deleted}
