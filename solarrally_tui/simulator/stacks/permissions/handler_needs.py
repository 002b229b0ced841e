"""The permissions that CloudFormation's handlers need of a service role, or of the caller.

Each type's schema lists what its handlers may call. Which of these calls a handler really makes
depends on the properties (`handler_calls`).
"""

import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from ministack.services import iam

from solarrally_tui.simulator.iam import reference, resource_names
from solarrally_tui.simulator.iam.needs import Need, needs
from solarrally_tui.simulator.iam.operations import pass_role
from solarrally_tui.simulator.iam.resource_names import Place
from solarrally_tui.simulator.pins import private
from solarrally_tui.simulator.stacks.permissions import handler_calls
from solarrally_tui.simulator.stacks.schema import schema

_roles = private(iam, "_roles")

Properties = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Handling:
    """One call of a handler."""

    kind: str
    """Such as `AWS::EC2::VPC`."""
    verb: str
    """create, created, read, update or delete.

    `created` is what creating does to a resource that AWS has given its id, and reading it.
    """
    stack: str
    logical_id: str
    properties: Properties
    before: Properties = field(default_factory=dict)
    """The properties before an update."""
    identifier: str = ""
    """What Ref gives, once there is something."""

    def on(self, verb: str, identifier: str) -> "Handling":
        """Return another call of the handler, on the resource that there is now."""
        return replace(self, verb=verb, identifier=identifier)


_ROLE_ARN: Final = re.compile(r"arn:[a-z-]+:iam::\d{12}:role/.+")
_KEY_ARN: Final = re.compile(r"arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key/.+")
_CREATING: Final = re.compile(r":(Create|Allocate|Run|Request|Tag|AddTags|Register)")
_REMOVING_TAGS: Final = re.compile(r":(Untag|RemoveTags|DeleteTags)")
_PASSES: Final = "iam:PassRole"
_CREATES: Final = re.compile(r":(Create(?!Tags)|Allocate|Run)")
_SETTING_TAGS: Final = re.compile(r":(Tag|AddTags|CreateTags|PutBucketTagging)")
_MADE_AT_RESTORE: Final = frozenset({"rds:CreateDBInstance"})
_RESTORED_FROM: Final = ("DBSnapshotIdentifier", "SourceDBInstanceAutomatedBackupsArn")


def needed(handling: Handling, place: Place) -> Iterator[Need]:
    """Return what one handler needs, in the order of its schema."""
    given = _given(handling)
    calls = _calls(handling)
    for name in calls:
        if _is_called(name, handling):
            yield from _on(name, handling, given, place)
    if "iam:PassRole" in calls:
        yield from _passed(handling, place)
    if "iam:CreateServiceLinkedRole" in calls:
        yield from _linked(handling.kind, place)
    yield from _with_keys(calls, handling, place)
    private_zone = handling.properties.get("PrivateDnsEnabled") in {True, "true"}
    if private_zone and (handling.kind, handling.verb) == ("AWS::EC2::VPCEndpoint", "create"):
        # That zone is AWS's own. The schema does not name the action, but the Service Authorization
        # Reference does, as a dependent action of ec2:CreateVpcEndpoint.
        yield from needs("route53:AssociateVPCWithHostedZone", {}, place)


def _calls(handling: Handling) -> Sequence[str]:
    """Return the permissions of a handler, for each phase those of its calls."""
    kind, verb = handling.kind, handling.verb
    if verb not in {"create", "created"}:
        return _permissions(kind, verb)
    creating = _permissions(kind, "create")
    creates = any(_CREATING.search(one) for one in creating)
    first = [one for one in creating if not creates or _CREATING.search(one) or _PASSES in one]
    if verb == "create":
        return first
    later = [one for one in creating if one not in first]
    return tuple(dict.fromkeys([*later, *_permissions(kind, "read")]))


def _on(name: str, handling: Handling, given: Properties, place: Place) -> Iterator[Need]:
    facts = _facts(name, handling, given)
    if handling.kind in handler_calls.PATHS:
        yield Need(name, _path(name, handling.kind, given, place), given, facts)
        return
    kind = handler_calls.OWN_KIND.get(handling.kind)
    action = reference.action(name)
    about = {*action.required, *action.optional} and "Tag" in name
    if kind and about and action.service == kind.partition(":")[0]:
        for arn in resource_names.arns(kind, given, place):
            yield Need(action.name, arn, given, facts)
    else:
        yield from needs(name, given, place, facts)


def _path(name: str, kind: str, given: Properties, place: Place) -> str:
    """Return the ARN of what a call of API Gateway is about."""
    collection, one = handler_calls.PATHS[kind]
    path = collection if name == "apigateway:POST" else f"{collection}/{one}"
    return place.arn(f"apigateway:{place.region}::/") + path.format_map(given)


def _permissions(kind: str, verb: str) -> Sequence[str]:
    written: Mapping[str, Any] = handler_calls.WRITTEN_HERE.get(kind, {})
    if kind in handler_calls.WRITTEN_HERE:
        return tuple(written.get(verb, ()))
    handlers: Mapping[str, Any] = (schema(kind) or {}).get("handlers", {})
    return tuple(dict.fromkeys(handlers.get(verb, {}).get("permissions", ())))


