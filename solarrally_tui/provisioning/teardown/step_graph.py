"""Which steps deleting a site has: its stacks in reverse, and what stacks do not hold."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from solarrally_tui.blueprints import CATALOGUE, of_shape
from solarrally_tui.provisioning.engine.graph import Graph, graph

CHARGERS: Final = "chargers"
ROLE_READY: Final = "service-role-check"
SERVICE_ROLE: Final = "service-role"
LEFTOVERS: Final = "leftovers"
DATA: Final = "kept-data"
SINGLETONS: Final = "singletons"
RECORD: Final = "record"


def _teardown() -> Graph:
    stacks = graph({item.id: item.needs for item in CATALOGUE}).reversed()
    first = {"iot": (ROLE_READY, CHARGERS)}
    needs = {step.id: (*step.needs, *first.get(step.id, (ROLE_READY,))) for step in stacks.steps}
    after = {
        LEFTOVERS: tuple(needs),
        SERVICE_ROLE: tuple(needs),
        DATA: (LEFTOVERS,),
        SINGLETONS: (LEFTOVERS,),
        RECORD: (DATA, SINGLETONS, SERVICE_ROLE),
    }
    return graph({CHARGERS: (), ROLE_READY: ()} | needs | after)


TEARDOWN: Final = _teardown()
"""The graph of a teardown, checked when this module is imported."""

TITLES: Final = MappingProxyType(
    {item.id: item.title for item in CATALOGUE}
    | {
        CHARGERS: "Registered chargers",
        ROLE_READY: "Check the service role",
        SERVICE_ROLE: "CloudFormation service role",
        LEFTOVERS: "Secrets, logs, certificates",
        DATA: "Snapshots, files, backups",
        SINGLETONS: "Account-wide settings",
        RECORD: "Answers in the account",
    }
)
"""What people read for each step."""


def titles(shape: str) -> Mapping[str, str]:
    """Return the titles of the steps that a site of this shape has."""
    others = {item.id for item in CATALOGUE} - {item.id for item in of_shape(shape)}
    return {step: title for step, title in TITLES.items() if step not in others}
