"""What a stack still holds that can only be deleted: its creation failed, or its deletion."""

from collections.abc import Iterable
from typing import Final

from solarrally_tui.aws.door import Door
from solarrally_tui.deployed.stack import Stack, StackResource, resources
from solarrally_tui.provisioning.change.judgement import effect_of
from solarrally_tui.provisioning.change.plan import Change, Doing, Effect, Weight
from solarrally_tui.provisioning.change.protection import DATABASE
from solarrally_tui.provisioning.change.wording import RESOURCE_TYPES, ResourceType

_LEFT: Final = frozenset({"DELETE_COMPLETE", "DELETE_SKIPPED"})
"""Statuses of resources that deleting the stack does not touch any more."""


async def remains(door: Door, step: str, dead: Stack, region: str) -> tuple[Change, ...]:
    """Return what deleting the stack would take away, as changes that lose something.

    What AWS tried to delete already and could not is none, unless it holds data. Raises AwsError.
    """
    held = [r for r in await resources(door, dead.id, region) if _is_held(r)]
    return tuple(_removal(step, resource.logical_id, resource.type) for resource in held)


def losses(step: str, created: Iterable[tuple[str, str]]) -> tuple[Change, ...]:
    """Return what deleting resources would take away of data, by their logical ids and types."""
    known = RESOURCE_TYPES
    return tuple(
        _removal(step, logical_id, type_)
        for logical_id, type_ in created
        if known.get(type_, ResourceType("", holds=True)).holds
    )


def _is_held(resource: StackResource) -> bool:
    if not resource.physical_id or resource.status in _LEFT:
        return False
    holds = RESOURCE_TYPES.get(resource.type, ResourceType("")).holds
    return holds or resource.status.endswith("_COMPLETE")


def _removal(step: str, logical_id: str, type_: str) -> Change:
    # A database leaves a final snapshot: the templates say so, and it is CloudFormation's default.
    policy = "Snapshot" if type_ == DATABASE else ""
    text = effect_of(type_, logical_id, Doing.REMOVE, (), policy).text
    return Change(step, logical_id, type_, Doing.REMOVE, Effect(Weight.DANGER, text))
