"""solarrally logs SITE: what its programs wrote, without secrets and control characters."""

import argparse
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from solarrally_tui.commands.shared.command_parser import CommandParser
from solarrally_tui.commands.shared.options import (
    SiteOptions,
    add_json,
    add_site_or_only,
    carry_out,
)
from solarrally_tui.commands.shared.terminal import say, show, show_json, show_result
from solarrally_tui.provisioning.engine.outcome import Exit

if TYPE_CHECKING:
    from solarrally_tui.aws.door import Door
    from solarrally_tui.health.logs import LogLine
    from solarrally_tui.health.observed_site import ObservedSite

_SINCE: Final = re.compile(r"(\d{1,6})\s?([smhd])")
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_SOURCES: Final = ("backend", "bridge", "init", "administrator", "build", "database", "iot")


@dataclass(frozen=True, slots=True)
class Options(SiteOptions):
    """What logs takes."""

    source: list[str]
    since: datetime
    filter: str
    follow: bool
    json: bool


def add(parser: CommandParser) -> None:
    """Add the command's options."""
    parser.epilog = (
        "exit status: 0 lines were found, 12 none, 4 credentials, 8 connection lost. Times are "
        "UTC. What looks like a secret is redacted. With --json, one object a line."
    )
    add_site_or_only(parser)
    parser.add_argument(
        "--source",
        action="append",
        default=[],
        choices=_SOURCES,
        metavar="SOURCE",
        help=f"whose lines: {', '.join(_SOURCES)}; repeatable. Without it: backend and bridge",
    )
    parser.add_argument(
        "--since",
        type=_moment,
        default="1h",
        metavar="TIME",
        help="from when on: 30m, 6h, 2d, or 2026-11-29T18:00; the default is 1h",
    )
    parser.add_argument(
        "--filter", default="", metavar="TEXT", help="only lines with this text, in any case"
    )
    parser.add_argument(
        "--follow", action="store_true", help="show new lines as they come, until Ctrl+C"
    )
    add_json(parser)
    carry_out(
        parser,
        run,
        Options,
        example="solarrally logs barn\nsolarrally logs barn --since 30m --filter error",
    )


def _moment(text: str) -> datetime:
    """Return the moment that was meant, in UTC. Raises ArgumentTypeError."""
    if found := _SINCE.fullmatch(text.strip()):
        return datetime.now(UTC) - timedelta(**{_UNITS[found[2]]: int(found[1])})
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        msg = f"{text} is neither an age such as 30m, 6h or 2d, nor a time such as 2026-11-29T18:00"
        raise argparse.ArgumentTypeError(msg) from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def run(options: Options) -> int:
    """Show lines of a site's logs, found by its name alone. Only reads."""
    from solarrally_tui.commands.shared.door import run_on_site

    return run_on_site(options, _logs)


async def _logs(options: Options, door: "Door") -> int:
    from solarrally_tui.deployed.site import DeployedSite
    from solarrally_tui.health import logs
    from solarrally_tui.health.observed_site import OutOfReachError, observe

    site = await DeployedSite.open(door, options.site)
    sources = tuple(options.source or logs.usual(site.site.size.shape))
    stacks = frozenset(logs.SOURCES[source].stack for source in sources)
    observed = await observe(site, stacks)
    count = 0
    try:
        if options.follow:
            async for line in logs.follow(observed, sources, options.since, options.filter):
                _print(line, options)
                count += 1
        else:
            for line in await _read(observed, sources, options):
                _print(line, options)
                count += 1
    except OutOfReachError as error:
        say(str(error))
        return _ended(options, count, Exit.UNKNOWN)
    if not count:
        said = f' with "{options.filter}"' if options.filter else ""
        say(f"No line{said} since {options.since:%d %b %H:%M} UTC.")
    return _ended(options, count, Exit.OK if count else Exit.UNKNOWN)


async def _read(
    observed: "ObservedSite", sources: tuple[str, ...], options: Options
) -> "list[LogLine]":
    from solarrally_tui.health import logs

    found = [
        line
        for source in sources
        for line in await logs.read(observed, source, options.since, options.filter)
    ]
    return sorted(found, key=lambda line: line.time)


def _print(line: "LogLine", options: Options) -> None:
    if options.json:
        fields = {"time": line.time.isoformat(), "source": line.source, "stream": line.stream}
        show_json(fields | {"text": line.text})
    else:
        show(f"{line.time:%H:%M:%S} {line.source:<8} {line.text}")


def _ended(options: Options, count: int, status: Exit) -> int:
    if not options.json:
        return status
    return show_result({"site": options.site, "lines": count}, status)
