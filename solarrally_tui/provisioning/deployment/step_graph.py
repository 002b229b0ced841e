"""Which steps a deployment has, and what each one needs before it."""

from types import MappingProxyType
from typing import Final

from solarrally_tui.blueprints import CATALOGUE
from solarrally_tui.policy.deploy import WITHOUT_ROLE
from solarrally_tui.provisioning.engine.graph import Graph, graph

LOOK: Final = "account"
RECORD: Final = "record"
ROLES: Final = "service-linked-roles"
SERVICE_ROLE: Final = "service-role"
SINGLETONS: Final = "singletons"
SOURCE: Final = "build-source"
IMAGE: Final = "image-build"
FRONTEND: Final = "frontend-build"
BRIDGE: Final = "bridge-certificate"
PUBLISH: Final = "publish"
VIEWERS: Final = "viewer-keys"
ADMINISTRATOR: Final = "administrator"
VERIFY: Final = "verify"

_AROUND: Final = MappingProxyType(
    {
        LOOK: (),
        RECORD: (LOOK,),
        ROLES: (RECORD,),
        SERVICE_ROLE: (RECORD,),
        SINGLETONS: (RECORD,),
        SOURCE: ("bootstrap",),
        IMAGE: ("build", SOURCE),
        FRONTEND: ("build", SOURCE),
        BRIDGE: ("iot",),
        PUBLISH: ("edge", FRONTEND),
        VIEWERS: ("edge",),
        ADMINISTRATOR: ("app",),
        VERIFY: ("app", "edge", PUBLISH, VIEWERS, ADMINISTRATOR),
    }
)
"""Steps that are not stacks, and what they need."""

_BEFORE_STACKS: Final = MappingProxyType(
    {
        "data": (ROLES,),
        # CloudFront moves and has its certificate before the load balancer's changes.
        "app": (ROLES, IMAGE, BRIDGE, "global"),
        "governance": (SINGLETONS,),
    }
)
"""What stacks need besides other stacks. Every stack needs the record: it is how we find a site."""


def _needs() -> dict[str, tuple[str, ...]]:
    stacks = {
        item.id: (RECORD, *item.needs, *_BEFORE_STACKS.get(item.id, ()), *_role(item.id))
        for item in CATALOGUE
    }
    first = {key: _AROUND[key] for key in (LOOK, RECORD, ROLES, SERVICE_ROLE)}
    return first | stacks | dict(_AROUND)


def _role(stack: str) -> tuple[str, ...]:
    """All other stacks wait for those without the role too: meanwhile IAM makes it known."""
    return () if stack in WITHOUT_ROLE else (SERVICE_ROLE, *WITHOUT_ROLE)


def _in_order(wanted: Graph) -> Graph:
    by_id = {step.id: step for step in wanted.steps}
    return Graph(tuple(by_id[name] for wave in wanted.waves() for name in wave))


DEPLOYMENT: Final = _in_order(graph(_needs()))
"""The graph of a deployment, checked when this module is imported."""

TITLES: Final = MappingProxyType(
    {item.id: item.title for item in CATALOGUE}
    | {
        LOOK: "Look at the account",
        RECORD: "Save the answers in the account",
        ROLES: "Service-linked roles",
        SERVICE_ROLE: "Role of CloudFormation",
        SINGLETONS: "Account-wide settings",
        SOURCE: "Upload the build source",
        IMAGE: "Build the images",
        FRONTEND: "Build the web page",
        BRIDGE: "Bridge certificate",
        PUBLISH: "Publish the web page",
        VIEWERS: "Password of the dashboard",
        ADMINISTRATOR: "First administrator",
        VERIFY: "Check that the site serves",
    }
)
"""What people read for each step."""
