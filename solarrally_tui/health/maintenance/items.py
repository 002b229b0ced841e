"""What of a site is renewed from time to time. Ids never change; scripts rely on them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from solarrally_tui.findings.severity import Severity


class Urgency(StrEnum):
    """How soon something has to be done."""

    NOT_DUE = "not due"
    DUE = "due"
    URGENT = "urgent"
    UNKNOWN = "unknown"

    @property
    def severity(self) -> Severity:
        """The severity whose glyph people see."""
        return {
            Urgency.NOT_DUE: Severity.OK,
            Urgency.DUE: Severity.WARN,
            Urgency.URGENT: Severity.FAIL,
            Urgency.UNKNOWN: Severity.UNKNOWN,
        }[self]


@dataclass(frozen=True, slots=True)
class Kind:
    """One thing that is renewed, whatever the site."""

    id: str
    title: str
    interrupts: str
    """What renewing it interrupts, as sentences."""
    command: str
    """The command that renews it, with {site}; words where there is none."""
    checks: tuple[str, ...] = ()
    """Ids of the health checks that show afterwards whether the site still works."""


_SERVES: Final = ("service", "targets", "application")

DATABASE_PASSWORD: Final = Kind(
    "database-password",
    "Database password",
    "New connections to the database fail for a few minutes. The tasks are replaced one after the "
    "other.",
    "solarrally maintain {site} --do database-password",
    (*_SERVES, "database"),
)
ADMINISTRATOR_PASSWORD: Final = Kind(
    "administrator-password",
    "Administrator password",
    "Nothing. The administrator signs in with the new password from then on.",
    "solarrally users reset-password {site} EMAIL",
)
VIEWER_PASSWORD: Final = Kind(
    "viewer-password",
    "Viewer password and key",
    "Every viewer is signed out, and signs in with the new password. Chargers and tasks are not "
    "interrupted.",
    "solarrally maintain {site} --do viewer-password",
    ("page", "strangers"),
)
BRIDGE_CERTIFICATE: Final = Kind(
    "bridge-certificate",
    "Bridge certificate",
    "The tasks are replaced one after the other. Telemetry continues, because the old certificate "
    "ends only after the tasks have the new one.",
    "solarrally maintain {site} --do bridge-certificate",
    (*_SERVES, "bridge"),
)
CHARGER_CERTIFICATES: Final = Kind(
    "charger-certificates",
    "Keys of the chargers",
    "Each charger reconnects once with its new key. AWS IoT would accept its certificate until the "
    "end of 2049: a key is due because of its age.",
    "solarrally chargers rotate {site} --older-than 365 --to FOLDER",
)
DATABASE_AUTHORITY: Final = Kind(
    "database-authority",
    "RDS certificate authority",
    "RDS gives the database another server certificate. Most versions of PostgreSQL need no "
    "restart for that; the others restart, which takes a few minutes.",
    "solarrally maintain {site} --do database-authority",
    (*_SERVES, "database"),
)
POSTGRES_MINOR: Final = Kind(
    "postgres-minor",
    "Minor version of PostgreSQL",
    "The database restarts with the new version. The application is not available for several "
    "minutes. A snapshot is created first, which takes minutes and interrupts nothing.",
    "solarrally maintain {site} --do postgres-minor",
    (*_SERVES, "database"),
)
POSTGRES_MAJOR: Final = Kind(
    "postgres-major",
    "Major version of PostgreSQL",
    "The site moves to a second one with the newer version: telemetry between the dump and the "
    "move is lost.",
    "Deploy a second site with a newer size.database_major, then: pg_dump, solarrally import",
)
APPLICATION: Final = Kind(
    "application",
    "Application and blueprints",
    "The tasks are replaced one after the other, without loss of service. solarrally plan shows "
    "what else changes.",
    "solarrally update {site}",
)
APPLICATION_IMAGE: Final = Kind(
    "application-image",
    "Base images of the backend",
    "The tasks are replaced one after the other, without loss of service.",
    "solarrally update {site} --ref BRANCH",
)
BROKER_IMAGE: Final = Kind(
    "broker-image",
    "Mosquitto image",
    "The tasks are replaced one after the other. Telemetry reconnects within seconds.",
    "solarrally update {site}",
)

KINDS: Final = MappingProxyType(
    {
        kind.id: kind
        for kind in (
            DATABASE_PASSWORD,
            ADMINISTRATOR_PASSWORD,
            VIEWER_PASSWORD,
            BRIDGE_CERTIFICATE,
            CHARGER_CERTIFICATES,
            DATABASE_AUTHORITY,
            POSTGRES_MINOR,
            POSTGRES_MAJOR,
            APPLICATION,
            APPLICATION_IMAGE,
            BROKER_IMAGE,
        )
    }
)
"""By id, in the order in which they are listed."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a site stands with one thing."""

    urgency: Urgency
    line: str
    due: datetime | None = None
    """When it is due; None where that is not known by date."""
    urgent: datetime | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a site has, and how it stands with it."""

    kind: Kind
    standing: Standing

    def as_object(self, site: str) -> dict[str, Any]:
        """Return it as `maintain --json` prints it."""
        due, urgent = self.standing.due, self.standing.urgent
        return {
            "id": self.kind.id,
            "title": self.kind.title,
            "state": self.standing.urgency.value,
            "detail": self.standing.line,
            "due": due.isoformat() if due else None,
            "urgent": urgent.isoformat() if urgent else None,
            "interrupts": self.kind.interrupts,
            "how": self.kind.command.format(site=site),
        }


def worst(items: Iterable[Item]) -> Urgency:
    """Return the urgency of a site: what is due outweighs what could not be seen."""
    order = (Urgency.URGENT, Urgency.DUE, Urgency.UNKNOWN)
    found = {item.standing.urgency for item in items}
    return next((one for one in order if one in found), Urgency.NOT_DUE)
