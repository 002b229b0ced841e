"""What the billing screen needs from the outside: whether alerts arrive."""

from typing import Protocol

from solarrally_tui.account.billing_alerts import AlertDelivery


class Billing(Protocol):
    """Alerts of a site as the screen sees them. Calls raise AwsError."""

    async def alerts(self, site: str, region: str, email: str) -> AlertDelivery:
        """Look at the way to the mailbox, and at what the account has of its own."""

    async def send_test(self, site: str, region: str) -> None:
        """Send one message to everybody who has confirmed."""

    async def ask_again(self, site: str, region: str, email: str) -> None:
        """Let AWS send its confirmation once more."""
