"""What an account or a Region has once: found or created, shared by all sites, removed last."""

from collections.abc import Iterable
from dataclasses import dataclass

from solarrally_tui.account.shared import cost_anomalies, github_oidc, iot_settings
from solarrally_tui.aws.door import Door


@dataclass(frozen=True, slots=True)
class SettingsWanted:
    """What one site needs of the account-wide settings."""

    site: str
    email: str
    anomaly_detection: bool
    github: bool


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """The account-wide settings, and what had to be created or changed for them."""

    created: tuple[str, ...]
    oidc_provider_arn: str = ""


async def ensure(door: Door, needs: SettingsWanted) -> AccountSettings:
    """Find or create everything that a site needs. The door is in the site's Region.

    Raises AwsError.
    """
    created: list[str] = []
    if await iot_settings.ensure_logging(door):
        created.append("the log of AWS IoT")
    if await iot_settings.ensure_indexing(door):
        created.append("the fleet index")
    created += await _anomalies(door, needs)
    arn = ""
    if needs.github:
        arn, is_new = await github_oidc.ensure_provider(door)
        created += ["the identity provider for GitHub"] * is_new
    return AccountSettings(tuple(created), arn)


async def release(door: Door, site: str, other_regions: Iterable[str]) -> tuple[str, ...]:
    """Remove what solarrally created and no other site uses, and return what that was.

    other_regions: the Region of each other site of the account. Raises AwsError.
    """
    others = set(other_regions)
    removed: list[str] = []
    if await cost_anomalies.delete_subscription(door, site):
        removed.append("cost anomaly subscription")
    if door.region not in others:
        removed += ["log of AWS IoT"] * await iot_settings.release_logging(door)
        removed += ["fleet index"] * await iot_settings.release_indexing(door)
    if not others:
        removed += ["cost anomaly monitor"] * await cost_anomalies.release_monitor(door)
        removed += ["identity provider for GitHub"] * await github_oidc.release_provider(door)
        await iot_settings.delete_log_role(door)
    return tuple(removed)


async def _anomalies(door: Door, needs: SettingsWanted) -> list[str]:
    if not needs.anomaly_detection:
        unsubscribed = await cost_anomalies.delete_subscription(door, needs.site)
        return ["no more e-mails about cost anomalies"] * unsubscribed
    monitor, is_new = await cost_anomalies.ensure_monitor(door)
    subscribed = await cost_anomalies.ensure_subscription(door, needs.site, monitor, needs.email)
    return ["the cost anomaly monitor"] * is_new + ["the cost anomaly subscription"] * subscribed
