"""solarrally chargers migrate: begin, status, end."""

import os
from collections import Counter
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from solarrally_tui.commands.chargers.adding import refuse_list
from solarrally_tui.commands.chargers.site_options import add_site, on_site
from solarrally_tui.commands.shared.options import (
    AddAction,
    SiteOptions,
    add_actions,
    add_json,
    carry_out,
)
from solarrally_tui.commands.shared.terminal import confirm, say, show, show_result
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.text.enumeration import counted
from solarrally_tui.text.table import columns, fit

if TYPE_CHECKING:
    from solarrally_tui.chargers.intake.migration import Charger
    from solarrally_tui.chargers.intake.roster import Entry
    from solarrally_tui.deployed.site import DeployedSite


@dataclass(frozen=True, slots=True)
class BeginOptions(SiteOptions):
    """What migrate begin takes."""

    roster: Path
    pattern: str
    to: Path
    on_broker: PurePosixPath
    json: bool


@dataclass(frozen=True, slots=True)
class StatusOptions(SiteOptions):
    """What migrate status takes."""

    folder: Path
    broker: str
    user: str
    seconds: float
    json: bool


@dataclass(frozen=True, slots=True)
class EndOptions(SiteOptions):
    """What migrate end takes."""

    yes: bool
    json: bool


def add(add_action: AddAction) -> None:
    """Add the actions."""
    migrate = add_action("migrate", "Move existing chargers in from an old MQTT broker.")
    action = add_actions(migrate)
    beginning = action("begin", "Write what lets the old broker forward to AWS IoT, and a plan.")
    beginning.add_argument(
        "--from",
        dest="roster",
        type=Path,
        required=True,
        metavar="CSV",
        help="list of the chargers, as add takes it; old_topic names an odd topic",
    )
    beginning.add_argument(
        "--pattern",
        default="",
        metavar="TOPIC",
        help="old topic, with {name} for the charger, such as chargers/{name}/telemetry",
    )
    beginning.add_argument(
        "--to",
        type=Path,
        required=True,
        metavar="FOLDER",
        help="folder for configuration, certificates and keys of the old broker",
    )
    beginning.add_argument(
        "--on-broker",
        type=PurePosixPath,
        default=PurePosixPath("/etc/mosquitto/solarrally"),
        metavar="PATH",
        help="folder for FOLDER on the old broker; the default is /etc/mosquitto/solarrally",
    )
    add_site(beginning)
    add_json(beginning)
    carry_out(
        beginning,
        _begin,
        BeginOptions,
        example="solarrally chargers migrate begin --from evse.csv --to bridge",
    )

    asking = action("status", "Show which chargers have moved, and which still need the bridge.")
    add_site(asking)
    asking.add_argument("folder", type=Path, metavar="FOLDER", help="folder that begin wrote")
    asking.add_argument(
        "--broker", default="", metavar="HOST[:PORT]", help="old broker, to listen who speaks there"
    )
    asking.add_argument(
        "--user",
        default="",
        metavar="NAME",
        help="user at the old broker; its password is asked for, or read from "
        "SOLARRALLY_BROKER_PASSWORD",
    )
    asking.add_argument(
        "--seconds",
        type=float,
        default=0.0,
        metavar="N",
        help="how long to listen; the default is three intervals of a charger",
    )
    add_json(asking)
    carry_out(
        asking,
        partial(on_site, _status),
        StatusOptions,
        example="solarrally chargers migrate status bridge --broker 192.168.1.10",
    )

    ending = action("end", "Stop forwarding: delete the old broker's certificates and policies.")
    ending.add_argument("--yes", action="store_true", help="do not ask for confirmation")
    add_site(ending)
    add_json(ending)
    carry_out(ending, partial(on_site, _end), EndOptions, example="solarrally chargers migrate end")


def _begin(options: BeginOptions) -> int:
    from solarrally_tui.chargers.intake import roster

    try:
        entries = roster.read(options.roster)
    except roster.RosterError as error:
        return refuse_list(error, options.roster, is_json=options.json)
    return on_site(partial(_begin_on, entries), options)


