"""solarrally source check|find|image."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from solarrally_tui.commands.shared.command_parser import CommandParser
from solarrally_tui.commands.shared.options import CommonOptions, add_actions, add_json, carry_out
from solarrally_tui.commands.shared.terminal import say, show, show_result
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.source.finding import Level

if TYPE_CHECKING:
    from solarrally_tui.interview.draft import Draft
    from solarrally_tui.source.finding import SourceReport

EXITS: Final = {
    Level.FIXED: Exit.OK,
    Level.ARRANGED: Exit.OK,
    Level.WARNING: Exit.WARN,
    Level.BLOCKED: Exit.FAIL,
}


@dataclass(frozen=True, slots=True)
class Options(CommonOptions):
    """What check and find take."""

    place: str
    ref: str
    json: bool


def add(parser: CommandParser) -> None:
    """Add the command's actions."""
    add_action = add_actions(parser)
    text = "Show what of a source will not run in a site, and what the build does about it."
    checking = add_action("check", text)
    checking.epilog = (
        "exit status: 0 ok or fixed by the build, 10 warnings, 11 something cannot run, "
        "12 the source cannot be fetched, 2 usage"
    )
    checking.add_argument("place", metavar="URL|PATH", help="https:// address or a local folder")
    finding = add_action("find", "Show which commit a branch or tag of a repository points to.")
    finding.add_argument("place", metavar="URL", help="https:// address of the repository")
    place = "https://github.com/FreeBandoLano/SolarRally"
    for action, work, example in (
        (checking, _check, f"solarrally source check {place} --ref main"),
        (finding, _find, f"solarrally source find {place}"),
    ):
        text = "branch, tag or commit; the default is the repository's default branch"
        action.add_argument("--ref", metavar="REF", default="", help=text)
        add_json(action)
        carry_out(action, _guarded(work), Options, example=example)
    imaging = add_action("image", "Show what an image that you build yourself must provide.")
    carry_out(imaging, _image, CommonOptions, example="solarrally source image")


def _guarded(work: Callable[[Options], int]) -> Callable[[Options], int]:
    """Return the same, with errors as words and an exit status."""

    def run(options: Options) -> int:
        from solarrally_tui.source.reference import AddressError, FetchError
        from solarrally_tui.source.tree import NotASourceError

        try:
            return work(options)
        except (AddressError, NotASourceError) as error:
            say(str(error))
            return Exit.USAGE
        except FetchError as error:
            say(str(error))
            return Exit.UNKNOWN
        except OSError as error:
            say(f"{error.filename or options.place} cannot be read: {error.strerror or error}.")
            return Exit.USAGE

    return run


def _image(_: CommonOptions) -> int:
    from solarrally_tui.source import image_contract

    show(image_contract.text())
    return Exit.OK


def _check(options: Options) -> int:
    """Check a source. Runs nothing of it."""
    from solarrally_tui.source.render import text, to_json

    report = _report(options.place, options.ref)
    if options.json:
        return show_result(to_json(report), EXITS[report.worst])
    show(text(report))
    return EXITS[report.worst]


def _report(place: str, ref: str) -> "SourceReport":
    import asyncio

    from solarrally_tui.source.check import check
    from solarrally_tui.source.fetch import fetch
    from solarrally_tui.source.reference import AddressError, is_address
    from solarrally_tui.source.tree import NotASourceError

    if is_address(place) and not Path(place).is_dir():
        with TemporaryDirectory(prefix="solarrally-fetch-") as folder:
            resolved = asyncio.run(fetch(place, ref, Path(folder)))
            return check(Path(folder), place, resolved.commit)
    if ref:
        raise AddressError("--ref needs an https:// address. A folder is checked as it is.")
    if not Path(place).is_dir():
        raise NotASourceError(f"{place} is not a folder.")
    return check(Path(place), place)


def _find(options: Options) -> int:
    import asyncio

    from solarrally_tui.source.fetch import find

    resolved = asyncio.run(find(options.place, options.ref))
    result = {
        "commit": resolved.commit,
        "ref": resolved.ref or None,
        "committed": resolved.made.isoformat() if resolved.made else None,
    }
    if options.json:
        return show_result(result, Exit.OK)
    date = f"{resolved.made:%Y-%m-%d}" if resolved.made else ""
    words = filter(None, (resolved.commit, resolved.ref, date))
    show(" ".join(words))
    return Exit.OK


def pin(draft: "Draft") -> str:
    """Pin the commit that the draft's branch or tag points to now; return what to print.

    Where it cannot be found, the branch is removed from the draft and the commit stays.
    """
    import asyncio

    from solarrally_tui.source.fetch import find
    from solarrally_tui.source.reference import AddressError, FetchError

    ref = draft.text("application.ref")
    try:
        resolved = asyncio.run(find(draft.text("application.repository"), ref))
    except (AddressError, FetchError) as error:
        draft.set("application.ref", None)
        return f"{error} {ref} is left out; the commit stays as it is."
    draft.set("application.ref", resolved.ref or None)
    draft.set("application.commit", resolved.commit)
    return f"{resolved.ref or ref} is now at {resolved.commit}."
