"""Which steps a deployment has, and what each one needs before it."""

from types import MappingProxyType
from typing import Final

from solarrally_tui.blueprints import CATALOGUE
from solarrally_tui.policy.service_role import WITHOUT_ROLE
from solarrally_tui.provisioning.engine.graph import Accepted, Graph, graph

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
        "governance": (SINGLETONS,),
    }
)
"""What stacks need besides other stacks and the record, which is how a site is found again."""


_PAGE_FIRST: Final = MappingProxyType({PUBLISH: ("edge", FRONTEND), "app": (PUBLISH,)})
"""What steps need in a rollback instead, or besides."""


def _deployment(*, page_first: bool = False) -> Graph:
    # The other stacks also wait for those without the role: meanwhile the new role spreads in IAM.
    role = (SERVICE_ROLE, *WITHOUT_ROLE)
    stacks = {
        item.id: (
            RECORD,
            *item.needs,
            *_BEFORE_STACKS.get(item.id, ()),
            *(() if item.id in WITHOUT_ROLE else role),
        )
        for item in CATALOGUE
    }
    around = dict(_AROUND)
    if page_first:
        around[PUBLISH] = _PAGE_FIRST[PUBLISH]
        stacks["app"] = (*stacks["app"], *_PAGE_FIRST["app"])
    # People see the steps in this order: what looks at the account comes before the stacks.
    first = {step: _AROUND[step] for step in (ACCOUNT, RECORD, ROLES, SERVICE_ROLE)}
    return graph(first | stacks | around).in_order()


DEPLOYMENT: Final = _deployment()
"""The graph of a deployment, checked when this module is imported.

The page comes after the tasks: a backend serves the pages before its own, which people have open
anyway. A page that is newer than its backend may ask for what there is not.
"""

ROLLBACK: Final = _deployment(page_first=True)
"""The same steps for the way back, where the page must go before the tasks for the same reason."""

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

PLANNED: Final = MappingProxyType({step.id: TITLES[step.id] for step in DEPLOYMENT.steps})
"""The same of the steps that each deployment has, in their order."""
