"""A stack and its resources as CloudFormation describes them now."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Plain
from solarrally_tui.deployed.ownership import refuse_foreign
from solarrally_tui.deployed.stack_status import Deploying, status_of
from solarrally_tui.site.names import SITE_TAG, stack_name

REVIEW: Final = "REVIEW_IN_PROGRESS"
DELETED: Final = "DELETE_COMPLETE"
ROLLED_BACK: Final = "ROLLBACK_COMPLETE"
GOOD: Final = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"})


class MissingOutputError(AwsError):
    """A stack lacks an output that its template declares."""

    def __init__(self, stack: str, output: str) -> None:
        super().__init__("MissingOutput", f"{stack}: {output}", "cloudformation", "describe_stacks")
        self.stack = stack
        self.output = output

    @property
    def plain(self) -> Plain:
        """The error in plain words, with the names of stack and output."""
        return Plain(
            what=f"The stack {self.stack} has no output {self.output}.",
            why="CloudFormation reports the stack without it, as after a change by hand.",
            next="See the stack's template and outputs in the CloudFormation console, then run the "
            "same command again.",
            detail=str(self),
        )


class Outputs(dict[str, str]):
    """Outputs of a stack by name. To subscript one that it lacks raises MissingOutputError."""

    def __init__(self, stack: str, outputs: Mapping[str, str]) -> None:
        super().__init__(outputs)
        self._stack = stack

    def __missing__(self, name: str) -> str:
        """Refuse what the stack lacks."""
        raise MissingOutputError(self._stack, name)


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack as DescribeStacks returns it."""

    id: str
    """Its ARN. A deleted stack is found by its ARN only."""
    name: str
    status: str
    reason: str = ""
    touched: str = ""
    """When its last operation began; distinguishes one operation from the next."""
    parameters: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    role: str = ""
    """ARN of CloudFormation's service role for it; empty where it uses the caller's session."""
    description: str = ""
    """The template's, which ends with the version of the blueprint."""
    drift: str = ""
    """DRIFTED, IN_SYNC, UNKNOWN or NOT_CHECKED, as of the last detection."""
    created: str = ""
    """When it was created, in ISO 8601; its name may have had others before."""

    @property
    def site(self) -> str:
        """The site that it belongs to, by its tag; empty for a stack of somebody else."""
        return self.tags.get(SITE_TAG, "")

    def title(self, region: str) -> str:
        """Return what it is called in a sentence."""
        return f"stack {self.name} in {region}"

    def short_name(self, site: str) -> str:
        """Return its name without the site's: its id in the catalogue."""
        return self.name.removeprefix(stack_name(site, ""))

    @property
    def busy(self) -> bool:
        """Whether an operation is in progress."""
        return self.status.endswith("_IN_PROGRESS") and self.status != REVIEW

    @property
    def is_shell(self) -> bool:
        """Whether a change set exists for it, but none was executed yet."""
        return self.status == REVIEW

    @property
    def is_dead(self) -> bool:
        """Whether it can only be deleted: its creation failed, or its deletion."""
        return status_of(self.status).deploy is Deploying.STARTS_OVER

    @property
    def is_created(self) -> bool:
        """Whether it exists as more than a shell or the remains of a creation or deletion."""
        return not self.is_shell and not self.is_dead


@dataclass(frozen=True, slots=True)
class StackResource:
    """A resource of a stack, as ListStackResources returns it."""

    logical_id: str
    type: str
    physical_id: str
    """Empty until CloudFormation has created it."""
    status: str

    @property
    def is_deleted(self) -> bool:
        """Whether CloudFormation has deleted it; it stays listed for a while."""
        return self.status == DELETED


async def find(door: Door, name: str, region: str) -> Stack | None:
    """Return a stack by its name or ARN, or None where there is none. Raises AwsError.

    A deleted stack is found by its ARN only, and then has the status DELETE_COMPLETE.
    """
    response = await door.find("cloudformation", "describe_stacks", region, StackName=name)
    return _stack(response["Stacks"][0]) if response and response["Stacks"] else None


async def find_own(door: Door, site: str, name: str, region: str) -> Stack | None:
    """Return a stack of a site by its name, or None where there is none.

    Raises ForeignResourceError for a stack that is not the site's, and AwsError.
    """
    stack = await find(door, name, region)
    # Whose an untagged shell is, only its change sets show. It holds nothing.
    if stack and not (stack.is_shell and not stack.site):
        refuse_foreign(stack.title(region), site, stack.site)
    return stack


async def resources(door: Door, name: str, region: str) -> list[StackResource]:
    """Return the resources of a stack by its name or ARN. Raises AwsError."""
    summaries = await door.pages(
        "cloudformation", "list_stack_resources", "StackResourceSummaries", region, StackName=name
    )
    return [
        StackResource(
            summary["LogicalResourceId"],
            summary["ResourceType"],
            summary.get("PhysicalResourceId", ""),
            summary["ResourceStatus"],
        )
        for summary in summaries
    ]


async def events(door: Door, id_: str, region: str) -> list[dict[str, Any]]:
    """Return the events of a stack, the newest first, as AWS returns them. Raises AwsError."""
    return await door.pages(
        "cloudformation", "describe_stack_events", "StackEvents", region, StackName=id_
    )


def _stack(description: dict[str, Any]) -> Stack:
    moments = (description.get(key) for key in ("DeletionTime", "LastUpdatedTime", "CreationTime"))
    touched = next((moment for moment in moments if moment), "")
    created = description.get("CreationTime", "")
    parameters = description.get("Parameters") or ()
    return Stack(
        description["StackId"],
        description["StackName"],
        description["StackStatus"],
        description.get("StackStatusReason", ""),
        _iso(touched),
        {p["ParameterKey"]: p.get("ParameterValue", "") for p in parameters},
        Outputs(
            description["StackName"],
            {o["OutputKey"]: o["OutputValue"] for o in description.get("Outputs") or ()},
        ),
        {t["Key"]: t["Value"] for t in description.get("Tags") or ()},
        description.get("RoleARN", ""),
        description.get("Description", ""),
        (description.get("DriftInformation") or {}).get("StackDriftStatus", ""),
        _iso(created),
    )


def _iso(moment: object) -> str:
    return moment.isoformat() if isinstance(moment, datetime) else str(moment)
