"""What IAM knows about each action: its access level, and the kinds of resources it is about."""

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

READING: Final = frozenset({"Read", "List"})


class UnknownActionError(LookupError):
    """IAM has no such action, or actions.json does not have it yet."""


@dataclass(frozen=True, slots=True)
class Action:
    """One IAM action of the Service Authorization Reference."""

    name: str
    """With its service, in IAM's spelling, such as s3:CreateBucket."""
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
    try:
        return _actions()[name.lower()]
    except KeyError:
        raise UnknownActionError(
            f"{name} is not in policy/actions.json. Run make permissions, or make resource TYPE=T "
            "if a resource type needs it."
        ) from None


def kind(service: str, name: str) -> str:
    """Return the ARN of all resources of a kind, after its partition; empty if unknown."""
    pattern: str = document("actions.json")["kinds"].get(service, {}).get(name, "")
    return pattern


@cache
def always_touched() -> frozenset[str]:
    """Return the kinds of resources, with their service, that some action always touches."""
    return frozenset(
        f"{action.service}:{kind}" for action in _actions().values() for kind in action.required
    )


@cache
def _actions() -> dict[str, Action]:
    return {
        f"{service}:{name}".lower(): Action(
            f"{service}:{name}", facts["level"], tuple(facts["required"]), tuple(facts["optional"])
        )
        for service, actions in document("actions.json")["actions"].items()
        for name, facts in actions.items()
    }


@cache
def document(name: str) -> dict[str, Any]:
    """Return the content of a data file of this room."""
    text = (resources.files(__package__) / name).read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text)
    return content
