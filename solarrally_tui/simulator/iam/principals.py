"""Who makes a call, and the policies that are in force for them."""

import contextvars
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ministack.core import iam_evaluator, responses
from ministack.services import iam, sts

from solarrally_tui.simulator.iam.judgement import Policies
from solarrally_tui.simulator.pins import private, replace, scoped

_users = private(iam, "_users")
_roles = private(iam, "_roles")
_groups = private(iam, "_groups")
_access_keys = private(iam, "_access_keys")
_user_inline_policies = private(iam, "_user_inline_policies")
_group_inline_policies = private(iam, "_group_inline_policies")
_sessions = private(sts, "_sessions")
_managed_document = private(iam_evaluator, "_resolve_managed_policy_document")

_calling: contextvars.ContextVar[tuple[str, str] | None] = contextvars.ContextVar(
    "calling", default=None
)

CLOUDFORMATION_SESSION: Final = "AWSCloudFormation"
"""How CloudFormation names its session of a service role."""


@dataclass(frozen=True, slots=True)
class Principal:
    """A user, the session of a role, or the account's root user."""

    arn: str
    account: str
    policies: Policies = field(default_factory=Policies)
    facts: Mapping[str, str] = field(default_factory=dict)
    """Condition keys, in lower case, that tell of the principal."""

    @property
    def is_root(self) -> bool:
        """Whether it is the root user, whom no policy of the account restricts."""
        return self.arn.endswith(":root")


def install() -> None:
    """Let calls with a user's access key reach that user's account. Call once."""
    replace(responses, "_account_from_sts_session", lambda _: account_of)


def account_of(key: str) -> str | None:
    """Return the account of an access key; None for a key that the account did not issue."""
    session = _sessions.get(key)
    if session:
        return str(session["Arn"]).split(":")[4]
    return next((account for (account, name), _ in scoped(_access_keys) if name == key), None)


def call_with(key: str, account: str) -> None:
    """Set whose key signed the call that is being answered."""
    _calling.set((key, account))


def calling() -> Principal | None:
    """Return who makes the call that is being answered, also from what it has begun since.

    None for what the account does by itself.
    """
    call = _calling.get()
    return None if call is None else of_key(*call)


def of_key(key: str, account: str) -> Principal:
    """Return who owns an access key. Any key that the account did not issue is its root user's."""
    if key in _sessions:
        return _of_session(_sessions[key])
    owner = account_of(key)
    record = _access_keys.get_scoped(owner, None, key) if owner else None
    if not owner or record is None:
        return root(account)
    return _of_user(owner, str(record["UserName"]))


def root(account: str) -> Principal:
    """Return the root user of an account."""
    return Principal(f"arn:aws:iam::{account}:root", account)


def of_arn(arn: str) -> Principal | None:
    """Return a user, or the session of a role, by the ARN of either; None where there is none."""
    account, name = arn.split(":")[4], arn.rpartition("/")[2]
    if ":user/" not in arn:
        return of_role(arn, "session")
    user = _users.get_scoped(account, None, name)
    return _of_user(account, name) if user and user["Arn"] == arn else None


def of_role(role_arn: str, session: str) -> Principal | None:
    """Return the session that a service has of a role; None when there is no such role."""
    account, name = role_arn.split(":")[4], role_arn.rpartition("/")[2]
    role = _roles.get_scoped(account, None, name)
    if role is None or role["Arn"] != role_arn:
        return None
    return _session(role, account, session, None, {})


def trust(role_arn: str) -> str | None:
    """Return the trust policy of a role; None when there is no such role."""
    role = _roles.get_scoped(role_arn.split(":")[4], None, role_arn.rpartition("/")[2])
    return str(role["AssumeRolePolicyDocument"]) if role else None


def _of_session(session: Mapping[str, Any]) -> Principal:
    arn = str(session["Arn"])
    account = arn.split(":")[4]
    if ":assumed-role/" not in arn:
        name = str(session.get("PrincipalName") or arn.rpartition("/")[2])
        return _of_user(account, name) if ":user/" in arn else root(account)
    _, name, label = arn.split(":", 5)[5].split("/", 2)
    facts = {"aws:multifactorauthpresent": "true" if session.get("Mfa") else "false"}
    facts |= {f"aws:principaltag/{t['Key'].lower()}": t["Value"] for t in _tags(session)}
    role = _roles.get_scoped(account, None, name)
    if role is None:
        return Principal(arn, account)
    return _session(role, account, label, _session_policies(session, account), facts)


def _session(
    role: Mapping[str, Any],
    account: str,
    session: str,
    limits: tuple[str, ...] | None,
    facts: Mapping[str, str],
) -> Principal:
    arn = f"arn:aws:sts::{account}:assumed-role/{role['RoleName']}/{session}"
    policies = Policies(
        (*_texts((role.get("InlinePolicies") or {}).values()), *_attached(role, account)),
        _boundary(role, account),
        limits,
    )
    own = {
        "aws:principalarn": str(role["Arn"]),
        "aws:principalaccount": account,
        "aws:principaltype": "AssumedRole",
        "aws:userid": f"{role.get('RoleId', '')}:{session}",
    }
    own |= {f"aws:principaltag/{t['Key'].lower()}": t["Value"] for t in role.get("Tags") or ()}
    return Principal(arn, account, policies, own | dict(facts))


def _of_user(account: str, name: str) -> Principal:
    user = _users.get_scoped(account, None, name) or {}
    arn = str(user.get("Arn") or f"arn:aws:iam::{account}:user/{name}")
    inline = (_user_inline_policies.get_scoped(account, None, name) or {}).values()
    identity = [*_texts(inline), *_attached(user, account)]
    for (owner, group), record in scoped(_groups):
        if owner == account and name in record.get("Users", ()):
            of_group = (_group_inline_policies.get_scoped(account, None, group) or {}).values()
            identity += [*_texts(of_group), *_attached(record, account)]
    facts = {
        "aws:principalarn": arn,
        "aws:principalaccount": account,
        "aws:principaltype": "User",
        "aws:userid": str(user.get("UserId", "")),
        "aws:username": name,
    }
    facts |= {f"aws:principaltag/{t['Key'].lower()}": t["Value"] for t in user.get("Tags") or ()}
    return Principal(arn, account, Policies(tuple(identity), _boundary(user, account)), facts)


def _attached(owner: Mapping[str, Any], account: str) -> tuple[str, ...]:
    documents = (_managed_document(arn, account) for arn in owner.get("AttachedPolicies") or ())
    return _texts(document for document in documents if document)


def _boundary(owner: Mapping[str, Any], account: str) -> str | None:
    """Return the permissions boundary. One that does not exist allows nothing."""
    arn = owner.get("PermissionsBoundary")
    if not arn:
        return None
    document = _managed_document(arn, account)
    return _texts([document])[0] if document else '{"Statement": []}'


def _session_policies(session: Mapping[str, Any], account: str) -> tuple[str, ...] | None:
    passed = session.get("SessionPolicies")
    if not passed:
        return None
    managed = (_managed_document(arn, account) for arn in passed.get("PolicyArns") or ())
    return _texts(one for one in (passed.get("Policy"), *managed) if one)


def _tags(session: Mapping[str, Any]) -> Iterable[Mapping[str, str]]:
    return session.get("SessionTags") or ()


def _texts(documents: Iterable[Any]) -> tuple[str, ...]:
    return tuple(
        document if isinstance(document, str) else json.dumps(document) for document in documents
    )
