"""solarrally maintain SITE: what is due, when it becomes urgent, what it interrupts; renews it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final

from solarrally_tui.commands.shared.command_parser import CommandParser
from solarrally_tui.commands.shared.options import (
    SiteRunOptions,
    add_run_options,
    add_site,
    carry_out,
)
from solarrally_tui.commands.shared.terminal import say, show, show_result
from solarrally_tui.computer.wizard_child import is_answered
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome
from solarrally_tui.text.dates import day
from solarrally_tui.text.plain import Plain

if TYPE_CHECKING:
    from solarrally_tui.aws.door import Door
    from solarrally_tui.deployed.site import DeployedSite
    from solarrally_tui.health.maintenance.items import Item, Kind

UPDATES: Final = ("application", "broker-image")
"""What an update of the site renews."""
DOABLE: Final = (
    "database-password",
    "viewer-password",
    "bridge-certificate",
    "database-authority",
    "postgres-minor",
    *UPDATES,
)
"""Ids of what this command renews. For everything else it shows another command."""


@dataclass(frozen=True, slots=True)
class Options(SiteRunOptions):
    """What maintain takes."""

    do: str


def add(parser: CommandParser) -> None:
    """Add the command's options."""
    add_site(parser)
    parser.add_argument(
        "--do",
        choices=DOABLE,
        metavar="WHAT",
        default="",
        help=f"renew one thing, due or not: {', '.join(DOABLE)}",
    )
    add_run_options(parser)
    parser.epilog = (
        "exit status without --do: 0 nothing is due, 10 something is due, 11 something is urgent, "
        "12 something could not be seen. At a terminal, it then asks what to renew. With --do: "
        "that of the run. docs/maintenance.md says when each thing is due."
    )
    carry_out(
        parser,
        run,
        Options,
        example="solarrally maintain barn\n"
        "solarrally maintain barn --json\n"
        "solarrally maintain barn --do database-password",
    )


def run(options: Options) -> int:
    """Show what of a deployed site is due, or renew one thing of it."""
    from solarrally_tui.commands.shared.door import run_with_door

    if options.do:
        return _do(options)
    found: list[Item] = []
    status = run_with_door(options, lambda door: _list(options, door, found))
    wanted = _asked(options, found)
    return _do(replace(options, do=wanted)) if wanted else status


async def _list(options: Options, door: "Door", found: "list[Item]") -> int:
    """Show what is due; found gets it."""
    from solarrally_tui.deployed.site import DeployedSite
    from solarrally_tui.health.maintenance.items import Urgency, worst

    site = await DeployedSite.open(door, options.site)
    found += await _look(site)
    exits: Final = {
        Urgency.NOT_DUE: Exit.OK,
        Urgency.DUE: Exit.WARN,
        Urgency.URGENT: Exit.FAIL,
        Urgency.UNKNOWN: Exit.UNKNOWN,
    }
    urgency = worst(found)
    if options.json:
        listed = [item.as_object(site.name) for item in found]
        return show_result(
            {"site": site.name, "state": urgency.value, "items": listed}, exits[urgency]
        )
    show(_table(site.name, found))
    return exits[urgency]


def _asked(options: Options, found: "list[Item]") -> str:
    """Ask at a terminal which of the things that are due to renew; return its id, or nothing."""
    from solarrally_tui.commands.shared.prompts import asker
    from solarrally_tui.health.maintenance.items import Urgency

    due = [
        (item.kind.id, item.kind.title)
        for item in found
        if item.kind.id in DOABLE and item.standing.urgency in (Urgency.DUE, Urgency.URGENT)
    ]
    if not due or options.json or options.yes or not is_answered():
        return ""
    nothing = "nothing"
    try:
        wanted = asker().pick("Renew now?", [(nothing, "end here"), *due], nothing)
    except (EOFError, KeyboardInterrupt):
        return ""
    return "" if wanted == nothing else wanted


def _do(options: Options) -> int:
    """Renew one thing, once the operator agreed; return the exit status of the run."""
    from solarrally_tui.commands.shared.runs import run_on_site
    from solarrally_tui.health.maintenance.items import KINDS

    if options.do in UPDATES:
        return _update(options)
    kind = KINDS[options.do]
    # Said with --yes, too: what a renewal interrupts is known before it starts.
    say(f"{kind.title} of {options.site}. {kind.interrupts} {_cost(options.do)}")
    work = _operations()[options.do]
    return run_on_site(
        "maintain",
        options,
        "This starts now.",
        lambda door, emit, _: _seen_afterwards(kind, options.site, door, partial(work, emit=emit)),
    )


def _cost(item: str) -> str:
    """Say what one renewal costs. The site's Region is not known yet: in us-east-1."""
    from solarrally_tui.health.maintenance.items import POSTGRES_MINOR
    from solarrally_tui.pricing.price_book.store import snapshot_gb_month
    from solarrally_tui.site.names import GLOBAL_REGION

    if item != POSTGRES_MINOR.id:
        return "It costs some cents at most."
    usd = snapshot_gb_month(GLOBAL_REGION)
    return (
        "The snapshot that it takes first stays until you delete it, for at most "
        f"{usd:.3f} USD a month for each GB of the database, in us-east-1."
    )


