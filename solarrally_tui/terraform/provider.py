"""What the Terraform provider for AWS takes: arguments and blocks of each resource.

tools/terraform_schema.py makes provider.json from the npm package @cdktf/provider-aws, which is
made from the provider's own schema.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

OPEN = "any"
"""Type of what nests without end, such as a statement of a web ACL. Its inside is not checked."""


@dataclass(frozen=True, slots=True)
class Schema:
    """Arguments by name with their type, blocks by name, and which of both are required."""

    arguments: Mapping[str, str]
    blocks: Mapping[str, "Schema"]
    required: frozenset[str]
    readable: frozenset[str] = frozenset()
    """Of a resource: what other resources may read of it."""


@cache
def _file() -> dict[str, Any]:
    text = (files("solarrally_tui.terraform") / "provider.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def version() -> str:
    """Return the version of the provider that the schema is of."""
    return str(_file()["version"])


@cache
def schema(resource_type: str) -> Schema:
    """Return the schema of a resource, such as aws_vpc. Raises KeyError where it has none."""
    return _schema(_file()["resources"][resource_type])


def _schema(body: Mapping[str, Any]) -> Schema:
    return Schema(
        body["arguments"],
        {name: _schema(inner) for name, inner in body["blocks"].items()},
        frozenset(body["required"]),
        frozenset(body.get("read", ())),
    )
