"""What a new account should have before its first site, as far as AWS shows it. Reads only."""

import asyncio
from datetime import UTC, datetime
from typing import Final

from solarrally_tui.account.preflight.inspection import plan
from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.aws.why_unknown import why_unknown
from solarrally_tui.findings.finding import Finding, unknown
from solarrally_tui.findings.severity import Severity
from solarrally_tui.site.names import GLOBAL_REGION

_UNSEEN: Final = "Check it in the console: IAM, Dashboard."


async def first_steps(door: Door) -> tuple[Finding, ...]:
    """Return the account plan, the root user's protection, and who may see the bill.

    Raises AwsError when nobody is signed in; what is denied is unknown.
    """
    who = await door.identity()
    findings = await asyncio.gather(plan(door, datetime.now(UTC)), _root(door), _bill(door))
    return (*findings, _user(who.is_root))


async def _root(door: Door) -> Finding:
    """Judge the root user: MFA, and keys that it should not have."""
    title = "Root user"
    try:
        summary = (await door.call("iam", "get_account_summary"))["SummaryMap"]
    except AwsError as error:
        return unknown("root", title, why_unknown(error), _UNSEEN)
    missing = [] if summary.get("AccountMFAEnabled") else ["it has no MFA"]
    missing += ["it has an access key"] if summary.get("AccountAccessKeysPresent") else []
    if not missing:
        return Finding("root", title, Severity.OK, "It has MFA and no access key.")
    return Finding(
        "root",
        title,
        Severity.WARN,
        f"Not safe yet: {' and '.join(missing)}.",
        "As the root user: console, account menu, Security credentials.",
    )


async def _bill(door: Door) -> Finding:
    """Judge whether the present credentials may see costs: the alerts need it."""
    title = "Bill"
    try:
        await door.call("ce", "get_anomaly_monitors", GLOBAL_REGION, MaxResults=1)
    except AwsError as error:
        if error.kind is not Kind.DENIED:
            return unknown("bill", title, why_unknown(error), "")
        known = error.explanation
        if known and known.kind == "organisation-payer":
            return Finding("bill", title, Severity.WARN, known.what, known.next)
        return Finding(
            "bill",
            title,
            Severity.WARN,
            "These credentials may not see costs.",
            "As the root user: console, account menu, Account, IAM user and role access "
            "to Billing information, Activate.",
        )
    return Finding("bill", title, Severity.OK, "Costs are visible, so alerts can be created.")


def _user(root: bool) -> Finding:
    title = "Your user"
    if root:
        return Finding("user", title, Severity.WARN, "You are signed in as the root user.")
    return Finding("user", title, Severity.OK, "You are not the root user.")
