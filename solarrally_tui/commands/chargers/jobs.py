"""solarrally chargers job."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from solarrally_tui.commands.chargers.site_options import add_site, add_site_option, on_site
from solarrally_tui.commands.shared.options import (
    AddAction,
    ShowingOptions,
    SiteOptions,
    add_actions,
    add_json,
    carry_out,
)
from solarrally_tui.commands.shared.terminal import say, show, show_result
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.text.table import columns

if TYPE_CHECKING:
    from solarrally_tui.chargers.management.jobs import Job
    from solarrally_tui.deployed.site import DeployedSite

_OPERATIONS = ("settings", "firmware", "restart")


@dataclass(frozen=True, slots=True)
class CreateOptions(SiteOptions):
    """What job create takes."""

    operation: str
    chargers: list[str]
    all: bool
    values: list[str]
    version: str
    url: str
    file: Path | None
    key: Path | None
    rate: int
    abort_at: float
    minutes: int
    json: bool


@dataclass(frozen=True, slots=True)
class JobOptions(SiteOptions):
    """What job show and job cancel take."""

    job: str
    json: bool


def add(add_action: AddAction) -> None:
    """Add the actions."""
    job = add_action("job", "Let chargers change settings, install firmware or restart.")
    add_job = add_actions(job)
    listing = add_job("list", "List the jobs of a site.")
    add_site(listing)
    add_json(listing)
    carry_out(
        listing, partial(on_site, _list), ShowingOptions, example="solarrally chargers job list"
    )
    _add_create(add_job)
    for name, text, work in (
        ("show", "Show how far a job is, and which chargers failed.", _show),
        ("cancel", "Let chargers that have not begun a job not get it.", _cancel),
    ):
        one = add_job(name, text)
        add_site(one)
        one.add_argument("job", metavar="JOB", help="name of the job")
        add_json(one)
        example = f"solarrally chargers job {name} 20261129-223000-restart"
        carry_out(one, partial(on_site, work), JobOptions, example=example)


def _add_create(add_job: AddAction) -> None:
    creating = add_job("create", "Create a job for some chargers or for all.")
    creating.epilog = "AWS bills 0.003 USD for each charger that gets a job."
    creating.add_argument("operation", choices=_OPERATIONS, help="what the chargers do")
    creating.add_argument("chargers", nargs="*", metavar="NAME", help="chargers, 100 at most")
    creating.add_argument("--all", action="store_true", help="all chargers of the site")
    creating.add_argument(
        "--set",
        dest="values",
        action="append",
        default=[],
        metavar="SETTING=VALUE",
        help="for settings: what to set, such as interval=10; repeatable",
    )
    creating.add_argument("--version", default="", help="for firmware: its version")
    creating.add_argument("--url", default="", help="for firmware: where chargers load it")
    creating.add_argument(
        "--file", type=Path, metavar="FILE", help="for firmware: the same file here, to sign it"
    )
    creating.add_argument(
        "--key", type=Path, metavar="PEM", help="for firmware: your Ed25519 key, which stays here"
    )
    creating.add_argument(
        "--rate", type=int, default=50, metavar="N", help="chargers a minute; the default is 50"
    )
    creating.add_argument(
        "--abort-at",
        type=float,
        default=20.0,
        metavar="PERCENT",
        help="share of failures that cancels the rest; the default is 20",
    )
    creating.add_argument(
        "--minutes",
        type=int,
        default=60,
        metavar="N",
        help="how long a charger may work on it; the default is 60",
    )
    add_site_option(creating)
    add_json(creating)
    carry_out(
        creating,
        partial(on_site, _create),
        CreateOptions,
        example="solarrally chargers job create restart barn-17\n"
        "solarrally chargers job create settings --all --set interval=30 --rate 20",
    )


async def _create(options: CreateOptions, site: "DeployedSite") -> int:
    from solarrally_tui.chargers.management.jobs import Rollout, create

    if bool(options.chargers) == options.all:
        say("Name chargers, or --all for all of the site.")
        return Exit.USAGE
    document = _document(options)
    if document is None:
        return Exit.USAGE
    rollout = Rollout(options.rate, options.abort_at, options.minutes)
    made = await create(site, document, tuple(options.chargers), rollout)
    if options.json:
        return show_result(_record(made), Exit.OK)
    show(f"Job {made.name} is created.{_price(len(options.chargers) or made.chargers, site)}")
    say(
        f"At most {rollout.a_minute} chargers a minute get it. It is cancelled for the rest where "
        f"{rollout.abort_percent:g} % fail. See: solarrally chargers job show {made.name}"
    )
    return Exit.OK


def _price(chargers: int, site: "DeployedSite") -> str:
    """Return what AWS bills for a job's chargers, as a sentence; nothing where it is not known."""
    from solarrally_tui.pricing.price_book.book import UnknownPriceError
    from solarrally_tui.pricing.price_book.store import book

    try:
        one = book().price(site.region, "AWSIoT", "Remote actions (jobs)").each
    except UnknownPriceError:
        return ""
    return f" AWS bills about {one * chargers:.3f} USD for it." if chargers else ""


