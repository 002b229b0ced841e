"""CloudFormation: the description of a stack, which MiniStack loses with a change set."""

from ministack.services import cloudformation

from solarrally_tui.simulator.pins import private, scoped
from solarrally_tui.simulator.services.registry import Caller, Parameters, precondition

_stacks = private(cloudformation, "_stacks")


@precondition("cloudformation", "DescribeStacks")
def describe_as_the_template(_caller: Caller, _given: Parameters) -> None:
    """Let every stack have the description of its template."""
    for _, stack in scoped(_stacks):
        stack["Description"] = str((stack.get("_template") or {}).get("Description", ""))
