"""Which steps a deployment has, and what each one needs before it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from solarrally_tui.blueprints import CATALOGUE, of_shape
from solarrally_tui.policy.service_role import WITHOUT_ROLE
from solarrally_tui.provisioning.engine.graph import Accepted, Graph, graph
from solarrally_tui.site.tiers import Shape

ACCOUNT: Final = "account"
RECORD: Final = "record"
ROLES: Final = "service-linked-roles"
SERVICE_ROLE: Final = "service-role"
SINGLETONS: Final = "singletons"
SOURCE: Final = "build-source"
IMAGE: Final = "image-build"
FRONTEND: Final = "frontend-build"
DISTRIBUTION: Final = "distribution"
BRIDGE: Final = "bridge-certificate"
PUBLISH: Final = "publish"
VIEWERS: Final = "viewer-keys"
ADMINISTRATOR: Final = "administrator"
RELEASE: Final = "release"
VERIFY: Final = "verify"
TASKS: Final = "tasks"
"""Gives the tasks another image beside their stack: only where a commit is brought out."""

_AROUND: Final = MappingProxyType(
    {
        ACCOUNT: (),
        RECORD: (ACCOUNT,),
        ROLES: (RECORD,),
        SERVICE_ROLE: (RECORD,),
        SINGLETONS: (RECORD,),
        SOURCE: ("bootstrap",),
        IMAGE: ("build", SOURCE),
        FRONTEND: ("build", SOURCE),
        DISTRIBUTION: ("build",),
        BRIDGE: ("iot",),
        PUBLISH: ("app", "edge", FRONTEND),
        VIEWERS: ("edge",),
        ADMINISTRATOR: ("app",),
        RELEASE: ("app", "edge", PUBLISH),
        VERIFY: ("app", "edge", PUBLISH, VIEWERS, ADMINISTRATOR, RELEASE),
    }
)
"""Steps that are not stacks, and what they need."""

_BEFORE_STACKS: Final = MappingProxyType(
    {
        # CloudFront moves off the old domain before the load balancer's certificate changes.
        "balancer": (ROLES, Accepted("global")),
        "edge": (DISTRIBUTION,),
        # The database costs and is protected. Before it is created, AWS has accepted everything
        # that it refuses to accounts that are new or restricted.
        "data": (ROLES, Accepted(IMAGE), Accepted("balancer"), Accepted(DISTRIBUTION)),
        "app": (ROLES, IMAGE, BRIDGE),
        "functions": (IMAGE,),
        "governance": (SINGLETONS,),
    }
)
"""What stacks need besides other stacks and the record, which is how a site is found again."""


_PAGE_FIRST: Final = MappingProxyType({PUBLISH: ("edge", FRONTEND), "app": (PUBLISH,)})
"""What steps need in a rollback instead, or besides."""


_NOT_OF_FUNCTIONS: Final = frozenset({BRIDGE})
"""Steps that only sites with tasks have: AWS IoT itself hands messages to functions."""


def _deployment(shape: Shape, *, page_first: bool = False) -> Graph:
    # The other stacks also wait for those without the role: meanwhile the new role spreads in IAM.
    role = (SERVICE_ROLE, *WITHOUT_ROLE)
    stacks = {
        item.id: (
            RECORD,
            *item.needs,
            *_BEFORE_STACKS.get(item.id, ()),
            *(() if item.id in WITHOUT_ROLE else role),
        )
        for item in of_shape(shape)
    }
    around = {step: needs for step, needs in _AROUND.items() if _has(shape, step)}
    if page_first:
        around[PUBLISH] = _PAGE_FIRST[PUBLISH]
        stacks["app"] = (*stacks["app"], *_PAGE_FIRST["app"])
    # People see the steps in this order: what looks at the account comes before the stacks.
    first = {step: _AROUND[step] for step in (ACCOUNT, RECORD, ROLES, SERVICE_ROLE)}
    steps = first | stacks | around
    return graph(
        {step: [n for n in needs if _id(n) in steps] for step, needs in steps.items()}
    ).in_order()


def _has(shape: Shape, step: str) -> bool:
    return shape is Shape.TASKS or step not in _NOT_OF_FUNCTIONS


def _id(need: str | Accepted) -> str:
    return need if isinstance(need, str) else need.step


_DEPLOYMENTS: Final = MappingProxyType({shape: _deployment(shape) for shape in Shape})
"""The graph of a deployment of each shape, checked when this module is imported.

The page comes after the tasks: a backend serves the pages before its own, which people have open
anyway. A page that is newer than its backend may ask for what there is not.
"""

_ROLLBACKS: Final = MappingProxyType(
    {
        Shape.TASKS: _deployment(Shape.TASKS, page_first=True),
        Shape.FUNCTIONS: _DEPLOYMENTS[Shape.FUNCTIONS],
    }
)
"""The same steps for the way back, where the page must go before the tasks for the same reason.

CloudFront learns the addresses of functions from their stack, so there the page comes last, and for
the minute between may ask for what there is not.
"""

TITLES: Final = MappingProxyType(
    {item.id: item.title for item in CATALOGUE}
    | {
        ACCOUNT: "Check the account",
        RECORD: "Answers in the account",
        ROLES: "Service-linked roles",
        SERVICE_ROLE: "CloudFormation service role",
        SINGLETONS: "Account-wide settings",
        SOURCE: "Upload the build source",
        IMAGE: "Build the images",
        FRONTEND: "Build the dashboard",
        DISTRIBUTION: "CloudFront distribution",
        BRIDGE: "Bridge certificate",
        PUBLISH: "Publish the dashboard",
        VIEWERS: "Dashboard password",
        ADMINISTRATOR: "First administrator",
        RELEASE: "Keep the release",
        VERIFY: "Check that the site is up",
        TASKS: "Replace the tasks",
    }
)
"""What people read for each step."""


def title_of(stack: str, status: str) -> str:
    """Return what people call a stack in one of its states, as the steps call what made it.

    status: CloudFormation's. The step edge only updates its stack, which another one has created.
    """
    return TITLES[DISTRIBUTION if stack == "edge" and status == "CREATE_COMPLETE" else stack]


def deployment(shape: Shape = Shape.TASKS) -> Graph:
    """Return the graph of a deployment."""
    return _DEPLOYMENTS[shape]


def rollback(shape: Shape = Shape.TASKS) -> Graph:
    """Return the graph of a return to an earlier release."""
    return _ROLLBACKS[shape]


DEPLOYMENT: Final = deployment()
"""The graph of most sites, whose application runs as tasks."""


def planned(shape: Shape = Shape.TASKS) -> Mapping[str, str]:
    """Return what people read for the steps that each deployment has, in their order."""
    return {step.id: TITLES[step.id] for step in _DEPLOYMENTS[shape].steps}


PLANNED: Final = MappingProxyType(planned())
"""The same of sites with tasks."""
