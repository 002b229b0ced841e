"""What a change of a stack costs or saves a month, resource by resource.

At list prices: what AWS gives every account for nothing depends on everything else in the account,
and is left out on both sides.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from solarrally_tui.pricing.estimate import priced
from solarrally_tui.pricing.metering.charge import Resource
from solarrally_tui.pricing.metering.estimate_lines import Line
from solarrally_tui.pricing.metering.usage import Usage
from solarrally_tui.pricing.price_book.book import Book
from solarrally_tui.pricing.price_book.store import book
from solarrally_tui.stacks.resolver import resolve
from solarrally_tui.stacks.template import read

Key = tuple[str, str]
_ACTIONS = {"Add": "add", "Modify": "change", "Remove": "remove", "Import": "add"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One resource before and after. USD a month; None where a price that matters is missing."""

    stack: str
    resource: str
    type: str
    before: Decimal | None
    after: Decimal | None

    @property
    def monthly(self) -> Decimal | None:
        """How much more a month, below zero for less, None where it is not known."""
        if self.before is None or self.after is None:
            return None
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class ChangeCost:
    """One row of a change set, or a resource that only its use makes dearer or cheaper."""

    action: str
    """add, change, replace or remove; use where the resource itself stays as it is."""
    resource: str
    type: str
    monthly: Decimal | None


def template_resources(
    stack: str, region: str, template: str, parameters: Mapping[str, str]
) -> tuple[Resource, ...]:
    """Return the resources that a template makes with given parameters.

    Raises what the template reader and the resolver raise for a template that they do not know.
    """
    pseudo = {
        "AWS::AccountId": "000000000000",
        "AWS::Partition": "aws",
        "AWS::Region": region,
        "AWS::StackId": f"arn:aws:cloudformation:{region}:000000000000:stack/{stack}/0-0",
        "AWS::StackName": stack,
        "AWS::URLSuffix": "amazonaws.com",
    }
    bodies = resolve(read(template), dict(parameters), pseudo)["Resources"]
    return tuple(
        Resource(stack, name, body["Type"], region, body.get("Properties") or {}, bodies)
        for name, body in bodies.items()
    )


def differences(
    before: tuple[Iterable[Resource], Usage],
    after: tuple[Iterable[Resource], Usage],
    prices: Book | None = None,
) -> tuple[Difference, ...]:
    """Return every resource of either side whose cost differs or is not known.

    Each side is its resources and what a month of them uses. Raises UnruledTypeError.
    """
    prices = prices or book()
    was, were = _costs(*before, prices)
    will, are = _costs(*after, prices)
    found = []
    for key in dict.fromkeys([*were, *are]):
        one = Difference(*key, are.get(key) or were[key], _side(was, key), _side(will, key))
        if one.monthly is None or one.monthly:
            found.append(one)
    return tuple(found)


def _side(costs: Mapping[Key, Decimal | None], key: Key) -> Decimal | None:
    return costs.get(key, Decimal(0))


def _costs(
    found: Iterable[Resource], month: Usage, prices: Book
) -> tuple[Mapping[Key, Decimal | None], Mapping[Key, str]]:
    """Return the cost and the type of every resource of one side."""
    listed = tuple(found)
    sums: defaultdict[Key, Decimal] = defaultdict(Decimal)
    missing: set[Key] = set()
    for each in priced(listed, month, prices):
        key = (each.stack, each.resource)
        if not isinstance(each, Line):
            missing |= set() if each.minor else {key}
        elif not each.is_allowance:
            sums[key] += each.monthly
    types = {(resource.stack, resource.id): resource.type for resource in listed}
    return {key: None if key in missing else sums[key] for key in types}, types


def of_change_set(
    change_set: Mapping[str, Any], found: Iterable[Difference]
) -> tuple[ChangeCost, ...]:
    """Return a row for every change that CloudFormation described, and for what it does not see.

    change_set is the answer of DescribeChangeSet; found are the differences of the same stack.
    """
    by_id = {each.resource: each for each in found}
    rows = []
    for change in change_set.get("Changes", []):
        body = change["ResourceChange"]
        name = body["LogicalResourceId"]
        known = by_id.pop(name, None)
        amount = known.monthly if known else Decimal(0)
        rows.append(ChangeCost(_action(body), name, body["ResourceType"], amount))
    rest = (ChangeCost("use", each.resource, each.type, each.monthly) for each in by_id.values())
    return (*rows, *rest)


def _action(body: Mapping[str, Any]) -> str:
    replaced = body["Action"] == "Modify" and body.get("Replacement") == "True"
    return "replace" if replaced else _ACTIONS.get(body["Action"], "change")