def _is_called(name: str, handling: Handling) -> bool:
    """Return whether a handler calls an action in its own name for these properties."""
    service = handling.kind.split("::")[1]
    prefix = name.partition(":")[0]
    own = handler_calls.OWN_PREFIX.get(service, service.lower())
    others = handler_calls.OF_OTHER_SERVICES.get(handling.kind, ())
    if not {prefix, name} & {own, *others} or name in {
        "iam:PassRole",
        "iam:CreateServiceLinkedRole",
    }:
        return False
    if not reference.known(name):
        return False  # names that IAM does not have
    if _SETTING_TAGS.search(name):
        return handling.verb == "create" or _changed(handling, ("Tags",))
    if _REMOVING_TAGS.search(name):
        return handling.verb == "update" and _lost_tags(handling)
    if name in _MADE_AT_RESTORE and any(map(handling.properties.get, _RESTORED_FROM)):
        return False
    return name not in handler_calls.ONLY_WITH or _changed(handling, handler_calls.ONLY_WITH[name])


def _changed(handling: Handling, names: tuple[str, ...]) -> bool:
    if handling.verb == "update":
        return any(handling.properties.get(n) != handling.before.get(n) for n in names)
    return any(handling.properties.get(name) not in (None, "", [], {}) for name in names)


def _lost_tags(handling: Handling) -> bool:
    def keys(properties: Properties) -> set[str]:
        tags = properties.get("Tags")
        listed = tags if isinstance(tags, list) else []
        return {str(tag.get("Key")) for tag in listed if isinstance(tag, dict)}

    return not keys(handling.before) <= keys(handling.properties)


def _given(handling: Handling) -> Properties:
    """Return the properties under the names of the API, with the resource's own name or id."""
    given = dict(handling.properties)
    given |= given.get("Budget") or {}
    if (handling.kind, handling.verb) == ("AWS::RDS::DBInstance", "delete"):
        end = secrets.token_hex(6)
        name = f"{handling.stack}-snapshot-{handling.logical_id}-{end}".lower()
        given["DBSnapshotIdentifier"] = name
    field, longest = handler_calls.NAMED.get(handling.kind, ("", 0))
    if field and not given.get(field):
        given[field] = handling.identifier or _generated(handling, longest)
    if handling.identifier and handling.kind in handler_calls.IDENTIFIED:
        field = handler_calls.IDENTIFIED[handling.kind]
        given[field] = resource_names.allocation(handling.identifier)
    return given


def _generated(handling: Handling, longest: int) -> str:
    """Return a name as CloudFormation generates it: of the stack, the logical id and chance.

    It divides what is left between the two names (cloudformation-cli-java-plugin, IdentifierUtils).
    """
    end = secrets.token_hex(6).upper()
    room = (longest - len(end) - 2) // 2
    stack, logical = handling.stack, handling.logical_id
    if len(stack) + len(logical) > 2 * room:
        stack = stack[: max(room, 2 * room - len(logical))]
        logical = logical[: 2 * room - len(stack)]
    name = f"{stack}-{logical}-{end}"
    if handling.kind == "AWS::IoT::TopicRule":
        name = re.sub(r"\W", "_", name)
    return name.lower() if handling.kind.startswith(handler_calls.LOWER_CASE) else name


def _facts(name: str, handling: Handling, given: Properties) -> dict[str, str | list[str]]:
    facts: dict[str, str | list[str]] = {}
    if name.startswith("iam:") and handling.kind.startswith("AWS::IAM::"):
        boundary = given.get("PermissionsBoundary")
        current = resource_names.boundary(str(given.get("RoleName", "")))
        if found := boundary if handling.verb in {"create", "update"} and boundary else current:
            facts["iam:permissionsboundary"] = str(found)
        arns = given.get("ManagedPolicyArns") or []
        if arns and name in {"iam:AttachRolePolicy", "iam:DetachRolePolicy"}:
            facts["iam:policyarn"] = str(arns[0])
    if handling.verb == "create" and _SETTING_TAGS.search(name):
        creates = (one for one in _calls(handling) if _CREATES.search(one))
        for one in list(creates)[:1]:
            service, _, action = one.partition(":")
            facts[f"{service}:createaction"] = action
    if name.startswith("ecs:") and (cluster := given.get("Cluster")):
        facts["ecs:cluster"] = str(cluster)
    return facts


def _passed(handling: Handling, place: Place) -> Iterator[Need]:
    if handling.verb not in {"create", "update"} or handling.kind.startswith("AWS::IAM::"):
        return
    for arn in dict.fromkeys(_found(_ROLE_ARN, handling.properties)):
        for service in resource_names.trusted_services(arn)[:1]:
            yield from pass_role(arn, service, place)


def _linked(kind: str, place: Place) -> Iterator[Need]:
    service = handler_calls.LINKED.get(kind)
    if service and not any(f"/aws-service-role/{service}/" in r["Arn"] for r in _roles.values()):
        facts = {"iam:awsservicename": service}
        given = {"AWSServiceName": service}
        yield from needs("iam:CreateServiceLinkedRole", given, place, facts)


def _with_keys(calls: Sequence[str], handling: Handling, place: Place) -> Iterator[Need]:
    """Return what a customer managed key needs that the properties name."""
    if handling.verb == "delete" or handling.kind == "AWS::KMS::Key":
        return
    service = handling.kind.split("::")[1].lower()
    facts = {"kms:viaservice": f"{service}.{place.region}.amazonaws.com"}
    for name in (name for name in calls if name.startswith("kms:")):
        if name in {"kms:Encrypt", "kms:RetireGrant", "kms:RevokeGrant"}:
            continue
        for arn in dict.fromkeys(_found(_KEY_ARN, handling.properties)):
            yield Need(name, arn, facts=facts)


def _found(pattern: re.Pattern[str], node: Any) -> Iterator[str]:
    if isinstance(node, str):
        if pattern.fullmatch(node):
            yield node
    elif isinstance(node, Mapping):
        for key, value in node.items():
            if key not in {"PolicyDocument", "KeyPolicy", "Policies", "Environment"}:
                yield from _found(pattern, value)
    elif isinstance(node, list):
        for each in node:
            yield from _found(pattern, each)
