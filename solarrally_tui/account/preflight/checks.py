"""What in the account would stop or slow a deployment: findings from facts. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from solarrally_tui.account.deployer_role import path_of
from solarrally_tui.findings.finding import Finding, unknown
from solarrally_tui.findings.severity import Severity
from solarrally_tui.site.model import Site
from solarrally_tui.site.regions import WITHOUT_IOT
from solarrally_tui.site.tiers import Architecture
from solarrally_tui.text.enumeration import enumerated

_NOT_PROVEN: Final = (
    "This is advice: IAM's policy simulator cannot see everything, and it stops no deployment. "
)
_POLICY: Final = (
    "solarrally policy deploy prints the exact policies. Ask the account's owner to attach them "
    "to you, or to a role that you can assume."
)
_MOST_NAMED: Final = 3

ARM_BUILDS: Final = frozenset(
    {
        "ap-northeast-1",
        "ap-south-1",
        "ap-southeast-1",
        "ap-southeast-2",
        "eu-central-1",
        "eu-west-1",
        "sa-east-1",
        "us-east-1",
        "us-east-2",
        "us-west-2",
    }
)
"""Regions with the environment type ARM_CONTAINER (CodeBuild API reference, CreateFleet)."""


@dataclass(frozen=True, slots=True)
class PermissionQuestion:
    """Asks whether actions are allowed on resources: one statement of the deploy policy."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    context: Mapping[str, str]
    """Condition keys and a value that a real request would carry."""


def identity(arn: str, key_id: str) -> Finding:
    """Judge whose credentials these are: root, a long-lived key, or something that expires."""
    if arn.endswith(":root"):
        return Finding(
            "identity",
            "Credentials",
            Severity.WARN,
            "Root user: it may do anything, and its keys never expire.",
            "You can deploy with it. A user of your own is safer: Account in the wizard shows the "
            "steps and checks them. Delete the root user's access keys afterwards.",
        )
    if key_id.startswith("AKIA"):
        return Finding(
            "identity",
            "Credentials",
            Severity.WARN,
            "A long-lived access key: anyone who finds it can use it.",
            "Deployer role on Account creates a role with exactly the policies that solarrally "
            "policy deploy prints, and uses it from then on: its credentials expire automatically. "
            "Better still, use IAM Identity Center or aws login and delete the key. Until then, "
            "keep it in the keyring with solarrally credentials add.",
        )
    return Finding("identity", "Credentials", Severity.OK, "They expire automatically.")


