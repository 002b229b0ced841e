"""What it takes to have a site again in another Region, out of what was copied there.

Nothing here asks the Region that is lost. The recovered site has a name of its own, because roles,
records and distributions are the account's and not a Region's, and the lost site may come back. Its
chargers keep their topics, which carry the lost site's name.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from solarrally_tui.account.iot_endpoints import iot_endpoint
from solarrally_tui.account.lookups import copied_backups
from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import Plain
from solarrally_tui.deployed import record
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.domains import charger_host
from solarrally_tui.domains.dns_records import DnsRecord
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.engine.steps import StepError
from solarrally_tui.site.files import from_answers, to_answers
from solarrally_tui.site.model import Site

_LONGEST_NAME: Final = 20
_UTC: Final = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class Recovery:
    """What a recovery is going to do. Nothing is there yet, unless it was begun."""

    lost: Site
    """The site as it was."""
    site: Site
    """The site as it will be."""
    moment: datetime
    """The database as it was then."""
    is_begun: bool = False
    """Whether an earlier run began it, whose answers it continues with."""

    def behind(self, now: datetime) -> float:
        """Return seconds of data that are lost where the first Region was lost only now."""
        return (now - self.moment).total_seconds()

    @property
    def stays_lost(self) -> tuple[str, ...]:
        """What does not come along, a sentence each."""
        lost, region = self.lost, self.lost.region
        passwords = (
            f"Passwords of {lost.name} stay in {region}: the dashboard gets another one, and "
            "users sign in with theirs of that time. To reset one: solarrally users "
            f"reset-password {self.site.name} EMAIL."
        )
        sentences = [f"What happened after {self.moment:%Y-%m-%d %H:%M:%S} UTC is lost.", passwords]
        if lost.devices.archive_days or lost.governance.trail:
            sentences.append(f"The telemetry archive and the audit log stay in {region}.")
        if lost.has_domain:
            sentences.append(
                f"{lost.domain.name} stays at the distribution of {lost.name}. The recovered site "
                "gets an address of CloudFront: see docs/disaster-recovery.md."
            )
        if lost.devices.fleet_provisioning:
            sentences.append("Claims are not copied: create new ones for devices from a box.")
        return tuple(sentences)


async def plan(lost: Site, door: Door, name: str = "", moment: datetime | None = None) -> Recovery:
    """Look up what can be recovered in the door's Region. Changes nothing.

    lost: the answers of the site. name: of the recovered site; empty for one made from its name.
    moment: with a time zone; None for the latest. Raises StepError and AwsError.
    """
    if door.region == lost.region:
        raise StepError(_same_region(lost), Exit.REFUSED)
    wanted = name or next_name(lost.name)
    if len(wanted) > _LONGEST_NAME or wanted == lost.name:
        raise StepError(_needs_name(lost.name), Exit.REFUSED)
    known = await record.find(door, wanted)
    if known is not None:
        return _continued(lost, known.site, door.region)
    backup = _newest(await copied_backups(door, lost.name, lost.region))
    if backup is None:
        raise StepError(_no_copy(lost, door.region), Exit.REFUSED)
    earliest, latest = (
        backup["RestoreWindow"]["EarliestTime"],
        backup["RestoreWindow"]["LatestTime"],
    )
    chosen = moment.astimezone(UTC) if moment else latest
    if not earliest <= chosen <= latest:
        raise StepError(_outside(chosen, earliest, latest), Exit.REFUSED)
    return Recovery(lost, recovered(lost, wanted, door.region, backup, chosen), chosen)


def next_name(name: str) -> str:
    """Return the name after a name: barn-2 after barn, barn-3 after barn-2."""
    stem, _, number = name.rpartition("-")
    return (
        f"{stem}-{int(number) + 1}" if stem and re.fullmatch(r"[1-9]\d*", number) else f"{name}-2"
    )


def recovered(
    lost: Site, name: str, region: str, backup: Mapping[str, Any], moment: datetime
) -> Site:
    """Return the answers of the recovered site: those of the lost one, but for what is a Region's.

    backup: the copied backups of its database. Raises SiteError.
    """
    answers = to_answers(lost)
    answers |= {"name": name, "region": region, "domain": _domain(lost), "network": {}}
    answers["devices"] = answers["devices"] | {"topic_name": lost.topic_name}
    answers["size"] = answers["size"] | {
        "database_major": int(str(backup["EngineVersion"]).partition(".")[0]),
        "database_snapshot": "",
        "database_backup": backup["DBInstanceAutomatedBackupsArn"],
        "database_restore_time": f"{moment:{_UTC}}",
        "backup_copy_region": "",
    }
    return from_answers(answers)


def _domain(lost: Site) -> dict[str, Any]:
    """Return where chargers connect, and who hosts its DNS: CloudFront has the name still."""
    if not lost.domain.charger_host:
        return {}
    kept = ("charger_host", "dns", "hosted_zone_id")
    return {name: value for name, value in to_answers(lost)["domain"].items() if name in kept}


async def lead_chargers(site: DeployedSite) -> DnsRecord | None:
    """Move the DNS record of the chargers' host to this Region, where it is in Route 53.

    Returns the record that leads there, or None for a site without such a host. Where its DNS is
    elsewhere, a person has to create it. Raises AwsError.
    """
    domain = site.site.domain
    if not domain.charger_host:
        return None
    target = (await iot_endpoint(site.door)).address
    if not domain.is_external:
        zone = (await site.stacks.parameters("iot"))["HostedZoneId"]
        await charger_host.lead(site.door, zone, domain.charger_host, target)
    return charger_host.record(domain.charger_host, target)


def returned(site: Site, snapshot: str) -> Site:
    """Return the answers of a site whose database is to be made from a snapshot."""
    answers = to_answers(site)
    answers["size"] |= {
        "database_snapshot": snapshot,
        "database_backup": "",
        "database_restore_time": "",
    }
    return from_answers(answers)


def _newest(backups: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Return the backups that reach farthest; of a replaced database there are older ones."""
    usable = [backup for backup in backups if (backup.get("RestoreWindow") or {}).get("LatestTime")]
    return max(usable, key=lambda backup: backup["RestoreWindow"]["LatestTime"], default=None)


