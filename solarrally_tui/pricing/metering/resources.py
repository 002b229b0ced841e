"""The resources that a site would have, from the resolved templates of all its stacks."""

from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Any, Final

from solarrally_tui.blueprints import Blueprint, of_shape
from solarrally_tui.pricing.metering.charge import Resource
from solarrally_tui.site.model import Site
from solarrally_tui.site.names import GLOBAL_REGION
from solarrally_tui.stacks.facts import Facts, Images
from solarrally_tui.stacks.parameters import parameters
from solarrally_tui.stacks.resolver import resolve
from solarrally_tui.stacks.template import Template, read

ACCOUNT: Final = "account"
"""In place of a stack for what no template has."""
_FACTS: Final = Facts(
    account_id="123456789012",
    partition="aws",
    availability_zones=("a", "b", "c"),
    engine_version="17.1",
    cloudfront_prefix_list_id="pl-1",
    iot_host="endpoint",
    iot_port="8883",
    hosted_zone_id="Z1",
    build_source_key="key",
    monthly_budget_usd=1,
    images=Images("registry/app@sha256:0", "registry/broker@sha256:0", app_repository_arn=""),
)
"""In place of what a deployment looks up. None of it changes which resources there are."""


def resources(site: Site) -> tuple[Resource, ...]:
    """Return every resource of every stack of a site.

    Sites that differ in quantities only share one cached result.
    """
    same = {"chargers": 1, "interval_seconds": 1, "min_tasks": 1, "max_tasks": 1}
    size = site.size.model_copy(update=same | {"hub": site.size.has_hub})
    return _resources(site.model_copy(update={"name": "site", "size": size}))


def beside_stacks(site: Site) -> Iterator[Resource]:
    """Yield what a deployment creates or enables that no template has, with types of our own."""

    def one(name: str, type_: str, region: str = site.region) -> Resource:
        return Resource(ACCOUNT, name, type_, region, {}, {})

    if site.devices.fleet_index:
        yield one("FleetIndex", "AWS::IoT::FleetIndex")
    if site.devices.iot_log:
        yield one("IotLog", "AWS::Logs::LogGroup")
    if site.has_domain and not site.domain.is_external:
        yield one("HostedZone", "AWS::Route53::HostedZone", GLOBAL_REGION)
        yield one("Domain", "AWS::Route53Domains::Domain", GLOBAL_REGION)


@lru_cache(maxsize=128)
def _resources(site: Site) -> tuple[Resource, ...]:
    outputs: dict[str, dict[str, str]] = {}
    listed: list[Resource] = []
    for blueprint in of_shape(site.size.shape):
        region = blueprint.region_for(site.region)
        values = parameters(blueprint.id, site, _FACTS, outputs)
        resolved = resolve(_template(blueprint), values, _pseudo(blueprint.id, region))
        outputs[blueprint.id] = {
            name: _as_text(body["Value"]) for name, body in resolved["Outputs"].items()
        }
        listed.extend(of_stack(blueprint.id, region, resolved["Resources"]))
    return tuple(listed)


@cache  # a keystroke on Size prices three sites: files are not read again for each
def _template(blueprint: Blueprint) -> Template:
    return read(blueprint.template())


def of_stack(
    stack: str, region: str, bodies: Mapping[str, Mapping[str, Any]]
) -> tuple[Resource, ...]:
    """Return the resources of a resolved template as the price rules take them."""
    return tuple(
        Resource(stack, name, body["Type"], region, body.get("Properties") or {}, bodies)
        for name, body in bodies.items()
    )


def _pseudo(stack: str, region: str) -> dict[str, str]:
    return {
        "AWS::AccountId": _FACTS.account_id,
        "AWS::Partition": _FACTS.partition,
        "AWS::Region": region,
        "AWS::StackId": f"arn:aws:cloudformation:{region}:123456789012:stack/{stack}/0-0",
        "AWS::StackName": stack,
        "AWS::URLSuffix": "amazonaws.com",
    }


def _as_text(value: Any) -> str:
    """Return an output as text, with logical ids in place of what only AWS knows."""
    if isinstance(value, dict):
        name, argument = next(iter(value.items()))
        if name == "Fn::Join":
            return str(argument[0]).join(_as_text(part) for part in argument[1])
        return _as_text(argument[0] if isinstance(argument, list) else argument)
    return str(value)
