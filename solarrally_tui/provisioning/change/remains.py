"""What a stack whose creation failed still holds. Such a stack can only be deleted."""

from typing import Final

from solarrally_tui.aws.door import Door
from solarrally_tui.deployed.stack import Stack, StackResource, resources
from solarrally_tui.provisioning.change.judgement import effect_of
from solarrally_tui.provisioning.change.plan import Change, Doing, Effect, Weight
from solarrally_tui.provisioning.change.wording import RESOURCE_TYPES, ResourceType

_LEFT: Final = frozenset({"DELETE_COMPLETE", "DELETE_SKIPPED"})
"""Statuses of resources that deleting the stack does not touch any more."""


async def remains(door: Door, step: str, dead: Stack, region: str) -> tuple[Change, ...]:
    """Return what deleting the stack would take away, as changes that lose something.

    What AWS tried to delete already and could not is none, unless it holds data. Raises AwsError.
    """
    held = [r for r in await resources(door, dead.id, region) if _is_held(r)]
    return tuple(_removal(step, resource) for resource in held)


def _is_held(resource: StackResource) -> bool:
    if not resource.physical_id or resource.status in _LEFT:
        return False
    holds = RESOURCE_TYPES.get(resource.type, ResourceType("")).holds
    return holds or resource.status.endswith("_COMPLETE")


def _removal(step: str, resource: StackResource) -> Change:
    text = effect_of(resource.type, resource.logical_id, Doing.REMOVE, ()).text
    effect = Effect(Weight.DANGER, text)
    return Change(step, resource.logical_id, resource.type, Doing.REMOVE, effect)
