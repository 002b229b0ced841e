"""IoT policies of an old broker's certificates, while a site's chargers move in.

They are numbered, and created in this order and deleted in the other, so that asking for the next
one finds them all: also those of a run that was cut off.
"""

from typing import Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.aws.poll import poll
from solarrally_tui.site.names import migration_policy

_EVERY_SECONDS: Final = 2.0
_LIMIT_SECONDS: Final = 300.0
"""A policy may count as attached for minutes (AWS IoT API reference, DetachPolicy)."""


async def find(door: Door, site: str) -> dict[str, str]:
    """Return the policies in their order, with their documents. Raises AwsError."""
    found: dict[str, str] = {}
    link = 1
    while True:
        part = 1
        while policy := await door.find(
            "iot", "get_policy", policyName=migration_policy(site, link, part)
        ):
            found[str(policy["policyName"])] = str(policy["policyDocument"])
            part += 1
        if part == 1:
            return found
        link += 1


async def certificates(door: Door, policies: list[str]) -> set[str]:
    """Return the ARNs of the certificates that policies are attached to. Raises AwsError."""
    arns: set[str] = set()
    for policy in policies:
        arns.update(
            await door.pages("iot", "list_targets_for_policy", "targets", policyName=policy)
        )
    return {arn for arn in arns if ":cert/" in arn}


async def delete(door: Door, policies: list[str]) -> None:
    """Delete policies that no certificate has any more, the last one first.

    Raises AwsError and StillWaitingError.
    """
    for policy in reversed(policies):

        async def attempt(name: str = policy) -> bool | None:
            try:
                await door.find("iot", "delete_policy", policyName=name)
            except AwsError as error:
                if error.code == "DeleteConflictException":
                    return None
                raise
            return True

        await poll(attempt, every=_EVERY_SECONDS, limit=_LIMIT_SECONDS)
