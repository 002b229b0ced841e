"""Tags in a request, and those that a resource bears, for conditions on them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from ministack.core.responses import get_account_id
from ministack.services import (
    acm,
    alb,
    cloudwatch_logs,
    codebuild,
    ec2,
    ecs,
    iam,
    kms,
    rds,
    secretsmanager,
    tagging,
)

from solarrally_tui.simulator.iam.elements import as_list
from solarrally_tui.simulator.pins import private

_COLLECTORS = private(tagging, "_COLLECTORS")
_RESOURCE_TAG_COLLECTORS = private(tagging, "_RESOURCE_TAG_COLLECTORS")
_certificates = private(acm, "_certificates")
_elb_tags = private(alb, "_tags")
_log_groups = private(cloudwatch_logs, "_log_groups")
_projects = private(codebuild, "_projects")
_ec2_tags = private(ec2, "_tags")
_ecs_tags = private(ecs, "_tags")
_roles = private(iam, "_roles")
_policies = private(iam, "_policies")
_keys = private(kms, "_keys")
_rds_tags = private(rds, "_tags")
_secrets = private(secretsmanager, "_secrets")

_FIELDS: Final = ("tags", "addtags", "tagging", "tagset", "freeformtags", "stringtags")


def of_request(given: Mapping[str, Any]) -> dict[str, str]:
    """Return the tags that a call or a resource's properties give, by key."""
    named = {key.lower(): value for key, value in given.items()}
    found: dict[str, str] = {}
    for field in _FIELDS:
        found |= _pairs(named.get(field))
    for specification in named.get("tagspecifications") or ():
        found |= of_request(specification)
    return found


def keys_of_request(given: Mapping[str, Any]) -> list[str]:
    """Return the keys of the tags that a call sets or removes."""
    removed: Any = next(
        (v for k, v in given.items() if k.lower() in {"tagkeys", "removetagkeys"}), []
    )
    return sorted({*of_request(given), *map(str, as_list(removed))})


def of_resource(arn: str) -> dict[str, str]:
    """Return the tags of a resource in the account and Region of the present scope.

    A resource that does not exist, and one of a service that is not listed here, has none.
    """
    parts = arn.split(":", 5)
    if len(parts) < 6:
        return {}
    service, name = parts[2], parts[5]
    if service in _STORES:
        return _pairs(_STORES[service](arn, name))
    collect = _COLLECTORS.get(service) or _RESOURCE_TAG_COLLECTORS.get(service)
    wanted = arn.partition("/")[0] if service == "s3" else arn
    for candidate, tags in collect() if collect else ():
        if candidate == wanted:
            return _pairs(tags)
    return {}


def _pairs(tags: Any) -> dict[str, str]:
    if isinstance(tags, Mapping):
        inner = tags.get("TagSet", tags.get("Items"))
        if inner is not None:
            return _pairs(inner)
        return {str(key): str(value) for key, value in tags.items()}
    if not isinstance(tags, list):
        return {}
    return dict(_pair(tag) for tag in tags if isinstance(tag, Mapping))


def _pair(tag: Mapping[str, Any]) -> tuple[str, str]:
    named = {key.lower().removeprefix("tag"): value for key, value in tag.items()}
    return str(named.get("key", "")), str(named.get("value", ""))


def _of_project(_arn: str, name: str) -> Any:
    return (_projects.get(name.rpartition("/")[2]) or {}).get("tags")


def _of_group(_arn: str, name: str) -> Any:
    group = name.removeprefix("log-group:").partition(":log-stream:")[0].removesuffix(":*")
    return (_log_groups.get(group) or {}).get("tags")


def _of_key(_arn: str, name: str) -> Any:
    return (_keys.get(name.rpartition("/")[2]) or {}).get("Tags")


def _of_iam(arn: str, name: str) -> Any:
    store: Any = _policies if name.startswith("policy/") else _roles
    key = arn if name.startswith("policy/") else name.rpartition("/")[2]
    return (store.get_scoped(get_account_id(), None, key) or {}).get("Tags")


def _of_secret(arn: str, _name: str) -> Iterable[Any]:
    found = (each.get("Tags") or [] for each in _secrets.values() if each.get("ARN") == arn)
    return next(found, [])


_STORES: Final[Mapping[str, Callable[[str, str], Any]]] = {
    "acm": lambda arn, _name: (_certificates.get(arn) or {}).get("Tags"),
    "codebuild": _of_project,
    "ec2": lambda _arn, name: _ec2_tags.get(name.rpartition("/")[2]),
    "ecs": lambda arn, _name: _ecs_tags.get(arn),
    "elasticloadbalancing": lambda arn, _name: _elb_tags.get(arn),
    "iam": _of_iam,
    "kms": _of_key,
    "logs": _of_group,
    "rds": lambda arn, _name: _rds_tags.get(arn),
    "secretsmanager": _of_secret,
}
