"""What the account would do to a deployment: findings from facts. Pure; preflight_run asks AWS."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from solarrally_tui.account.deployer_role import path_of
from solarrally_tui.findings.finding import Finding, unknown
from solarrally_tui.findings.severity import Severity

_NOT_PROVEN: Final = (
    "This is advice: IAM's simulation cannot see everything, and nothing is held up by it. "
)
_POLICY: Final = (
    "The exact policies are printed by solarrally policy deploy. Ask the account's owner to give "
    "them to you, or to make a role with them that you can assume."
)
_MOST_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class PermissionQuestion:
    """Whether actions are allowed on resources: one statement of the deploy policy."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    context: Mapping[str, str]
    """Condition keys and a value that a real request would carry."""


def identity(arn: str, key_id: str) -> Finding:
    """Judge whose credentials these are: root, a long-lived key, or something that ends."""
    if arn.endswith(":root"):
        return Finding(
            "identity",
            "Credentials",
            Severity.WARN,
            "The root user: it can do anything, forever.",
            "AWS lets the root user take no role, so the way out is to sign in as somebody else: "
            "F4 in the wizard shows the steps and checks them. Use the root user for nothing "
            "else, and delete its access keys.",
        )
    if key_id.startswith("AKIA"):
        return Finding(
            "identity",
            "Credentials",
            Severity.WARN,
            "A long-lived key: who finds it can use it.",
            "F4 in the wizard makes a role with exactly the policies that solarrally policy "
            "deploy prints, and goes on with it: its keys end by themselves. Better still: IAM "
            "Identity Center or aws login, and delete the key. Until then keep it in the keyring "
            "with solarrally credentials add.",
        )
    return Finding("identity", "Credentials", Severity.OK, "They end by themselves.")


def session(
    expires: datetime | None, now: datetime, seconds: tuple[float, float], *, renewed: bool = False
) -> Finding | None:
    """Judge whether the session outlasts a deployment; None where it has no end.

    seconds: how long the deployment takes, at least and at most as a rule.
    renewed: new keys are fetched before the present ones end.
    """
    if expires is None:
        return None
    least, most = (round(each / 60) for each in seconds)
    if renewed:
        told = f"Renewed while your sign-in lasts; deploying takes {least} to {most} min."
        return Finding("session", "Session", Severity.OK, told)
    minutes = int((expires - now).total_seconds() // 60)
    told = f"{span(minutes)} left; deploying takes {least} to {most} min."
    if minutes < most:
        return Finding(
            "session",
            "Session",
            Severity.WARN,
            told,
            "Sign in again before you deploy. If the session ends halfway, nothing breaks: AWS "
            "goes on with what it has begun, and running the same again continues from there.",
        )
    return Finding("session", "Session", Severity.OK, told)


def span(minutes: int) -> str:
    """Return minutes for people."""
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
    told = list(results)
    refused = {r["EvalActionName"] for r in told if r["EvalDecision"] != "allowed"}
    by_organization = {
        r["EvalActionName"]
        for r in told
        if not r.get("OrganizationsDecisionDetail", {}).get("AllowedByOrganizations", True)
    }
    if not refused:
        line = f"All {len({r['EvalActionName'] for r in told})} actions look allowed."
        return Finding("permissions", "Permissions", Severity.OK, line)
    who = "Your organization forbids some of them. " if by_organization else ""
    line = f"{len(refused)} actions look refused: {_some(sorted(refused))}."
    fix = _NOT_PROVEN + who + _POLICY
    return Finding("permissions", "Permissions", Severity.WARN, line, fix)


def _some(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def permissions_of_root() -> Finding:
    """Say that root has nothing to simulate."""
    return Finding(
        "permissions", "Permissions", Severity.OK, "The root user is allowed everything."
    )


def permissions_unknown(why: str) -> Finding:
    """Say that IAM was not asked or did not answer."""
    return unknown("permissions", "Permissions", why, _NOT_PROVEN + _POLICY)


def region(name: str, status: str, why: str = "") -> Finding:
    """Judge the opt-in state of the Region, as account:GetRegionOptStatus has it."""
    if status in {"ENABLED", "ENABLED_BY_DEFAULT"}:
        return Finding("region", "Region", Severity.OK, f"{name} is switched on.")
    fix = (
        f"Switch {name} on in the console: your account's menu, Account, AWS Regions. It takes "
        "some minutes, up to hours. Or choose another Region."
    )
    if status in {"DISABLED", "DISABLING"}:
        return Finding("region", "Region", Severity.FAIL, f"{name} is switched off here.", fix)
    if status == "ENABLING":
        return Finding(
            "region",
            "Region",
            Severity.FAIL,
            f"{name} is being switched on.",
            "Wait until AWS has switched it on, then check again.",
        )
    return unknown("region", "Region", why or "AWS did not tell.", fix)


def plan(told: Mapping[str, Any], now: datetime) -> Finding:
    """Judge the account plan and its credits, as freetier:GetAccountPlanState has them."""
    left = _credits(told)
    if told.get("accountPlanType") == "FREE":
        return _free_plan(told, left, now)
    if told.get("accountPlanType") == "PAID":
        line = f"Paid plan, {left} left." if left else "Paid plan."
        return Finding("plan", "Account plan", Severity.OK, line)
    return plan_unknown("AWS names a plan that this version does not know.")


def _credits(told: Mapping[str, Any]) -> str:
    remaining = told.get("accountPlanRemainingCredits") or {}
    amount = float(remaining.get("amount", 0))
    return f"{amount:,.2f} {remaining.get('unit', 'USD')} of credits" if amount else ""


def _free_plan(told: Mapping[str, Any], left: str, now: datetime) -> Finding:
    ends = told.get("accountPlanExpirationDate")
    over = told.get("accountPlanStatus") == "EXPIRED"
    days = max((ends - now).days, 0) if isinstance(ends, datetime) else None
    parts = [left or "no credits", f"{days} days to go" if days is not None else ""]
    line = "Free plan, ended." if over else f"Free plan, {', '.join(filter(None, parts))}."
    return Finding(
        "plan",
        "Account plan",
        Severity.FAIL if over else Severity.WARN,
        line,
        "AWS closes a free plan when its time or its credits are used up, whichever comes first: "
        "the site is then gone, and AWS keeps the data for 90 days. It also leaves some services "
        "out. For a site that shall stay, change to the paid plan: console, Billing and Cost "
        "Management, Upgrade plan. Credits that are left are kept.",
    )


def plan_unknown(why: str) -> Finding:
    """Say that the plan could not be asked."""
    return unknown(
        "plan",
        "Account plan",
        why,
        "This holds nothing up. Accounts from before July "
        "2025 and members of an organization have no plan of their own.",
    )


def service_roles(missing: Sequence[str]) -> Finding:
    """Judge the service-linked roles."""
    if not missing:
        return Finding("roles", "Service roles", Severity.OK, "All are there.")
    line = f"{len(missing)} are made at the start of the deployment."
    return Finding("roles", "Service roles", Severity.OK, line)


def service_roles_unknown(why: str) -> Finding:
    """Say that the roles could not be looked at."""
    return unknown(
        "roles",
        "Service roles",
        why,
        "The deployment makes those that are missing. "
        "It needs iam:CreateServiceLinkedRole for that.",
    )


def principal_unseen(arn: str, name: str) -> str:
    """Return the ARN of a role that IAM does not tell us, from the ARN of its session."""
    partition, account = arn.split(":")[1], arn.split(":")[4]
    return f"arn:{partition}:iam::{account}:role{path_of(name)}{name}"
