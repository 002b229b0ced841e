"""The root module of an export: providers, modules, and the site's answers as variables."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from solarrally_tui.blueprints import of_shape
from solarrally_tui.site.model import Site
from solarrally_tui.site.names import GLOBAL_REGION, SITE_TAG
from solarrally_tui.stacks.template import read
from solarrally_tui.terraform import provider
from solarrally_tui.terraform.hcl import Block, Expression, Value, inline
from solarrally_tui.terraform.modules import described, variable
from solarrally_tui.terraform.names import snake
from solarrally_tui.terraform.wiring import Variable, Wiring

TERRAFORM: Final = ">= 1.11"
"""The first version with write-only arguments, which keep passwords out of the state."""

_RANDOM: Final = {"source": "hashicorp/random", "version": "~> 3.7"}
_ARCHIVE: Final = {"source": "hashicorp/archive", "version": "~> 2.7"}


@dataclass(frozen=True, slots=True)
class Adopted:
    """What a deployed site has: names and ids of its stacks, by stack and logical id."""

    stack_ids: Mapping[str, str]
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def versions() -> list[Block]:
    """Return the providers that each module needs."""
    aws = {"source": "hashicorp/aws", "version": f"~> {provider.version().rpartition('.')[0]}"}
    needed = Block("required_providers", (), {"aws": aws, "random": _RANDOM, "archive": _ARCHIVE})
    return [Block("terraform", (), {"required_version": TERRAFORM}, [needed])]


def providers() -> list[Block]:
    """Return the providers: the site's Region, and the one that CloudFront and budgets need."""
    tags = Block("default_tags", (), {"tags": {SITE_TAG: Expression("var.site_name")}})
    return [
        Block("provider", ("aws",), {"region": Expression("var.region")}, [tags]),
        Block("provider", ("aws",), {"alias": "global", "region": GLOBAL_REGION}, [tags]),
    ]


def modules(wired: Wiring, adopted: Adopted, *, is_adopted: bool) -> list[Block]:
    """Return the calls of the modules, in the order of the catalogue."""
    calls = []
    for item in of_shape(wired.shape):
        arguments: dict[str, Value] = {"source": f"./modules/{item.id}"}
        if item.region != "home":
            arguments["providers"] = {"aws": Expression("aws.global")}
        arguments |= wired.arguments[item.id]
        arguments["stack_id"] = adopted.stack_ids[item.id]
        if names := adopted.names.get(item.id):
            arguments["names"] = dict(names)
        if is_adopted:
            arguments["is_adopted"] = True
        calls.append(Block("module", (item.id,), arguments, comment=f"{item.title}."))
    return calls


def variables(wired: Wiring) -> list[Block]:
    """Return the variables of the root, with the checks of the blueprints."""
    region = {"description": "AWS Region of the site.", "type": Expression("string")}
    return [
        Block("variable", ("region",), region),
        *(variable(each.name, _without_default(each)) for each in wired.variables),
    ]


def _without_default(each: Variable) -> Mapping[str, Any]:
    """The values are in site.auto.tfvars; one that is missing is asked for, not assumed."""
    return {key: value for key, value in each.declared.items() if key != "Default"}


def values(site: Site, wired: Wiring) -> str:
    """Return the values of the variables. A line for each that only the account knows."""
    known: dict[str, Value] = {"region": site.region}
    unknown = []
    for each in wired.variables:
        if each.value is None:
            unknown.append(each)
        else:
            known[each.name] = _typed(each)
    width = max(len(name) for name in known)
    lines = [f"{name:{width}} = {inline(value)}" for name, value in known.items()]
    if unknown:
        lines += ["", "# Only the account knows these. README.md says where each is found."]
        lines += [f"# {each.name} = {'[]' if _is_list(each) else chr(34) * 2}" for each in unknown]
    return "\n".join(lines) + "\n"


def _typed(each: Variable) -> Value:
    text = each.value or ""
    if each.declared["Type"] == "Number":
        return float(text) if "." in text else int(text)
    return [part for part in text.split(",") if part] if _is_list(each) else text


def _is_list(each: Variable) -> bool:
    return str(each.declared["Type"]).startswith("List<")


def outputs(wired: Wiring) -> Iterator[Block]:
    """Yield the outputs of all modules, each under the name of its module."""
    for item in of_shape(wired.shape):
        declared = read(item.template()).get("Outputs", {})
        for name, output in declared.items():
            told = described(name, output)
            value = Expression(f"module.{item.id}.{snake(name)}")
            labels = (f"{item.id}_{snake(name)}",)
            yield Block("output", labels, {"description": told, "value": value})
