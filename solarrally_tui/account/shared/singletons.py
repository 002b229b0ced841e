"""What an account or a Region has once: found or created, shared by all sites, removed last.

A site can do without any of it, so a refusal is a warning. What the site file switches off is not
asked for.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from solarrally_tui.account.shared import cost_anomalies, github_oidc, iot_settings
from solarrally_tui.account.shared.extras import (
    ANOMALIES,
    FLEET_INDEX,
    GITHUB,
    IOT_LOG,
    Extra,
    explain,
)
from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind, Plain

_STOPPING = frozenset({Kind.EXPIRED, Kind.READ_ONLY})
"""Nothing else would work either."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsWanted:
    """What one site needs of the account-wide settings."""

    site: str
    email: str
    anomaly_detection: bool
    iot_log: bool
    fleet_index: bool
    github: bool
    boundary: str = ""
    """ARN of the permissions boundary of roles that are created; empty for none."""


@dataclass(slots=True)
class _Attempts:
    """What was done, and what AWS refused."""

    done: list[str] = field(default_factory=list)
    refused: list[tuple[Extra, Plain]] = field(default_factory=list)

    async def attempt(self, extra: Extra, work: Callable[[], Awaitable[list[str]]]) -> None:
        """Do the work for an extra and note what it says, or why AWS refused."""
        try:
            self.done += await work()
        except AwsError as error:
            if error.kind in _STOPPING:
                raise
            self.refused.append((extra, explain(error)))


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """The account-wide settings: what had to be created or changed, and what could not."""

    created: tuple[str, ...]
    warnings: tuple[Plain, ...] = ()


@dataclass(frozen=True, slots=True)
class Released:
    """What was removed of the account-wide settings, and what could not be."""

    removed: tuple[str, ...]
    warnings: tuple[Plain, ...] = ()


async def ensure(door: Door, needs: SettingsWanted) -> AccountSettings:
    """Find or create everything that a site needs. The door is in the site's Region.

    Raises AwsError where the session has ended or only reads.
    """
    attempts = _Attempts()

    async def log() -> list[str]:
        return ["the log of AWS IoT"] * await iot_settings.ensure_logging(door, needs.boundary)

    async def index() -> list[str]:
        return ["the fleet index"] * await iot_settings.ensure_indexing(door)

    async def provider() -> list[str]:
        is_new = await github_oidc.ensure_provider(door)
        return ["the identity provider for GitHub"] * is_new

    if needs.iot_log:
        await attempts.attempt(IOT_LOG, log)
    if needs.fleet_index:
        await attempts.attempt(FLEET_INDEX, index)
    await attempts.attempt(ANOMALIES, lambda: _anomalies(door, needs))
    if needs.github:
        await attempts.attempt(GITHUB, provider)
    warnings = tuple(extra.missing(plain) for extra, plain in attempts.refused)
    return AccountSettings(tuple(attempts.done), warnings)


async def release(door: Door, site: str, other_regions: Iterable[str]) -> Released:
    """Remove what solarrally created and no other site uses, and return what that was.

    other_regions: the Region of each other site of the account. Raises AwsError where the session
    has ended or only reads.
    """
    others = set(other_regions)
    attempts = _Attempts()

    async def subscription() -> list[str]:
        deleted = await cost_anomalies.delete_subscription(door, site)
        return ["cost anomaly subscription"] * deleted

    async def monitor() -> list[str]:
        return ["cost anomaly monitor"] * await cost_anomalies.release_monitor(door)

    async def log() -> list[str]:
        return ["log of AWS IoT"] * await iot_settings.release_logging(door)

    async def log_role() -> list[str]:
        await iot_settings.delete_log_role(door)
        return []

    async def index() -> list[str]:
        return ["fleet index"] * await iot_settings.release_indexing(door)

    async def provider() -> list[str]:
        return ["identity provider for GitHub"] * await github_oidc.release_provider(door)

    await attempts.attempt(ANOMALIES, subscription)
    if door.region not in others:
        await attempts.attempt(IOT_LOG, log)
        await attempts.attempt(FLEET_INDEX, index)
    if not others:
        await attempts.attempt(ANOMALIES, monitor)
        await attempts.attempt(GITHUB, provider)
        await attempts.attempt(IOT_LOG, log_role)
    warnings = tuple(extra.left(plain) for extra, plain in attempts.refused)
    return Released(tuple(attempts.done), warnings)


async def _anomalies(door: Door, needs: SettingsWanted) -> list[str]:
    if not needs.anomaly_detection:
        unsubscribed = await cost_anomalies.delete_subscription(door, needs.site)
        return ["no more e-mails about cost anomalies"] * unsubscribed
    monitor, is_new = await cost_anomalies.ensure_monitor(door)
    subscribed = await cost_anomalies.ensure_subscription(door, needs.site, monitor, needs.email)
    return ["the cost anomaly monitor"] * is_new + ["the cost anomaly subscription"] * subscribed
