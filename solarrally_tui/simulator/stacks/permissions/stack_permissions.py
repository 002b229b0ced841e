"""Judges each call of a handler, and the parameters that CloudFormation looks up for a template."""

import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any, Final

from ministack.core.responses import get_account_id, get_region
from ministack.services import cloudformation
from ministack.services.cloudformation import changesets, handlers

from solarrally_tui.simulator.iam import operations, principals
from solarrally_tui.simulator.iam.authorization import Authorization
from solarrally_tui.simulator.iam.needs import Need
from solarrally_tui.simulator.iam.principals import Principal
from solarrally_tui.simulator.iam.resource_names import Place
from solarrally_tui.simulator.pins import private, replace
from solarrally_tui.simulator.resources.registry import handler_error
from solarrally_tui.simulator.stacks.permissions import handler_needs
from solarrally_tui.simulator.stacks.permissions.handler_needs import Handling

_stacks = private(cloudformation, "_stacks")

_IN_TEMPLATE: Final = re.compile(r"\{\{resolve:secretsmanager:\$\{(\w+)\}")

_CALLED_VIA: Final = {"aws:calledvia": ["cloudformation.amazonaws.com"]}
"""Only without a service role does CloudFormation call in the name of its caller."""

Values = dict[str, dict[str, Any]]


class StackPermissions:
    """Judges CloudFormation's calls for stacks."""

    def __init__(self, authorization: Authorization) -> None:
        self._authorization = authorization
        self._identifiers: dict[tuple[str, str, str, str], str] = {}

    def install(self) -> None:
        """Judge what parameters need, before MiniStack resolves them. Call once."""
        for module in (changesets, handlers):
            replace(module, "_resolve_parameters", self._looking_up)

    def check(self, handling: Handling) -> None:
        """Judge one call of a handler. Raises ValueError in CloudFormation's words."""
        place = Place(get_account_id(), get_region())
        if handling.identifier:
            key = (place.account, place.region, handling.stack, handling.logical_id)
            self._identifiers[key] = handling.identifier
        principal, facts = _who(handling.stack)
        if principal is None or principal.is_root:
            return
        needed = [*self._references(handling, place), *handler_needs.needed(handling, place)]
        denial = self._authorization.denial(principal, needed, place, facts)
        if denial:
            service = handling.kind.split("::")[1]
            request = str(uuid.uuid4())
            raise handler_error(
                denial.message, "AccessDenied", service=service, status=403, request=request
            )

    def _looking_up(self, resolve: Callable[..., Values]) -> Callable[..., Values]:
        def resolved(template: dict[str, Any], provided: Any, *rest: Any) -> Values:
            values = resolve(template, provided, *rest)
            self._check_lookups(template, values)
            return values

        return resolved

    def _check_lookups(self, template: dict[str, Any], values: Values) -> None:
        """Judge the look-ups by the caller. Raises ValueError in CloudFormation's words."""
        caller = principals.calling()
        if caller is None or caller.is_root:
            return
        place = Place(get_account_id(), get_region())
        types = [
            (
                str(parameter.get("Type", "String")),
                values[name].get("SsmName") or values[name]["Value"],
            )
            for name, parameter in (template.get("Parameters") or {}).items()
            if name in values
        ]
        denial = self._authorization.denial(caller, operations.lookups(types, place), place)
        if denial:
            action = denial.need.action
            raise ValueError(f"AccessDenied. User doesn't have permission to call {action}")

    def _references(self, handling: Handling, place: Place) -> Iterator[Need]:
        """Yield what secrets need whose values the template puts into properties."""
        if handling.verb not in {"create", "update"}:
            return
        record = _stacks.get(handling.stack) or {}
        template, parameters = record.get("_template") or {}, record.get("_resolved_params") or {}
        text = str(template.get("Resources", {}).get(handling.logical_id, {}))
        for name in dict.fromkeys(_IN_TEMPLATE.findall(text)):
            made = self._identifiers.get((place.account, place.region, handling.stack, name))
            secret = made or (parameters.get(name) or {}).get("Value")
            if secret:  # else a condition leaves the reference out
                given = {"SecretId": secret}
                yield from operations.needed("secretsmanager", "GetSecretValue", given, place)


def _who(stack: str) -> tuple[Principal | None, Any]:
    """Return whose permissions count for a stack, and facts about its calls."""
    role = (_stacks.get(stack) or {}).get("RoleARN", "")
    if role:
        return principals.of_role(role, principals.CLOUDFORMATION_SESSION), {}
    return principals.calling(), _CALLED_VIA
