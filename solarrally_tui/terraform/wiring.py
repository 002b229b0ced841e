"""How modules get their values: from outputs of other modules, or from variables of the root."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from solarrally_tui.blueprints import of_shape
from solarrally_tui.site.model import Site
from solarrally_tui.stacks.facts import Facts, Images
from solarrally_tui.stacks.parameters import parameters
from solarrally_tui.stacks.template import Template, read
from solarrally_tui.terraform.hcl import Expression, Value
from solarrally_tui.terraform.names import snake

_UNKNOWN: Final = "unknown"
_FACTS: Final = Facts(
    account_id=_UNKNOWN,
    partition=_UNKNOWN,
    availability_zones=(_UNKNOWN,),
    engine_version=_UNKNOWN,
    cloudfront_prefix_list_id=_UNKNOWN,
    iot_host=_UNKNOWN,
    iot_port="8883",
    hosted_zone_id=_UNKNOWN,
    build_source_key=_UNKNOWN,
    monthly_budget_usd=0,
    images=Images(app=_UNKNOWN, broker=_UNKNOWN, app_repository_arn=_UNKNOWN),
)


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of the root: how a blueprint declares it, and its value, where it is known."""

    name: str
    declared: Mapping[str, Any]
    value: str | None


@dataclass(frozen=True, slots=True)
class Wiring:
    """The arguments of each module, and the variables of the root that some of them are."""

    arguments: Mapping[str, Mapping[str, Value]]
    variables: tuple[Variable, ...]
    shape: str
    """size.shape of the site."""


def wiring(site: Site, budget_usd: int, deployed: Mapping[str, Mapping[str, str]]) -> Wiring:
    """Connect the modules of a site.

    budget_usd: the monthly budget where the answers name none.
    deployed: the parameters of each stack of a deployed site. Empty for one that is not: what only
    an account knows is then a variable without a value.
    """
    stacks = of_shape(site.size.shape)
    outputs = {item.id: _outputs(read(item.template()), item.id) for item in stacks}
    facts = replace(_FACTS, monthly_budget_usd=budget_usd)
    given = {item.id: parameters(item.id, site, facts, outputs) for item in stacks}
    variables: dict[str, Variable] = {}
    arguments: dict[str, dict[str, Value]] = {}
    for item in stacks:
        declared = read(item.template())["Parameters"]
        arguments[item.id] = {}
        for name in declared:
            value = given[item.id].get(name, declared[name].get("Default"))
            if isinstance(value, Expression):
                arguments[item.id][snake(name)] = _of_module(value, declared[name])
                continue
            known = deployed.get(item.id, {}).get(name, _known(value))
            variable = _variable(variables, item.id, Variable(snake(name), declared[name], known))
            arguments[item.id][snake(name)] = Expression(f"var.{variable.name}")
    return Wiring(arguments, tuple(variables.values()), site.size.shape)


def _outputs(template: Template, stack: str) -> dict[str, Expression]:
    return {
        name: Expression(f"module.{stack}.{snake(name)}") for name in template.get("Outputs", {})
    }


def _of_module(value: Expression, declared: Mapping[str, Any]) -> Expression:
    """Outputs that are lists are text with commas, as CloudFormation passes them on."""
    return Expression(f'split(",", {value.text})') if _is_list(declared) else value


def _is_list(declared: Mapping[str, Any]) -> bool:
    return str(declared["Type"]).startswith("List<")


def _known(value: Any) -> str | None:
    return None if value is None or _UNKNOWN in str(value) else str(value)


def _variable(variables: dict[str, Variable], stack: str, wanted: Variable) -> Variable:
    """Return the variable of the root: one for all modules where they get the same value."""
    there = variables.setdefault(wanted.name, wanted)
    if there.value == wanted.value:
        return there
    own = Variable(f"{stack}_{wanted.name}", wanted.declared, wanted.value)
    return variables.setdefault(own.name, own)