Operation = Callable[..., Awaitable[Outcome]]
"""Takes the site's name, a door, and emit."""


def _operations() -> Mapping[str, Operation]:
    from solarrally_tui.health.maintenance.looking import AUTHORITY
    from solarrally_tui.provisioning.operations.bridge_rotation import rotate_bridge
    from solarrally_tui.provisioning.operations.database_upgrade import (
        change_authority,
        upgrade_minor,
    )
    from solarrally_tui.provisioning.operations.rotation import rotate
    from solarrally_tui.provisioning.operations.viewer_password import renew_viewer_password

    return {
        "database-password": rotate,
        "viewer-password": renew_viewer_password,
        "bridge-certificate": rotate_bridge,
        "database-authority": partial(change_authority, AUTHORITY),
        "postgres-minor": upgrade_minor,
    }


def _update(options: Options) -> int:
    """Update the site as solarrally update does, which shows its plan and asks."""
    from solarrally_tui.commands import update

    return update.run(
        update.Options(
            profile=options.profile,
            credentials=options.credentials,
            read_only=options.read_only,
            yes=options.yes,
            json=options.json,
            verbose=options.verbose,
            confirm_replacement="",
            skip_preflight=False,
            leave=[],
            site=options.site,
            commit="",
            ref="",
            image="",
            tier="",
            plan=False,
        )
    )


async def _seen_afterwards(kind: "Kind", name: str, door: "Door", work: Operation) -> Outcome:
    """Do the work, then check the site, and say what the checks found."""
    from solarrally_tui.aws.errors import AwsError
    from solarrally_tui.deployed.site import DeployedSite
    from solarrally_tui.findings.severity import Severity
    from solarrally_tui.health.checks import PROBES, run
    from solarrally_tui.health.observed_site import observe

    outcome = await work(name, door)
    if outcome.exit_code is not Exit.OK:
        return outcome
    try:
        observed = await observe(await DeployedSite.open(door, name))
    except AwsError as error:
        unseen = f"What was renewed could not be checked afterwards: {error.plain.what}"
        return replace(outcome, summary=f"{outcome.summary} {unseen}")
    probes = [p for p in PROBES if p.id in kind.checks and p.applies(observed.site)]
    checks = [ran.check for ran in await run(observed, probes)]
    failing = [check for check in checks if check.severity is Severity.FAIL]
    if failing:
        return replace(
            outcome,
            exit_code=Exit.FAILED,
            summary=f"{kind.title} was renewed, but the site does not work.",
            cause=Plain(
                what=f"{kind.title} was renewed, but the site does not work.",
                why=" ".join(f"{check.title}: {check.line}" for check in failing),
                next=f"Run solarrally diagnose {name}.",
            ),
        )
    words = ", ".join(f"{check.title} {check.severity.word}" for check in checks)
    return replace(outcome, summary=f"{outcome.summary} Checked: {words}.")


async def _look(site: "DeployedSite", only: str = "") -> "tuple[Item, ...]":
    from solarrally_tui.health.maintenance.looking import look
    from solarrally_tui.health.observed_site import observe
    from solarrally_tui.provisioning.deployment.builds.build_source import broker_tag

    return await look(await observe(site), broker_tag(site.site.size.architecture.value), only)


def _table(site: str, found: "Sequence[Item]") -> str:
    """Return whether nothing is due, all in a table, and below it what to do about what is due."""
    from solarrally_tui.health.maintenance.items import Urgency
    from solarrally_tui.text.table import columns, wrap

    rows = [
        (
            item.standing.urgency.severity.line(item.standing.urgency.value),
            item.kind.title,
            _dated(item),
        )
        for item in found
    ]
    due = [i for i in found if i.standing.urgency in (Urgency.DUE, Urgency.URGENT)]
    unseen = any(item.standing.urgency is Urgency.UNKNOWN for item in found)
    verdict = "Of what could be seen, nothing is due." if unseen else "Nothing is due."
    lines = [*([] if due else [verdict, ""]), *columns(rows), ""]
    for item in due:
        lines.append(f"{item.standing.urgency.severity.glyph} {item.kind.title}")
        lines += wrap(item.kind.interrupts, "  ")
        lines += ["  " + item.kind.command.format(site=site), ""]
    return "\n".join(lines).rstrip()


def _dated(item: "Item") -> str:
    """Return how a site stands with something, with the next date that matters."""
    from solarrally_tui.health.maintenance.items import Urgency

    standing = item.standing
    if standing.urgency is Urgency.NOT_DUE and standing.due:
        return f"{standing.line} Due on {day(standing.due)}."
    if standing.urgency is Urgency.DUE and standing.urgent:
        return f"{standing.line} Urgent from {day(standing.urgent)}."
    return standing.line
