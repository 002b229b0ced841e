"""A stack that waits for the certificate of a domain that the answers no longer name.

CloudFormation would wait for 36 hours, and a stack can do one thing at a time.
"""

from collections.abc import Awaitable, Callable
from typing import Final

from solarrally_tui.aws.door import Door
from solarrally_tui.deployed.stack import Stack
from solarrally_tui.domains.certificates import PENDING, tagged
from solarrally_tui.provisioning.change.change_set import token

CREATING: Final = "CREATE_IN_PROGRESS"
UPDATING: Final = "UPDATE_IN_PROGRESS"

Outdated = Callable[[Stack], Awaitable[bool]]


async def waits(door: Door, site: str, stack: Stack, region: str) -> bool:
    """Whether a stack is held up by a certificate of its domain that is not issued.

    Raises AwsError.
    """
    domain = stack.parameters.get("DomainName", "")
    if not domain or stack.status not in {CREATING, UPDATING}:
        return False
    return bool(await tagged(door, site, region, domain, (PENDING,)))


async def cancel(door: Door, stack: Stack, region: str) -> None:
    """Cancel the update of a stack: AWS rolls it back. Raises AwsError."""
    once = token("cancel", stack.id, stack.touched)
    await door.call(
        "cloudformation",
        "cancel_update_stack",
        region,
        StackName=stack.id,
        ClientRequestToken=once,
    )
