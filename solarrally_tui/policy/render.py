"""Policies as text for people, as one JSON object, and as files for the AWS CLI."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from solarrally_tui.policy.document import LIMIT, Policy, Statement
from solarrally_tui.text.table import wrap


@dataclass(frozen=True, slots=True)
class Bundle:
    """The policies that one command prints."""

    kind: str
    """deploy, support, service-role or boundary."""
    policies: tuple[Policy, ...]
    role: str = ""
    """The role that the policies are for; empty if they are for a person."""
    trust: dict[str, Any] | None = None
    arn: str = ""
    """The ARN that a boundary has to have, which it names itself; empty for other policies."""


def to_json(bundle: Bundle) -> dict[str, Any]:
    """Return the bundle as the object that --json prints."""
    return {
        "kind": bundle.kind,
        "policies": [
            {
                "name": policy.name,
                "characters": policy.size,
                "document": policy.document,
                "reasons": {one.sid: one.reason for one in policy.statements if one.reason},
            }
            for policy in bundle.policies
        ],
        "role": bundle.role or None,
        "trust": bundle.trust,
    } | ({"arn": bundle.arn} if bundle.arn else {})


def text(bundle: Bundle) -> str:
    """Return the bundle as lines: each policy, its statements and why they are not narrower."""
    return "\n".join(_lines(bundle))


def _lines(bundle: Bundle) -> Iterator[str]:
    for policy in bundle.policies:
        yield from wrap(f"{policy.name}: {policy.size} of {LIMIT} characters")
        for statement in policy.statements:
            yield from _statement(statement)
        yield ""
    if bundle.role:
        yield from wrap(f"Role {bundle.role}: attach all {len(bundle.policies)} policies to it.")
        yield from wrap("It trusts only cloudformation.amazonaws.com.")
    if bundle.arn:
        yield from wrap(f"Create it as {bundle.arn}, and write this ARN to the site file as")
        yield from wrap("governance.permissions_boundary_arn. Then use policy deploy --boundary.")
    yield from wrap("Write them as files with --out FOLDER, or print them with --json.")


def _statement(statement: Statement) -> Iterator[str]:
    plural = "" if len(statement.actions) == 1 else "s"
    but = "every action but " if statement.all_but else ""
    effect = f"{statement.effect.lower()} {but}{len(statement.actions)} action{plural}"
    yield from wrap(f"{statement.sid}: {effect}", "  ", "    ")
    for resource in statement.resources:
        yield f"    on {resource}"
    for test, values in statement.condition.items():
        for key, wanted in values.items():
            listed = [wanted] if isinstance(wanted, str) else wanted
            yield from wrap(f"only where {key} {test} {', '.join(listed)}", "    ", "      ")
    if statement.reason:
        yield from wrap(f"why: {statement.reason}", "    ", "      ")


def write(bundle: Bundle, folder: Path) -> list[Path]:
    """Write a file for each policy, the trust policy and the reasons; return the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {f"{policy.name}.json": policy.document for policy in bundle.policies}
    if bundle.trust:
        files["trust.json"] = bundle.trust
    written = [
        _save(folder / name, f"{json.dumps(document, indent=2)}\n")
        for name, document in files.items()
    ]
    return [*written, _save(folder / f"{bundle.kind}.txt", f"{text(bundle)}\n")]


def _save(path: Path, content: str) -> Path:
    path.write_text(content, encoding="utf-8", newline="\n")
    return path
