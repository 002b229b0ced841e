"""Names of log groups as CloudFormation generates them: after the stack, as of other resources."""

from collections.abc import Callable
from typing import Any

from ministack.services.cloudformation import provisioners

from solarrally_tui.simulator.pins import private, replace_entry

_physical_name = private(provisioners, "_physical_name")

_FIELD = "LogGroupName"


def install() -> None:
    """Name log groups for which a template has no name. Call once."""
    replace_entry(
        provisioners,
        "_RESOURCE_HANDLERS",
        "AWS::Logs::LogGroup",
        lambda known: {
            **known,
            "create": _naming(known["create"]),
            "update": _keeping(known["update"]),
        },
    )


def _naming(create: Callable[..., Any]) -> Callable[..., Any]:
    def named(logical_id: str, properties: dict[str, Any], stack: str) -> Any:
        name = properties.get(_FIELD) or _physical_name(stack, logical_id, max_len=512)
        return create(logical_id, properties | {_FIELD: name}, stack)

    return named


def _keeping(update: Callable[..., Any]) -> Callable[..., Any]:
    """A group without a name in the template keeps the generated one."""

    def kept(
        identifier: str,
        old: dict[str, Any],
        new: dict[str, Any],
        stack: str,
        logical_id: str | None = None,
    ) -> Any:
        before, after = ({_FIELD: identifier, **given} for given in (old, new))
        return update(identifier, before, after, stack, logical_id)

    return kept
