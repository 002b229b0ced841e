"""What IAM knows about each action: its level, and the kinds of resources it can be limited to."""

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

READING: Final = frozenset({"Read", "List"})


class UnknownActionError(LookupError):
    """IAM has no such action, or the data file has not been made for it yet."""


@dataclass(frozen=True, slots=True)
class Action:
    """One IAM action of the Service Authorization Reference."""

    name: str
    """With its service, in IAM's own case, such as s3:CreateBucket."""
    level: str
    """Read, List, Write, Tagging or Permissions management."""
    required: tuple[str, ...]
    """Kinds of resources that a request always touches."""
    optional: tuple[str, ...]
    """Kinds of resources that a request may touch."""

    @property
    def service(self) -> str:
        """IAM's prefix of the service."""
        return self.name.partition(":")[0]

    @property
    def only_reads(self) -> bool:
        """Whether the action changes nothing."""
        return self.level in READING


def action(name: str) -> Action:
    """Return what is known about an action, whatever the case of its name.

    Raises UnknownActionError.
    """
    found = _actions().get(name.lower())
    if found is None:
        raise UnknownActionError(f"{name} is not in actions.json. See tools/vendor_permissions.py.")
    return found


def kind(service: str, name: str) -> str:
    """Return the ARN pattern of all resources of a kind, after its partition; empty if unknown."""
    pattern: str = document("actions.json")["kinds"].get(service, {}).get(name, "")
    return pattern


@cache
def always_touched() -> frozenset[str]:
    """Return the kinds of resources that some action always touches, with their service."""
    return frozenset(
        f"{each.service}:{name}" for each in _actions().values() for name in each.required
    )


@cache
def _actions() -> dict[str, Action]:
    return {
        f"{service}:{name}".lower(): Action(
            f"{service}:{name}", told["level"], tuple(told["required"]), tuple(told["optional"])
        )
        for service, actions in document("actions.json")["actions"].items()
        for name, told in actions.items()
    }


@cache
def document(name: str) -> dict[str, Any]:
    """Return a data file of this room."""
    text = (resources.files(__package__) / name).read_text(encoding="utf-8")
    read: dict[str, Any] = json.loads(text)
    return read
