"""When something of a site is due, and when it becomes urgent. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from solarrally_tui.health.figures import age
from solarrally_tui.health.maintenance.items import Standing, Urgency
from solarrally_tui.text.dates import day
from solarrally_tui.text.enumeration import counted

SECRET_DUE: Final = timedelta(days=365)
SECRET_URGENT: Final = timedelta(days=730)
"""Ages of passwords and keys. AWS names none that fits every site; a year is what status warns of
(health/probes/upkeep.py)."""
IMAGE_DUE: Final = timedelta(days=180)
IMAGE_URGENT: Final = timedelta(days=540)
"""Ages of an image, whose system packages get no fixes. Our own choice."""
SUPPORT_DUE: Final = timedelta(days=180)
SUPPORT_URGENT: Final = timedelta(days=60)
"""Before the end of standard support: a move to another major version is planned in weeks."""
AUTHORITY_DUE: Final = timedelta(days=90)
AUTHORITY_URGENT: Final = timedelta(days=30)
"""Before the end of the database's server certificate."""


def by_age(
    line: str, since: datetime, now: datetime, due: timedelta, urgent: timedelta
) -> Standing:
    """Judge something by its age. line: ends in what the age is of."""
    old = age((now - since).total_seconds())
    return _by_dates(f"{line} {old} old.", now, since + due, since + urgent)


def charger_certificates(issued: Sequence[datetime], now: datetime) -> Standing:
    """Judge the certificates that chargers use, by when each was issued."""
    if not issued:
        return Standing(Urgency.NOT_DUE, "No charger has a certificate of this account.")
    oldest = min(issued)
    old = sum(now - one > SECRET_DUE for one in issued)
    many = counted(len(issued), "certificate")
    line = f"{many}, {old} older than a year. The oldest is"
    return by_age(line, oldest, now, SECRET_DUE, SECRET_URGENT)


def authority(used: str, wanted: str, valid_until: datetime | None, now: datetime) -> Standing:
    """Judge the server certificate of the database.

    used, wanted: its authority, and the one of our blueprint. valid_until: None where RDS does not
    say.
    """
    until = f", valid until {day(valid_until)}" if valid_until else ""
    line = f"{used or 'Unknown authority'}{until}."
    due = valid_until - AUTHORITY_DUE if valid_until else None
    urgent = valid_until - AUTHORITY_URGENT if valid_until else None
    by_date = _by_dates(line, now, due, urgent)
    if not used:
        return Standing(Urgency.UNKNOWN, "RDS does not say which authority signed it.")
    if used != wanted and by_date.urgency is Urgency.NOT_DUE:
        return Standing(Urgency.DUE, f"{line} New databases get {wanted}.", now, urgent)
    return by_date


def minor_version(version: str, newest: str, *, offered: bool) -> Standing:
    """Judge a full version of PostgreSQL. offered: whether RDS still creates databases with it."""
    if version == newest:
        return Standing(
            Urgency.NOT_DUE, f"PostgreSQL {version} is the newest of its major version."
        )
    line = f"PostgreSQL {version}; RDS offers {newest}."
    if not offered:
        return Standing(
            Urgency.URGENT, f"{line} RDS offers {version} no more, and upgrades it without asking."
        )
    return Standing(
        Urgency.DUE,
        f"{line} It becomes urgent when RDS stops offering {version}. RDS may upgrade it earlier, "
        "in the maintenance window on Sunday.",
    )


def major_version(version: str, end: datetime | None, now: datetime) -> Standing:
    """Judge a major version by the end of AWS's standard support; None where AWS names none."""
    if end is None:
        return Standing(
            Urgency.UNKNOWN, f"AWS does not say until when it supports PostgreSQL {version}."
        )
    line = f"PostgreSQL {version}, supported until {day(end)}."
    return _by_dates(line, now, end - SUPPORT_DUE, end - SUPPORT_URGENT)


def _by_dates(line: str, now: datetime, due: datetime | None, urgent: datetime | None) -> Standing:
    urgency = Urgency.NOT_DUE
    if due and now >= due:
        urgency = Urgency.DUE
    if urgent and now >= urgent:
        urgency = Urgency.URGENT
    return Standing(urgency, line, due, urgent)