def _continued(lost: Site, begun: Site, region: str) -> Recovery:
    is_ours = begun.devices.topic_name == lost.topic_name and begun.size.database_backup
    if not is_ours or begun.region != region:
        raise StepError(_name_taken(begun.name, lost.name), Exit.REFUSED)
    moment = datetime.fromisoformat(begun.size.database_restore_time)
    return Recovery(lost, begun, moment, is_begun=True)


def _same_region(site: Site) -> Plain:
    return Plain(
        what=f"{site.name} is in {site.region} itself. Nothing was changed.",
        why="recover makes a site in another Region, out of what was copied there.",
        next=f"To return to a time in {site.region}: solarrally recover {site.name} --time TIME",
    )


def _needs_name(name: str) -> Plain:
    return Plain(
        what=f"The recovered site needs a name other than {name}, of at most {_LONGEST_NAME} "
        "characters.",
        why="Roles and the record of the site are the account's, and the lost site may come back.",
        next="Name it with --as NAME.",
    )


def _name_taken(name: str, lost: str) -> Plain:
    return Plain(
        what=f"There is a site {name} already, which is no recovery of {lost} in this Region.",
        why="A recovery makes a new site, and does not change another one.",
        next="Choose another name with --as NAME.",
    )


def _no_copy(lost: Site, region: str) -> Plain:
    there = lost.size.backup_copy_region
    why = (
        f"RDS copies its backups to {there}."
        if there and there != region
        else "RDS has copied none yet, or deleted those it had. A new copy takes up to an hour."
    )
    return Plain(
        what=f"{region} has no backups of {lost.name} that can be restored. Nothing was changed.",
        why=why,
        next=f"Recover there: --in {there}"
        if there and there != region
        else f'Set size.backup_copy_region = "{region}" while the site runs, and deploy it.',
    )


def _outside(wanted: datetime, earliest: datetime, latest: datetime) -> Plain:
    return Plain(
        what=f"The copied backups cannot restore {wanted:%Y-%m-%d %H:%M:%S} UTC.",
        why=f"They reach from {earliest:%Y-%m-%d %H:%M:%S} to {latest:%Y-%m-%d %H:%M:%S} UTC.",
        next="Name a time in between, or none for the latest.",
    )