async def _begin_on(
    entries: "tuple[Entry, ...]", options: BeginOptions, site: "DeployedSite"
) -> int:
    from solarrally_tui.chargers.intake import migration

    site = await migration.paced(site, lambda _, text: say(text))
    begun = await migration.begin(entries, options.pattern, site, options.to, options.on_broker)
    number = sum(len(link.moves) for link in begun.links)
    if options.json:
        result = {"folder": str(begun.folder), "chargers": number}
        return show_result(result | {"connections": len(begun.links)}, Exit.OK)
    show(
        fit(
            f"{options.to} lets the old broker forward for {counted(number, 'charger')}. plan.csv "
            f"has each of them. Connections to AWS IoT: {len(begun.links)}."
        )
    )
    say(f"1. Copy {options.to} to {options.on_broker} on the old broker, for its user only.")
    say(f"2. Add there: include_dir {options.on_broker}   (in mosquitto.conf). Restart mosquitto.")
    say("3. Register the chargers with solarrally chargers add, and give each its files.")
    say(f"4. See who has moved: solarrally chargers migrate status {options.to}")
    say(
        "The keys exist only in the folder. Delete it here once the broker forwards; keep plan.csv."
    )
    return Exit.OK


async def _status(options: StatusOptions, site: "DeployedSite") -> int:
    from solarrally_tui.chargers.intake import migration, old_broker
    from solarrally_tui.chargers.intake.listening import Broker, listen

    moves = old_broker.read_plan(options.folder)
    heard = None
    if options.broker:
        seconds = options.seconds or 3.0 * site.site.size.interval_seconds
        host, _, port = options.broker.partition(":")
        broker = Broker(host, int(port or 1883), options.user, _password(options))
        heard = await listen(
            broker,
            (move.old_topic for move in moves),
            seconds,
            lambda: say(f"Listening at {options.broker} for {seconds:.0f} s."),
        )
    chargers = await migration.progress(moves, site, heard)
    counts = Counter(charger.state for charger in chargers)
    if options.json:
        states = {state.name.lower(): count for state, count in counts.items()}
        return show_result({"states": states, "chargers": list(map(asdict, chargers))}, Exit.OK)
    _show(chargers)
    say(f"{counts[migration.State.MOVED]} of {len(chargers)} chargers have moved.")
    if twice := counts[migration.State.TWICE]:
        say(f"{twice} speak to both, so their messages arrive twice. Stop them at the old broker.")
    if counts[migration.State.MOVED] == len(chargers):
        say("Everything has moved. End it with: solarrally chargers migrate end")
    elif not options.broker:
        say("With --broker, this also says who still speaks to the old broker.")
    return Exit.OK


def _password(options: StatusOptions) -> str:
    if not options.user:
        return ""
    import getpass

    known = os.environ.get("SOLARRALLY_BROKER_PASSWORD")
    return known if known is not None else getpass.getpass(f"Password of {options.user}: ")


def _show(chargers: "tuple[Charger, ...]") -> None:
    rows = [("charger", "state", "registered", "old broker")]
    rows += [
        (
            charger.name,
            str(charger.state),
            "yes" if charger.is_registered else "no",
            str(charger.old_messages or "-"),
        )
        for charger in chargers
    ]
    for row in columns(rows):
        show(row)


async def _end(options: EndOptions, site: "DeployedSite") -> int:
    from solarrally_tui.chargers.intake import migration
    from solarrally_tui.chargers.problems import ChargerError

    try:
        left = await migration.not_moved(site)
    except ChargerError:
        if not options.yes:  # nobody knows who would go silent
            raise
        left = ()
    if left:
        say(
            f"{counted(len(left), 'charger is', 'chargers are')} not connected without the bridge, "
            "and would go silent:"
        )
        say(f"  {', '.join(left[:20])}{' and others' if len(left) > 20 else ''}")
        question = f"To end the move anyway, type the site's name, {site.name}."
        if not options.yes and not confirm(question, site.name):
            say("Nothing was changed.")
            if options.json:
                return show_result({"not_moved": list(left)}, Exit.REFUSED)
            return Exit.REFUSED
    ended = await migration.end(site)
    if options.json:
        return show_result({"certificates": ended, "not_moved": list(left)}, Exit.OK)
    show("AWS IoT takes nothing of the old broker any more." if ended else "No move is under way.")
    if ended:
        say("Delete its folder on the old broker. Once no charger speaks to it, switch it off.")
    return Exit.OK
