"""Nothing that a deployment really makes on the embedded account is forgotten by the estimate."""

from solarrally_tui.blueprints import of_shape
from solarrally_tui.pricing.estimate import RULES, charges, estimate
from solarrally_tui.pricing.metering.assumptions import DEFAULTS
from solarrally_tui.pricing.metering.charge import Free
from solarrally_tui.pricing.metering.free_types import FREE
from solarrally_tui.pricing.metering.resources import resources
from solarrally_tui.pricing.metering.usage import usage
from solarrally_tui.site.names import stack_name
from tests.blueprints.estate_setup import Estate


def made(estate: Estate) -> dict[tuple[str, str], str]:
    """Return the type of every resource that stands, by stack and logical id."""
    found = {}
    for item in of_shape(estate.site.size.shape):
        region = item.region_for(estate.site.region)
        pages = estate.client("cloudformation", region).get_paginator("list_stack_resources")
        for page in pages.paginate(StackName=stack_name(estate.site.name, item.id)):
            for each in page["StackResourceSummaries"]:
                found[item.id, each["LogicalResourceId"]] = each["ResourceType"]
    return found


def every_resource_that_is_made_is_priced_or_free(estate: Estate) -> None:
    """Fail for what stands in the account and is not in the estimate."""
    stands = made(estate)
    assert len(stands) > 80
    assert {kind for kind in stands.values() if kind not in RULES and kind not in FREE} == set()
    walked = {(each.stack, each.id): each.type for each in resources(estate.site)}
    assert walked == stands

    cost = estimate(estate.site)
    with_a_price = {(line.stack, line.resource) for line in cost.lines}
    unknown = {(each.stack, each.resource) for each in cost.unknown}
    month = usage(estate.site, DEFAULTS)
    for resource in resources(estate.site):
        key = (resource.stack, resource.id)
        is_free = isinstance(charges(resource, month), Free)
        assert is_free is (key not in with_a_price | unknown), key
