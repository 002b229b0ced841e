"""What a drill measured, judged and written down. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from solarrally_tui.findings.severity import Severity
from solarrally_tui.provisioning.operations.restored_database import Source
from solarrally_tui.text.enumeration import counted

_MINUTE: Final = 60


@dataclass(frozen=True, slots=True)
class Examined:
    """What the application's own models found in the restored database."""

    version: str
    """Of PostgreSQL."""
    missing: tuple[str, ...]
    """Tables, and columns as TABLE.COLUMN, that the application needs and that are not there."""
    users: int = 0
    has_administrator: bool = False
    """Whether the administrator of the site's answers is among the users."""
    sessions: int = 0
    newest_session: datetime | None = None
    """The newest time in any charging session; None without one."""

    @classmethod
    def of(cls, answer: dict[str, Any]) -> "Examined":
        """Read the answer of the program."""
        newest = answer.get("newest_session")
        return cls(
            str(answer["version"]),
            tuple(answer["missing"]),
            int(answer.get("users", 0)),
            bool(answer.get("administrator")),
            int(answer.get("sessions", 0)),
            datetime.fromisoformat(newest) if newest else None,
        )


@dataclass(frozen=True, slots=True)
class Check:
    """One judgement of a restored database."""

    title: str
    severity: Severity
    text: str


@dataclass(frozen=True, slots=True)
class DrillReport:
    """What a drill did, found and measured."""

    site: str
    region: str
    account: str
    """Twelve digits, or what names a simulated account."""
    begun: datetime
    source: Source
    database: str
    """Name of the restored database."""
    size: str
    """Its class."""
    running_size: str
    """The class of the site's own database."""
    storage_gib: int
    restored_seconds: float
    """From the request until the database was available."""
    password_seconds: float
    """Until it had a password of its own."""
    checked_seconds: float
    """Until the application's models had examined it."""
    examined: Examined
    is_simulated: bool = False
    kept: str = ""
    """The snapshot of the restored database that stays; empty for none."""
    is_removed: bool = False
    """Whether RDS no longer lists the restored database."""

    @property
    def recovery_time(self) -> float:
        """Seconds from the request until the database was known to be good (RTO)."""
        return self.restored_seconds + self.password_seconds + self.checked_seconds

    @property
    def recovery_point(self) -> float:
        """Seconds of data that would have been lost: how old the newest data was (RPO)."""
        return max((self.begun - self.source.moment).total_seconds(), 0.0)

    @property
    def checks(self) -> tuple[Check, ...]:
        """What was judged."""
        seen = self.examined
        if seen.missing:
            text = f"Missing: {', '.join(seen.missing)}."
            return (Check("Tables", Severity.FAIL, text),)
        return (
            Check("Tables", Severity.OK, "Every table and column of the application is there."),
            Check(
                "Users",
                Severity.OK if seen.users else Severity.FAIL,
                f"{counted(seen.users, 'user')}.",
            ),
            Check(
                "Administrator",
                Severity.OK if seen.has_administrator else Severity.FAIL,
                "The administrator of the site's answers is among them."
                if seen.has_administrator
                else "The administrator of the site's answers is not among them.",
            ),
            Check("Charging sessions", Severity.OK, _sessions(seen)),
        )

    @property
    def is_good(self) -> bool:
        """Whether the restored database could serve the application."""
        return all(check.severity is Severity.OK for check in self.checks)

    def to_json(self) -> dict[str, Any]:
        """Return the report for scripts. Times are in seconds, moments ISO 8601 in UTC."""
        return {
            "type": "drill",
            "site": self.site,
            "region": self.region,
            "account": self.account,
            "simulated": self.is_simulated,
            "begun": self.begun.isoformat(),
            "snapshot": self.source.snapshot or None,
            "restored_to": self.source.moment.isoformat(),
            "database": self.database,
            "class": self.size,
            "running_class": self.running_size,
            "storage_gib": self.storage_gib,
            "postgresql": self.examined.version,
            "recovery_time_seconds": round(self.recovery_time, 1),
            "recovery_point_seconds": round(self.recovery_point, 1),
            "restore_seconds": round(self.restored_seconds, 1),
            "password_seconds": round(self.password_seconds, 1),
            "check_seconds": round(self.checked_seconds, 1),
            "good": self.is_good,
            "kept": self.kept or None,
            "removed": self.is_removed,
            "checks": [
                {"title": c.title, "severity": c.severity.value, "text": c.text}
                for c in self.checks
            ],
        }

    def to_text(self) -> str:
        """Return what was found for a terminal, in lines; the outcome says the times."""
        checks = [f"{c.severity.glyph} {c.title}: {c.text}" for c in self.checks]
        source = f"It was restored from {self.source.title}."
        end = (
            f"{_gone(self)} The site's own database was not changed, and nothing was read from it."
        )
        lines = [*checks, source, end, _kept(self), _SIMULATED * self.is_simulated]
        return "\n".join(line.strip() for line in lines if line)

    def to_markdown(self) -> str:
        """Return the report as a document."""
        good = "can be restored" if self.is_good else "was restored, but is not complete"
        rows = "\n".join(
            f"| {c.title} | {c.severity.glyph} {c.severity.word} | {c.text} |" for c in self.checks
        )
        return f"""\
# Restore drill of {self.site}

{self.begun:%Y-%m-%d %H:%M} UTC, {self.region}, account {self.account}. The database {good}.
{_SIMULATED if self.is_simulated else ""}
| measured | value |
|---|---|
| Recovery time (RTO) | {duration(self.recovery_time)} |
| Recovery point (RPO) | {duration(self.recovery_point)} of data would have been lost |
| Restored from | {self.source.title} |
| Database | PostgreSQL {self.examined.version}, {self.storage_gib} GiB, {self.size} \
(the site's own: {self.running_size}) |

The recovery time consists of {duration(self.restored_seconds)} until RDS had restored the database,
{duration(self.password_seconds)} until it had another password, and \
{duration(self.checked_seconds)} until
the application's own models had examined it. Pointing the site to a restored database is not part
of it: docs/disaster-recovery.md says what that takes.

| check | result | |
|---|---|---|
{rows}

{_gone(self)} The site's own database was not changed, and nothing was read from it.
{_kept(self)}"""


_SIMULATED: Final = """
The account is simulated, so these times say nothing about AWS.
"""


def _gone(report: DrillReport) -> str:
    if report.is_removed:
        return f"The restored database {report.database} was deleted after the checks."
    return f"The restored database {report.database} is still there: run the drill with --clean."


def _kept(report: DrillReport) -> str:
    if not report.kept:
        return ""
    return (
        f"\nThe snapshot {report.kept} stays and costs its storage. To return to it, name it in "
        "size.database_snapshot and deploy.\n"
    )


def _sessions(seen: Examined) -> str:
    if seen.newest_session is None:
        return f"{seen.sessions or 'None'} so far."
    sessions = counted(seen.sessions, "charging session")
    return f"{sessions}, the newest of {seen.newest_session:%Y-%m-%d %H:%M} UTC."


def duration(seconds: float) -> str:
    """Return a time for people, such as 14 min 3 s."""
    if seconds < _MINUTE:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), _MINUTE)
    hours, minutes = divmod(minutes, _MINUTE)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"
