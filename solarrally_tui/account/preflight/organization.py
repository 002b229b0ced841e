"""Whether the account belongs to an organization, which limits what it may do."""

from typing import Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.aws.why_unknown import why_unknown
from solarrally_tui.findings.finding import Finding, unknown
from solarrally_tui.findings.severity import Severity

_TITLE: Final = "Organization"
_NONE: Final = "AWSOrganizationsNotInUseException"


async def organization(door: Door, account: str) -> Finding:
    """Look up who pays for the account. Raises no AwsError."""
    try:
        found = (await door.call("organizations", "describe_organization"))["Organization"]
    except AwsError as error:
        if error.code == _NONE:
            return Finding("organization", _TITLE, Severity.OK, "The account is in none.")
        return unknown("organization", _TITLE, why_unknown(error), "You can continue.")
    payer = str(found.get("MasterAccountId", ""))
    if payer == account:
        line = f"This is the management account of {found['Id']}."
        return Finding("organization", _TITLE, Severity.OK, line)
    return Finding(
        "organization",
        _TITLE,
        Severity.UNKNOWN,
        f"A member of {found['Id']}; account {payer} pays. What its policies deny, AWS does not "
        "say. Only its administrators can allow it.",
    )
