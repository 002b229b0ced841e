"""One permission that a call needs: an action, a resource, and facts that policies can ask."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from solarrally_tui.simulator.iam import reference, resource_names
from solarrally_tui.simulator.iam.resource_names import Given, Place

Facts = Mapping[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Need:
    """An action that a call needs on one resource."""

    action: str
    resource: str
    given: Given = field(default_factory=dict)
    """Parameters or properties, for tags of the request."""
    facts: Facts = field(default_factory=dict)
    """Condition keys of this action, in lower case."""


def needs(name: str, given: Given, place: Place, facts: Facts | None = None) -> Iterator[Need]:
    """Return what an action needs, on each resource that the fields name.

    Of kinds that IAM lists as optional those count that the fields name.
    """
    action = reference.action(name)
    kinds = action.required or _named(action, given)
    if not kinds and action.optional and (arn := _by_arn(given)):
        yield Need(action.name, arn, given, facts or {})
        return
    kinds = kinds or action.optional[:1]
    if action.required:
        kinds = (*_fitting(action.required, given), *_named(action, given))
    resources: list[str] = []
    for kind in kinds:
        resources += resource_names.arns(kind, given, place)
    if len(resources) > 1:
        resources = [one for one in resources if one != "*"]
    for resource in dict.fromkeys(resources or ["*"]):
        yield Need(action.name, resource, given, facts or {})


def _by_arn(given: Given) -> str:
    """Return what an action on tags is about: any kind of resource, named by its ARN alone."""
    values = (str(given[field]) for field in _TAGGED if field in given)
    return next((value for value in values if value.startswith("arn:")), "")


_TAGGED: Final = ("Resource", "ResourceArn", "ResourceARN", "resourceArn", "ResourceName")


def _named(action: reference.Action, given: Given) -> tuple[str, ...]:
    return tuple(kind for kind in action.optional if resource_names.mentions(kind, given))


def _fitting(kinds: tuple[str, ...], given: Given) -> tuple[str, ...]:
    """Return the kinds of one request where IAM lists alternatives for an action as required.

    Where none of the fields names one, all are: IAM then checks each.
    """
    if kinds in _ALTERNATIVES:
        named = tuple(kind for kind in kinds if resource_names.mentions(kind, given))
        return named[:1] or kinds[:1]
    return kinds


_ALTERNATIVES: Any = {
    ("dynamodb:stream", "dynamodb:table"),
    ("route53:healthcheck", "route53:hostedzone"),
    ("iot:dynamicthinggroup", "iot:thinggroup"),
    ("elasticloadbalancing:listener/app", "elasticloadbalancing:listener/net"),
    (
        "elasticloadbalancing:listener/app",
        "elasticloadbalancing:listener/gwy",
        "elasticloadbalancing:listener/net",
    ),
    ("elasticloadbalancing:listener-rule/app", "elasticloadbalancing:listener-rule/net"),
}