def _document(options: CreateOptions) -> dict[str, Any] | None:
    from solarrally_tui.chargers.management import job_documents
    from solarrally_tui.chargers.management.settings import parse

    if options.operation == "restart":
        return job_documents.restart()
    if options.operation == "settings":
        values = parse(options.values)
        if not values or None in values.values():
            say("Settings need --set SETTING=VALUE, such as --set interval=10.")
            return None
        return job_documents.settings(values)
    if not (options.version and options.url and options.file and options.key):
        say("Firmware needs --version, --url, --file and --key.")
        return None
    return job_documents.firmware(options.version, options.url, options.file, options.key)


async def _list(options: ShowingOptions, site: "DeployedSite") -> int:
    from solarrally_tui.chargers.management.jobs import jobs

    found = await jobs(site)
    if options.json:
        return show_result({"jobs": [_record(one) for one in found]}, Exit.OK)
    if not found:
        show(f"{site.name} has no job.")
        return Exit.OK
    table = [["JOB", "STATUS", "CREATED"]]
    table += [[one.name, _word(one.status), _time(one)] for one in found]
    show("\n".join(columns(table)))
    return Exit.OK


async def _show(options: JobOptions, site: "DeployedSite") -> int:
    from solarrally_tui.chargers.management.jobs import failures, job

    found = await job(site, options.job)
    if found is None:
        return _unknown(options.job, site)
    failed = await failures(site, found.name) if _has_failed(found) else []
    if options.json:
        listed = [{"charger": name, "status": status} for name, status in failed]
        return show_result(_record(found) | {"failures": listed}, Exit.OK)
    show("\n".join(_lines(found)))
    for name, status in failed:
        show(f"  {name}  {_word(status)}")
    return Exit.OK


async def _cancel(options: JobOptions, site: "DeployedSite") -> int:
    from solarrally_tui.chargers.management.jobs import cancel

    found = await cancel(site, options.job)
    if found is None:
        return _unknown(options.job, site)
    if options.json:
        return show_result(_record(found), Exit.OK)
    show("\n".join(_lines(found)))
    return Exit.OK


def _unknown(name: str, site: "DeployedSite") -> int:
    say(f"{site.name} has no job {name}. See: solarrally chargers job list")
    return Exit.USAGE


def _has_failed(job: "Job") -> bool:
    return bool({"FAILED", "REJECTED", "TIMED_OUT"} & set(job.counts))


def _lines(job: "Job") -> list[str]:
    parts = [f"{count} {_word(status)}" for status, count in job.counts.items()]
    lines = [
        ("Job", job.name),
        ("Status", _word(job.status)),
        ("Created", _time(job)),
        ("Chargers", ", ".join(parts) or "none has it yet"),
    ]
    if job.reason:
        lines.append(("Reason", job.reason))
    return columns(lines, flexible=1)


def _word(status: str) -> str:
    return status.lower().replace("_", " ").replace("canceled", "cancelled")


def _time(job: "Job") -> str:
    return f"{job.created:%Y-%m-%d %H:%M}" if job.created else "unknown"


def _record(job: "Job") -> dict[str, Any]:
    return {
        "name": job.name,
        "id": job.id,
        "status": job.status,
        "operation": job.operation,
        "reason": job.reason,
        "created": job.created.isoformat() if job.created else None,
        "chargers": job.chargers,
        "counts": dict(job.counts),
    }
