"""References of a template that lead nowhere or in a circle. AWS refuses both up front."""

import re
from collections.abc import Iterator
from typing import Any

Template = dict[str, Any]

_SUBSTITUTED = re.compile(r"\$\{([^!${}][^${}]*)\}")


def check_references(template: Template) -> None:
    """Refuse a Ref, GetAtt, Sub or DependsOn of something that the template does not have.

    Raises ValueError with CloudFormation's reason.
    """
    resources = template.get("Resources") or {}
    known = {*resources, *(template.get("Parameters") or {})}
    for block in ("Resources", "Outputs"):
        missing = sorted({n for n in _references(template.get(block) or {}) if n not in known})
        if missing:
            msg = (
                f"Template format error: Unresolved resource dependencies [{', '.join(missing)}] "
                f"in the {block} block of the template"
            )
            raise ValueError(msg)


def check_circles(template: Template) -> None:
    """Refuse resources that depend on each other.

    Raises ValueError with CloudFormation's reason.
    """
    resources = template.get("Resources") or {}
    needs = {name: set(_references(body)) & set(resources) for name, body in resources.items()}
    while free := {name for name, dependencies in needs.items() if not dependencies & set(needs)}:
        needs = {name: needed for name, needed in needs.items() if name not in free}
    if needs:
        msg = f"Circular dependency between resources: [{', '.join(sorted(needs))}]"
        raise ValueError(msg)


def _references(node: Any) -> Iterator[str]:
    """Yield every logical id that a part of a template refers to."""
    if isinstance(node, list):
        for item in node:
            yield from _references(item)
    if not isinstance(node, dict):
        return
    for key, value in node.items():
        if key == "Ref" and isinstance(value, str) and len(node) == 1:
            yield from [] if value.startswith("AWS::") else [value]
        elif key == "Fn::GetAtt" and len(node) == 1:
            yield str(value[0] if isinstance(value, list) else value.partition(".")[0])
        elif key == "Fn::Sub" and len(node) == 1:
            yield from _substituted(value)
        elif key == "DependsOn" and "Type" in node:  # containers have a DependsOn too
            yield from [value] if isinstance(value, str) else value
        else:
            yield from _references(value)


def _substituted(value: Any) -> Iterator[str]:
    text, variables = (value, {}) if isinstance(value, str) else (value[0], value[1])
    yield from _references(variables)
    for name in _SUBSTITUTED.findall(text):
        if not name.startswith("AWS::") and name not in variables:
            yield name.strip().partition(".")[0]
