"""What an account or a Region has once: found or made, shared by all sites, taken back last."""

from collections.abc import Iterable
from dataclasses import dataclass

from solarrally_tui.account.shared import cost_anomalies, github_oidc, iot_settings
from solarrally_tui.aws.door import Door


@dataclass(frozen=True, slots=True)
class SettingsWanted:
    """What one site wants of the account-wide things."""

    site: str
    email: str
    anomaly_detection: bool
    github: bool


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """The account-wide things as they are now, and what had to be made for that."""

    made: tuple[str, ...]
    oidc_provider_arn: str = ""


async def ensure(door: Door, needs: SettingsWanted) -> AccountSettings:
    """Find or make everything that a site needs. The door is in the site's Region.

    Raises AwsError.
    """
    made: list[str] = []
    if await iot_settings.ensure_logging(door):
        made.append("the log of AWS IoT")
    if await iot_settings.ensure_indexing(door):
        made.append("the fleet index")
    made += await _anomalies(door, needs)
    arn = ""
    if needs.github:
        arn, new = await github_oidc.ensure_provider(door)
        made += ["the identity provider for GitHub"] * new
    return AccountSettings(tuple(made), arn)


async def release(door: Door, site: str, other_regions: Iterable[str]) -> tuple[str, ...]:
    """Take back what solarrally made and no other site uses, and return what that was.

    other_regions: the Region of each other site of the account. Raises AwsError.
    """
    others = set(other_regions)
    gone: list[str] = []
    if await cost_anomalies.delete_subscription(door, site):
        gone.append("cost anomaly subscription")
    if door.region not in others:
        gone += ["log of AWS IoT"] * await iot_settings.release_logging(door)
        gone += ["fleet index"] * await iot_settings.release_indexing(door)
    if not others:
        gone += ["cost anomaly monitor"] * await cost_anomalies.release_monitor(door)
        gone += ["identity provider for GitHub"] * await github_oidc.release_provider(door)
        await iot_settings.delete_log_role(door)
    return tuple(gone)


async def _anomalies(door: Door, needs: SettingsWanted) -> list[str]:
    if not needs.anomaly_detection:
        gone = await cost_anomalies.delete_subscription(door, needs.site)
        return ["no more cost anomaly mails"] * gone
    monitor, new = await cost_anomalies.ensure_monitor(door)
    made = ["the cost anomaly monitor"] * new
    subscribed = await cost_anomalies.ensure_subscription(door, needs.site, monitor, needs.email)
    return made + ["the cost anomaly subscription"] * subscribed
