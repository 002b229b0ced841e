"""Scripted alerts and a scripted deployer role, for tests of screens alone."""

from solarrally_tui.account.billing_alerts import (
    AlertDelivery,
    Delivery,
    delivery_finding,
    metrics_finding,
    monitor_finding,
)
from solarrally_tui.account.deployer_role import DeployerPlan
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.findings.finding import Finding
from solarrally_tui.findings.severity import Severity

PLAN = DeployerPlan(
    site="sunny-garage",
    account="123456789012",
    arn="arn:aws:iam::123456789012:role/solarrally/solarrally-sunny-garage-deployer",
    trusted="arn:aws:iam::123456789012:user/ops",
    policies=tuple(f"solarrally-sunny-garage-deploy-{n}" for n in (1, 2, 3)),
    region="eu-central-1",
    boundary="arn:aws:iam::123456789012:policy/solarrally/solarrally-sunny-garage-boundary",
    has_mfa=False,
)
FIRST = (
    Finding("plan", "Account plan", Severity.WARN, "Free plan, $81.50 of credits, 120 days left."),
    Finding("root", "Root user", Severity.WARN, "Not safe yet: it has no MFA."),
    Finding("bill", "Bill", Severity.OK, "Costs are visible, so alerts can be created."),
    Finding("user", "Your user", Severity.OK, "You are not the root user."),
)


def alerts(
    delivery: Delivery,
    email: str = "ops@example.com",
    others: tuple[str, ...] = (),
    *,
    metrics_on: bool = False,
) -> AlertDelivery:
    """Return what the screen shows at one state of the way to the mailbox."""
    own = {"MonitorName": "Default-Services-Monitor"}
    return AlertDelivery(
        delivery,
        email,
        others,
        (
            delivery_finding(delivery, email, others),
            monitor_finding(own),
            metrics_finding(metrics_on),
        ),
    )


class ScriptedBilling:
    """A topic whose state a test sets."""

    def __init__(self) -> None:
        self.told: Delivery | AwsError = Delivery.NOT_YET
        self.others: tuple[str, ...] = ()
        self.metrics_on = False
        self.sent: list[tuple[str, ...]] = []
        self.refused: AwsError | None = None

    async def alerts(
        self, site: str, region: str, email: str, *, anomalies: bool = True
    ) -> AlertDelivery:
        if isinstance(self.told, AwsError):
            raise self.told
        return alerts(self.told, email, self.others, metrics_on=self.metrics_on)

    async def send_test(self, site: str, region: str) -> None:
        if self.refused:
            raise self.refused
        self.sent.append(("test", site, region))

    async def resend_confirmation(self, site: str, region: str, email: str) -> None:
        if self.refused:
            raise self.refused
        self.sent.append(("again", site, region, email))
