"""The kinds of resources that an action is about, from AWS's Service Authorization Reference.

The data is AWS's own, as tools/vendor_permissions.py copies it. It lies beside the policies that
the product prints; nothing else of theirs is read here.
"""

import functools
import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

WRITING: Final = frozenset({"Write", "Tagging", "Permissions management"})


@dataclass(frozen=True, slots=True)
class Action:
    """One action, in the reference's spelling."""

    name: str
    """With its service, such as `s3:CreateBucket`."""
    required: tuple[str, ...] = ()
    """Kinds of resources that every request is about, with their service, such as `s3:bucket`."""
    optional: tuple[str, ...] = ()
    """Kinds that a request may be about."""
    writes: bool = True

    @property
    def service(self) -> str:
        """IAM's prefix of the service."""
        return self.name.partition(":")[0]


def action(name: str) -> Action:
    """Return an action by its name in any case. One that the data lacks is about no resource."""
    return _actions().get(name.lower(), Action(name))


def known(name: str) -> bool:
    """Return whether the data has an action."""
    return name.lower() in _actions()


def pattern(kind: str) -> str:
    """Return the pattern of a kind's ARNs after `arn:PARTITION:`, with `{account}` to fill in."""
    service, _, name = kind.partition(":")
    found: str = _data()["kinds"].get(service, {}).get(name, "*")
    return found


_OF_PROGRAMS: Final = {
    "dynamodb:BatchGetItem": "dynamodb:table",
    "dynamodb:BatchWriteItem": "dynamodb:table",
    "dynamodb:DeleteItem": "dynamodb:table",
    "dynamodb:GetItem": "dynamodb:table",
    "dynamodb:PutItem": "dynamodb:table",
    "dynamodb:Query": "dynamodb:table",
    "dynamodb:Scan": "dynamodb:table",
    "dynamodb:UpdateItem": "dynamodb:table",
    "sqs:ChangeMessageVisibility": "sqs:queue",
    "sqs:DeleteMessage": "sqs:queue",
    "sqs:GetQueueAttributes": "sqs:queue",
    "sqs:ReceiveMessage": "sqs:queue",
    "sqs:SendMessage": "sqs:queue",
}
"""What the programs of functions, and rules of AWS IoT, call. The data has what the product calls
itself. Source: the same reference."""


@functools.cache
def _actions() -> dict[str, Action]:
    written = {name.lower(): Action(name, (kind,)) for name, kind in _OF_PROGRAMS.items()}
    return written | {
        f"{service}:{name}".lower(): Action(
            f"{service}:{name}",
            tuple(f"{service}:{kind}" for kind in entry["required"]),
            tuple(f"{service}:{kind}" for kind in entry["optional"]),
            entry["level"] in WRITING,
        )
        for service, entries in _data()["actions"].items()
        for name, entry in entries.items()
    }


@functools.cache
def _data() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        (files("solarrally_tui.policy") / "actions.json").read_text()
    )
    return found
