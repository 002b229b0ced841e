"""What a new account should have before a site stands in it, as far as AWS tells. Reads only."""

import asyncio
from datetime import UTC, datetime
from typing import Final

from solarrally_tui.account.preflight.inspection import plan
from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.findings.finding import Finding, unknown
from solarrally_tui.findings.severity import Severity
from solarrally_tui.site.names import GLOBAL_REGION

_UNSEEN: Final = "These credentials may not ask. Look in the console, IAM, Dashboard."


async def first_steps(door: Door) -> tuple[Finding, ...]:
    """Return plan, protection of the root user, and who may see the bill.

    Raises AwsError when nobody is signed in; what is refused is unknown.
    """
    who = await door.identity()
    found = await asyncio.gather(plan(door, datetime.now(UTC)), _root(door), _bill(door))
    return (*found, _user(who.is_root))


async def _root(door: Door) -> Finding:
    """Judge the root user: MFA, and keys that it should not have."""
    title = "Root user"
    try:
        told = (await door.call("iam", "get_account_summary"))["SummaryMap"]
    except AwsError as error:
        return unknown("root", title, _why(error), _UNSEEN)
    missing = [] if told.get("AccountMFAEnabled") else ["it has no MFA"]
    missing += ["it has an access key"] if told.get("AccountAccessKeysPresent") else []
    if not missing:
        return Finding("root", title, Severity.OK, "MFA is on and it has no access key.")
    return Finding(
        "root",
        title,
        Severity.WARN,
        f"Not safe yet: {' and '.join(missing)}.",
        "Console, your account's menu, Security credentials, as the root user.",
    )


async def _bill(door: Door) -> Finding:
    """Judge whether the present credentials may see costs: the alerts need it."""
    title = "Bill"
    try:
        await door.call("ce", "get_anomaly_monitors", GLOBAL_REGION, MaxResults=1)
    except AwsError as error:
        if error.kind is not Kind.DENIED:
            return unknown("bill", title, _why(error), "")
        return Finding(
            "bill",
            title,
            Severity.WARN,
            "These credentials may not see costs.",
            "As the root user: console, your account's menu, Account, IAM user and role access "
            "to Billing information, Activate.",
        )
    return Finding("bill", title, Severity.OK, "Costs can be seen, so alerts can be made.")


def _user(root: bool) -> Finding:
    if root:
        return Finding("user", "Somebody else than root", Severity.WARN, "You are the root user.")
    return Finding("user", "Somebody else than root", Severity.OK, "You are not the root user.")


def _why(error: AwsError) -> str:
    return "these credentials may not ask." if error.kind is Kind.DENIED else f"{error.code}."
