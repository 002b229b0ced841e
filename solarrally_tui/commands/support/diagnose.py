"""solarrally diagnose SITE: why it has problems, what to do, and what that rests on."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from solarrally_tui.commands.shared.command_parser import CommandParser
from solarrally_tui.commands.shared.options import (
    ReadingOptions,
    add_role,
    add_site_or_only,
    carry_out,
)
from solarrally_tui.commands.shared.terminal import (
    explain,
    say,
    say_over,
    show,
    show_result,
)
from solarrally_tui.commands.watching.status import EXITS
from solarrally_tui.provisioning.engine.outcome import Exit

if TYPE_CHECKING:
    from solarrally_tui.aws.door import Door
    from solarrally_tui.health.bundle.archive import Bundle
    from solarrally_tui.health.diagnosis.model import Diagnosis
    from solarrally_tui.site.model import Site

_SECRETS: Final = ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
"""Variables whose values must not be in a bundle, wherever they come from."""


@dataclass(frozen=True, slots=True)
class Options(ReadingOptions):
    """What diagnose takes."""

    format: str
    bundle: Path | None
    force: bool
    open: Path | None
    screen: bool
    details: bool


def add(parser: CommandParser) -> None:
    """Add the command's options."""
    parser.epilog = (
        "exit status: 0 ok, 10 warning, 11 failing, 12 unknown, 4 credentials. Changes nothing. "
        "The JSON has schema 1. --open needs no network and no account."
    )
    add_site_or_only(parser)
    output = parser.add_mutually_exclusive_group()
    output.add_argument(
        "--format", choices=("table", "json", "md"), default="table", help="default: table"
    )
    output.add_argument(
        "--json", action="store_const", dest="format", const="json", help="same as --format json"
    )
    output.add_argument(
        "--screen", action="store_true", help="with --open: show it on the wizard's screen"
    )
    files = parser.add_mutually_exclusive_group()
    files.add_argument(
        "--bundle",
        type=Path,
        metavar="FILE",
        help="also write a support bundle without secrets; makes only calls that solarrally policy "
        "support allows",
    )
    files.add_argument(
        "--open", type=Path, metavar="FILE", help="show the diagnosis in a support bundle"
    )
    parser.add_argument("--force", action="store_true", help="replace the file if it exists")
    text = "list everything that is well or not there yet, as files and JSON do"
    parser.add_argument("--details", action="store_true", help=text)
    add_role(parser)
    carry_out(
        parser,
        run,
        Options,
        example="solarrally diagnose barn\n"
        "solarrally diagnose barn --bundle barn.zip\n"
        "solarrally diagnose --open barn.zip --screen",
    )


def run(options: Options) -> int:
    """Examine a site, found by its name alone. Only reads, whatever the credentials allow."""
    from solarrally_tui.commands.shared.door import run_on_site

    if wrong := _wrong(options):
        say(wrong)
        return Exit.USAGE
    if options.open is not None:
        return _open(options, options.open)
    return run_on_site(replace(options, read_only=True), _diagnose)


def _wrong(options: Options) -> str:
    """Return what is wrong with the options, empty for nothing."""
    if options.open is not None:
        return "Give either a site or --open FILE." if options.site else ""
    if options.screen:
        return "--screen shows a support bundle: add --open FILE."
    if options.bundle is not None and options.bundle.exists() and not options.force:
        return f"{options.bundle} exists. Choose another name, or add --force to replace it."
    return ""


async def _diagnose(options: Options, door: "Door") -> int:
    from solarrally_tui.health.diagnosis.examine import examine
    from solarrally_tui.health.unrecorded import open_readable

    if options.bundle is not None:
        return await _bundle(options, options.bundle, door)
    site, no_record = await open_readable(door, options.site)
    found = await examine(site, _progress(), no_record=no_record)
    return _show(options, found, None if no_record else site.site)


async def _bundle(options: Options, path: Path, door: "Door") -> int:
    """Write a bundle and print what is in it."""
    from solarrally_tui.health.bundle.archive import pack
    from solarrally_tui.health.bundle.collect import collect, supervised
    from solarrally_tui.health.unrecorded import open_readable
    from solarrally_tui.site.atomic import write_atomically

    watched, made = supervised(door)
    site, no_record = await open_readable(watched, options.site)
    contents = await collect(site, made, _progress(), no_record=no_record)
    content, bundle = pack(contents, (os.environ.get(name, "") for name in _SECRETS))
    write_atomically(path, content)
    status = _show(options, bundle.contents.diagnosis, None if no_record else site.site)
    removed = ", ".join(f"{count} {kind}" for kind, count in bundle.manifest.removed.items())
    say(f"Wrote {path}, {len(content) // 1024 + 1} KiB. Removed: {removed}. Look into it before")
    say("you send it: the names of the site, of stacks and of chargers are in it.")
    return status


def _open(options: Options, path: Path) -> int:
    """Show a bundle."""
    from solarrally_tui.health.bundle.archive import BundleError, unpack

    try:
        bundle = unpack(path)
    except BundleError as error:
        explain(error.plain)
        return Exit.USAGE
    except OSError as error:
        say(f"{path} cannot be read: {error.strerror}.")
        return Exit.USAGE
    if bundle.is_of_another_version:
        say(f"solarrally {bundle.manifest.solarrally} made this bundle. Parts may be missing here.")
    if options.screen:
        return _screen(bundle)
    if options.format == "table":
        made = f"{bundle.manifest.made:%Y-%m-%d %H:%M} UTC"
        say(f"Support bundle of {bundle.manifest.site}, made {made}. Nothing is asked of AWS.")
    return _show(options, bundle.contents.diagnosis, also=dumped(bundle))


def dumped(bundle: "Bundle") -> dict[str, Any]:
    """Return what the JSON of an opened bundle says about the bundle itself."""
    from solarrally_tui.health.bundle.fields import dump

    manifest = dump(bundle.manifest)
    del manifest["files"]
    return {"bundle": manifest | {"versions": dump(bundle.contents.facts.versions)}}


def _screen(bundle: "Bundle") -> int:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        say("--screen needs a terminal.")
        return Exit.USAGE
    from solarrally_tui.commands.wizard import open_bundle

    return open_bundle(bundle)


def _show(
    options: Options,
    diagnosis: "Diagnosis",
    site: "Site | None" = None,
    also: dict[str, Any] | None = None,
) -> int:
    """Print a diagnosis; return its exit status.

    site: its answers, where they are known. also: what the JSON has beside it.
    """
    from solarrally_tui.commands.support.own_advice import own_advice
    from solarrally_tui.health.diagnosis.render import as_object, to_markdown, to_table

    status = EXITS[diagnosis.health]
    if options.format == "json":
        return show_result(as_object(diagnosis) | (also or {}), status)
    if options.format == "md":
        show(to_markdown(diagnosis).rstrip("\n"))
        return status

    def advised(text: str) -> str:
        return own_advice(text, diagnosis.site, site)

    show(to_table(diagnosis, details=options.details, advised=advised).rstrip("\n"))
    return status


def _progress() -> Callable[[int, int, str], None]:
    """Return what prints how far we are on a terminal; nothing goes into files and pipes."""
    if not sys.stderr.isatty():
        return lambda *_: None
    return lambda done, total, title: say_over(
        f"Read {done} of {total} sources: {title}" if done < total else ""
    )
