"""What a person asks next of a check that is well: figures, since when, how it is seen. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from textwrap import wrap
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from textual.content import Content

from solarrally_tui.chargers.fleet.charger import State
from solarrally_tui.chargers.fleet.words import seen, state
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.figures import Figure, age, amount
from solarrally_tui.health.layers import Layer
from solarrally_tui.health.wall import LEAST, course, has_course
from solarrally_tui.screens.common.words import DIM, colour
from solarrally_tui.screens.status.wall_text import chart_of, clock, hours
from solarrally_tui.text.sparkline import scale

if TYPE_CHECKING:
    from solarrally_tui.chargers.fleet.charger import Charger
    from solarrally_tui.chargers.fleet.sight import Sight
    from solarrally_tui.health.report import Check

_NAMES: Final = 24
"""Columns of the names, with a gap."""
_LOW: Final = 6
"""Lines of a chart with its axis, at least."""


@dataclass(frozen=True, slots=True)
class Lead:
    """Where a check leads: what the button is called, and what it shows."""

    label: str
    to: str
    """The id of a tab, or the name of an action of Status."""


FLEET: Final = Lead("Fleet", "fleet")
_DASHBOARD: Final = Lead("Dashboard", "dashboard")
_HANDOVER: Final = Lead("Hand-over", "handover")
_HISTORY: Final = Lead("History", "look-history")
_LOGS: Final = Lead("Logs", "look-logs")
_OPERATIONS: Final = Lead("Operations", "operations")
_LEADS: Final[Mapping[str | Layer, Lead]] = MappingProxyType(
    {
        "alerts": _HANDOVER,
        "backup-plan": _OPERATIONS,
        "database": _OPERATIONS,
        "engine": _OPERATIONS,
        "live": _DASHBOARD,
        "page": _DASHBOARD,
        "queue": _LOGS,
        "release": _OPERATIONS,
        "run": _HISTORY,
        "secrets": _OPERATIONS,
        "stacks": _HISTORY,
        "strangers": _HANDOVER,
        "telemetry": FLEET,
        Layer.APPLICATION: _LOGS,
        Layer.CHARGERS: FLEET,
    }
)
"""By the id of a check, or by its layer."""

_SERVICES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "a": "the site itself",
        "backup": "AWS Backup",
        "budgets": "Budgets",
        "ce": "Cost Explorer",
        "cloudformation": "CloudFormation",
        "cloudfront": "CloudFront",
        "cloudtrail": "CloudTrail",
        "cloudwatch": "CloudWatch",
        "dynamodb": "DynamoDB",
        "elbv2": "Elastic Load Balancing",
        "iot": "AWS IoT",
        "iot-data": "AWS IoT",
        "lambda": "Lambda",
        "logs": "CloudWatch Logs",
        "route53": "Route 53",
        "secretsmanager": "Secrets Manager",
        "service-quotas": "Service Quotas",
    }
)
"""By the first word of what a check was seen by; others are named by their letters, as ECS."""

_TO_DO: Final[Mapping[State, str]] = MappingProxyType(
    {
        State.NEVER: "Not switched on yet: copy its files to it and switch it on.",
        State.OFFLINE: "Offline: see whether it has power and network.",
        State.SILENT: "Silent: it is connected and sends nothing. Restart it.",
        State.FAILING: "Failing: AWS IoT ended its connection. Fleet shows why.",
    }
)


def lead_of(check: "Check") -> Lead | None:
    """Return what shows more of a check; None where nothing does."""
    return _LEADS.get(check.id) or _LEADS.get(check.layer)


def facts(check: "Check", since: datetime | None, now: datetime, width: int) -> Content:
    """Return the figures of a check, since when it is so, and how it is seen.

    since: when it was seen to become so, where somebody watched.
    """
    rows = [(figure.title, _figure(figure)) for figure in check.figures if figure.value is not None]
    if check.at is not None:
        last = f"{age((now - check.at).total_seconds())} ago"
        again = f", again every {age(check.pace)}" if check.pace else ""
        rows.append(("Checked", Content(f"{last}{again}")))
    if since is not None:
        how = "Well" if check.sign is Severity.OK else check.sign.heading
        rows.append((f"{how} since", Content(clock(since))))
    if check.asked:
        rows.append(("Asked", Content(", ".join(_services(check.asked)))))
    return Content("\n").join(_row(name, value, width) for name, value in rows)


def _services(calls: Iterable[str]) -> Iterable[str]:
    """Return what was asked, once each, as AWS names its services."""
    names = (
        _SERVICES.get(call.partition(" ")[0], call.partition(" ")[0].upper()) for call in calls
    )
    return dict.fromkeys(names)


def _figure(figure: Figure) -> Content:
    """Return a figure, what it was in the last hours, and its limit."""
    values = [point.value for point in figure.series]
    more = ""
    if len(values) >= LEAST and min(values) != max(values):
        lowest, highest = amount(min(values), ""), amount(max(values), figure.unit)
        more += f"   {lowest} to {highest} in the last hours"
    if figure.limit is not None:
        more += f"   limit {amount(figure.limit, figure.unit)}"
    return Content.assemble((figure.text, "bold"), (more, DIM))


def _row(name: str, value: Content, width: int) -> Content:
    lines = value.wrap(max(width - _NAMES, _NAMES))
    return Content.assemble(
        (f"{name[: _NAMES - 1]:<{_NAMES}}", DIM), Content(f"\n{' ' * _NAMES}").join(lines)
    )


def chart(check: "Check", now: datetime, size: tuple[int, int]) -> Content:
    """Return the course of the first figure that has one; empty without, or for want of room.

    size: columns and lines.
    """
    found = (course(figure, now) for figure in check.figures if figure.series)
    shown = next((one for one in found if one.top and has_course(one)), None)
    if shown is None or size[1] < _LOW:
        return Content("")
    # Beside no other chart it has a scale of its own: 4 % of 100 would be a flat line.
    shown = replace(shown, top=scale(shown.values))
    title = Content.styled(f"{shown.figure.title}, last three hours", DIM)
    drawn = chart_of(shown, (size[0], size[1] - 1), hours(now), old=False)
    return Content("\n").join([title, *drawn])


def chargers(
    found: "Sequence[Charger]", sight: "Sight", count: int, width: int, height: int
) -> Content:
    """Return those chargers that do not send, or all where all do, and what to do about them.

    count: of all that the site has. height: lines at most.
    """
    runs = {State.SENDING, State.CONNECTED, State.REVOKED}
    missing = [one for one in found if one.state(sight) not in runs]
    listed = missing or found
    told = [line for text in _what_to_do(missing, sight) for line in wrap(text, width)]
    room = max(height - len(told) - 2, 1)
    names = max((len(one.name) for one in listed[:room]), default=0) + 3
    lines = [_charger(one, sight, names) for one in listed[:room]]
    if (more := (count if not missing else len(missing)) - len(lines)) > 0:
        lines.append(Content.styled(f"and {more:,} more", DIM))
    if told:
        lines += [Content(""), *map(Content, told)]
    return Content("\n").join(lines)


def _charger(charger: "Charger", sight: "Sight", names: int) -> Content:
    how, when = charger.state(sight), seen(charger, sight)
    ago = f"{when} ago" if when[:1].isdigit() else when
    frame = charger.message(sight)
    said = f"{frame.power_w / 1000:.1f} kW, {ago}" if frame else f"last seen {ago}"
    if how is State.NEVER:
        said = ""
    return Content.assemble(
        charger.name.ljust(names),
        (how.line(state(charger, sight)).ljust(28), colour(how)),
        (said, DIM),
    )


def _what_to_do(missing: "Collection[Charger]", sight: "Sight") -> list[str]:
    """Return a sentence for each state among chargers that do not send."""
    told = dict.fromkeys(_TO_DO.get(one.state(sight), "") for one in missing)
    return list(filter(None, told))