def session(
    expires: datetime | None, now: datetime, seconds: tuple[float, float], *, renewed: bool = False
) -> Finding | None:
    """Judge whether the sign-in session outlasts a deployment; None where it never ends.

    seconds: how long a deployment usually takes, at least and at most.
    renewed: new credentials are fetched before the present ones expire.
    """
    if expires is None:
        return None
    least, most = (round(bound / 60) for bound in seconds)
    if renewed:
        line = f"Renewed while you are signed in; deploying takes {least} to {most} min."
        return Finding("session", "Session", Severity.OK, line)
    minutes = int((expires - now).total_seconds() // 60)
    line = f"{span(minutes)} left; deploying takes {least} to {most} min."
    if minutes < most:
        return Finding(
            "session",
            "Session",
            Severity.WARN,
            line,
            "Sign in again before you deploy. If the session ends halfway, nothing breaks: AWS "
            "finishes what it has started, and the same command continues from there.",
        )
    return Finding("session", "Session", Severity.OK, line)


def span(minutes: int) -> str:
    """Return a number of minutes for people."""
    if minutes < 0:
        return "0 min"
    return f"{minutes // 60} h {minutes % 60:02d} min" if minutes >= 60 else f"{minutes} min"


def role_name(arn: str) -> str:
    """Return the role behind an assumed-role ARN of STS, or an empty string."""
    parts = arn.split(":", 5)
    kind, _, rest = parts[-1].partition("/")
    return rest.split("/")[0] if parts[2:3] == ["sts"] and kind == "assumed-role" else ""


def can_be_simulated(arn: str) -> bool:
    """Whether IAM simulates the policies of this ARN: users and roles, not root or federation."""
    return ":iam::" in arn and arn.split(":", 5)[-1].startswith(("user/", "role/"))


def permissions(results: Iterable[Mapping[str, Any]]) -> Finding:
    """Judge the evaluation results of simulate_principal_policy."""
    evaluated = list(results)
    denied = sorted({r["EvalActionName"] for r in evaluated if r["EvalDecision"] != "allowed"})
    if not denied:
        actions = len({result["EvalActionName"] for result in evaluated})
        line = f"You may do all that a deployment does ({actions} actions look allowed)."
        return Finding("permissions", "Permissions", Severity.OK, line)
    by_organization = any(
        not r.get("OrganizationsDecisionDetail", {}).get("AllowedByOrganizations", True)
        for r in evaluated
    )
    who = "Your organization forbids some of them. " if by_organization else ""
    line = f"You lack {len(denied)} permissions, it seems: {enumerated(denied, _MOST_NAMED)}."
    return Finding("permissions", "Permissions", Severity.WARN, line, _NOT_PROVEN + who + _POLICY)


def permissions_of_root() -> Finding:
    """Return the finding for the root user, whose policies IAM does not simulate."""
    return Finding("permissions", "Permissions", Severity.OK, "Every action is allowed.")


def permissions_unknown(why: str) -> Finding:
    """Return the finding where IAM could not simulate."""
    return unknown("permissions", "Permissions", why, _NOT_PROVEN + _POLICY)


def region(name: str, status: str, why: str = "") -> Finding:
    """Judge the opt-in state of the Region, as account:GetRegionOptStatus has it."""
    if status in {"ENABLED", "ENABLED_BY_DEFAULT"}:
        return Finding("region", "Region", Severity.OK, f"{name} is enabled.")
    fix = (
        f"Enable {name} in the console: account menu, Account, AWS Regions. It takes a few "
        "minutes, sometimes hours. Or choose another Region (region in the site file)."
    )
    if status in {"DISABLED", "DISABLING"}:
        return Finding(
            "region", "Region", Severity.FAIL, f"{name} is disabled in this account.", fix
        )
    if status == "ENABLING":
        return Finding(
            "region",
            "Region",
            Severity.FAIL,
            f"{name} is being enabled.",
            "Wait until AWS has enabled it, then check again.",
        )
    return unknown("region", "Region", why or "AWS reported no status.", fix)


def without_iot(region: str) -> Finding | None:
    """Refuse a Region without AWS IoT Core; None where there is nothing to say."""
    if region not in WITHOUT_IOT:
        return None
    return Finding(
        "iot",
        "AWS IoT Core",
        Severity.FAIL,
        f"AWS does not offer it in {region}, and chargers need it.",
        "Choose another Region near the chargers (region in the site file).",
    )


def arm_builds(site: Site) -> Finding | None:
    """Warn where AWS's list has no ARM builds in the Region; None where nothing is to be said.

    The list may be older than AWS, so the build itself decides.
    """
    if site.size.architecture is not Architecture.ARM64 or site.region in ARM_BUILDS:
        return None
    return Finding(
        "arm-builds",
        "ARM builds",
        Severity.WARN,
        f"AWS's list of Regions for ARM builds lacks {site.region}.",
        'If the build is refused, set size.architecture = "x86_64".',
    )


def service_roles(missing: Sequence[str]) -> Finding:
    """Judge whether the service-linked roles exist. missing: those that do not."""
    if not missing:
        return Finding("roles", "Service roles", Severity.OK, "All exist.")
    line = f"{len(missing)} will be created when you deploy."
    return Finding("roles", "Service roles", Severity.OK, line)


def service_roles_unknown(why: str) -> Finding:
    """Return the finding where the roles could not be read."""
    return unknown(
        "roles",
        "Service roles",
        why,
        "The deployment creates those that are missing. It needs iam:CreateServiceLinkedRole.",
    )


def principal_unseen(arn: str, name: str) -> str:
    """Return the ARN of a role that IAM may not show us, from the ARN of its session."""
    partition, account = arn.split(":")[1], arn.split(":")[4]
    return f"arn:{partition}:iam::{account}:role{path_of(name)}{name}"
