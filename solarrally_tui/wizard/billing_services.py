"""The real services of the billing screen: the site's topic, found through its stack."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from solarrally_tui.account.billing_alerts import AlertDelivery
from solarrally_tui.aws.errors import AwsError

if TYPE_CHECKING:
    from solarrally_tui.aws.door import Door

Opener = Callable[[str | None], Awaitable["Door"]]


class EngineBilling:
    """Asks AWS about alerts, and makes it send."""

    def __init__(self, at: Opener) -> None:
        self._at = at

    async def alerts(self, site: str, region: str, email: str) -> AlertDelivery:
        """Look at the way to the mailbox, and at what the account has of its own.

        Raises AwsError.
        """
        from solarrally_tui.account.billing_alerts import inspect  # noqa: PLC0415

        door = await self._at(region)
        return await inspect(door, await _topic(door, site), email)

    async def send_test(self, site: str, region: str) -> None:
        """Send one message to everybody who has confirmed. Raises AwsError."""
        from solarrally_tui.account.billing_alerts import send_test  # noqa: PLC0415

        door = await self._at(region)
        await send_test(door, await _existing(door, site), site)

    async def ask_again(self, site: str, region: str, email: str) -> None:
        """Let AWS send its confirmation once more. Raises AwsError."""
        from solarrally_tui.account.billing_alerts import resend_confirmation  # noqa: PLC0415

        door = await self._at(region)
        await resend_confirmation(door, await _existing(door, site), email)


async def _topic(door: "Door", site: str) -> str:
    """Return the ARN of the site's topic, or an empty string before there is one."""
    from solarrally_tui.deployed.site import SiteStacks  # noqa: PLC0415

    outputs = await SiteStacks(site, door).outputs("bootstrap") if site else {}
    return outputs.get("AlertTopicArn", "")


async def _existing(door: "Door", site: str) -> str:
    topic = await _topic(door, site)
    if not topic:
        raise AwsError("NotFound", f"{site} has no topic for alerts yet", "sns", "publish")
    return topic
