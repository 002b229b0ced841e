"""The role that deploys one site: its name, whom it trusts, and its AWS profile. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from solarrally_tui.text.control_characters import in_one_line

PATH: Final = "/solarrally/"
"""Path of role, policies and boundary. CloudFormation's role may change only the roles with the
path /solarrally/SITE/: it must not be able to widen the rights of the deployer."""

SESSION_SECONDS: Final = 4 * 3600
"""The longest session of the role, well above the length of a deployment."""

CHAINED_SECONDS: Final = 3600
"""What AWS allows when one role assumes another (IAM user guide, "Role chaining")."""

_MFA: Final = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
_ARN: Final = re.compile(r"arn:[a-z-]+:iam::\d{12}:(?:user|role)/.+")
_NAME: Final = re.compile(r"solarrally-.+-deployer")


@dataclass(frozen=True, slots=True)
class DeployerPlan:
    """What creating the role would do."""

    site: str
    account: str
    arn: str
    trusted: str
    """ARN of the user or role that may assume it."""
    policies: tuple[str, ...]
    region: str
    """Region of the site: the role works there and in us-east-1 only."""
    boundary: str
    """ARN of the permissions boundary of this role and of every role that it creates."""
    exists: bool = False
    mfa_serial: str = ""
    """The MFA device whose code is asked for; empty where none is needed or known."""
    has_mfa: bool | None = None
    """Whether the user has an MFA device; None where it is no user or is not known."""

    @property
    def name(self) -> str:
        """The role's name."""
        return self.arn.rsplit("/", 1)[-1]

    @property
    def with_mfa(self) -> bool:
        """Whether the role can be assumed only with MFA."""
        return bool(self.has_mfa)

    @property
    def seconds(self) -> int:
        """How long one of its sessions lasts."""
        return SESSION_SECONDS if ":user/" in self.trusted else CHAINED_SECONDS


def role_name(site: str) -> str:
    """Return the name of a site's deployer role."""
    return f"solarrally-{site}-deployer"


def boundary_name(site: str) -> str:
    """Return the name of the permissions boundary of a site's roles."""
    return f"solarrally-{site}-boundary"


def path_of(name: str) -> str:
    """Return the path of a role that may be one of ours, where IAM does not show it."""
    return PATH if _NAME.fullmatch(name) else "/"


def trust(present: Mapping[str, Any] | None, principal: str, *, mfa: bool) -> dict[str, Any]:
    """Return the trust policy that adds a principal to those of the present one.

    present: None without one. A principal that was deleted is left out: AWS shows it as an id,
    and refuses a policy that names it.
    """
    known = {
        "Condition" in statement: _principals(statement)
        for statement in (present or {}).get("Statement", ())
    }
    trusted = {kind: {*known.get(kind, ())} - {principal} for kind in (False, True)}
    trusted[mfa].add(principal)
    statements = [
        {
            "Sid": "OperatorsWithMfa" if with_mfa else "Operators",
            "Effect": "Allow",
            "Principal": {"AWS": sorted(who) if len(who) > 1 else next(iter(who))},
            "Action": "sts:AssumeRole",
        }
        | ({"Condition": _MFA} if with_mfa else {})
        for with_mfa, who in trusted.items()
        if who
    ]
    return {"Version": "2012-10-17", "Statement": statements}


def _principals(statement: Mapping[str, Any]) -> list[str]:
    named = statement.get("Principal", {}).get("AWS", [])
    # IAM returns a single principal as a plain string.
    return [arn for arn in ([named] if isinstance(named, str) else named) if _ARN.fullmatch(arn)]


def snippet(plan: DeployerPlan, profile: str, source: str) -> str:
    """Return the profile for ~/.aws/config that assumes the role.

    profile: the profile in use now, empty for none. source: where its credentials come from, in
    botocore's words.
    """
    base = f"source_profile = {profile or 'default'}"
    if not profile and source == "env":
        base = "credential_source = Environment"
    lines = [
        f"[profile solarrally-{plan.site}]",
        f"role_arn = {plan.arn}",
        base,
        f"duration_seconds = {plan.seconds}",
        f"region = {plan.region}",
    ]
    lines += [f"mfa_serial = {plan.mfa_serial}"] if plan.mfa_serial else []
    return "\n".join(map(in_one_line, lines))
