"""What the billing screen needs: whether alerts reach somebody."""

from typing import Protocol

from typing_extensions import override

from solarrally_tui.account import billing_alerts
from solarrally_tui.account.billing_alerts import AlertDelivery
from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.deployed.site import SiteStacks
from solarrally_tui.wizard.model import Opener


class Billing(Protocol):
    """AlertDelivery of a site as the screen sees them. Calls raise AwsError."""

    async def alerts(
        self, site: str, region: str, email: str, *, anomalies: bool = True
    ) -> AlertDelivery:
        """Check the way to the mailbox, and what the account watches on its own.

        anomalies: whether the site wants cost anomaly detection.
        """

    async def send_test(self, site: str, region: str) -> None:
        """Send one message to everybody who has confirmed."""

    async def resend_confirmation(self, site: str, region: str, email: str) -> None:
        """Let AWS send its request for a confirmation again."""


class EngineBilling(Billing):
    """Asks AWS about the site's topic, which its first stack names."""

    def __init__(self, at: Opener) -> None:
        self._at = at

    @override
    async def alerts(
        self, site: str, region: str, email: str, *, anomalies: bool = True
    ) -> AlertDelivery:
        door = await self._at(region)
        return await billing_alerts.inspect(
            door, await _topic(door, site), email, anomalies=anomalies
        )

    @override
    async def send_test(self, site: str, region: str) -> None:
        door = await self._at(region)
        await billing_alerts.send_test(door, await _existing_topic(door, site), site)

    @override
    async def resend_confirmation(self, site: str, region: str, email: str) -> None:
        door = await self._at(region)
        await billing_alerts.resend_confirmation(door, await _existing_topic(door, site), email)


async def _topic(door: Door, site: str) -> str:
    """Return the ARN of the site's topic, or an empty string before there is one."""
    outputs = await SiteStacks(site, door).outputs("bootstrap") if site else {}
    return outputs.get("AlertTopicArn", "")


async def _existing_topic(door: Door, site: str) -> str:
    topic = await _topic(door, site)
    if not topic:
        raise AwsError("NotFound", f"{site} has no topic for alerts yet", "sns", "publish")
    return topic
