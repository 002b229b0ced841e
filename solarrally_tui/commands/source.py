"""solarrally source check|find|image."""

import argparse
import asyncio
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from solarrally_tui.commands.shared.terminal import say, show
from solarrally_tui.interview.draft import Draft
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.source import image_contract
from solarrally_tui.source.check import check
from solarrally_tui.source.fetch import fetch, find
from solarrally_tui.source.finding import Level, SourceReport
from solarrally_tui.source.reference import AddressError, FetchError, is_address
from solarrally_tui.source.render import text, to_json
from solarrally_tui.source.tree import NotASourceError

EXITS: Final = {
    Level.FIXED: Exit.OK,
    Level.ARRANGED: Exit.OK,
    Level.WARNING: Exit.WARN,
    Level.BLOCKED: Exit.FAIL,
}


def run(options: argparse.Namespace) -> int:
    """Look at a source, or say what an image must bring. Runs nothing of the source."""
    if options.action == "image":
        show(image_contract.text())
        return Exit.OK
    try:
        if options.action == "find":
            return _find(options)
        report = _report(options.place, options.ref or "")
    except (AddressError, NotASourceError) as error:
        say(str(error))
        return Exit.USAGE
    except FetchError as error:
        say(str(error))
        return Exit.UNKNOWN
    except OSError as error:
        say(f"{error.filename or options.place} cannot be read: {error.strerror}.")
        return Exit.USAGE
    show(json.dumps(to_json(report)) if options.json else text(report))
    return EXITS[report.worst]


def _find(options: argparse.Namespace) -> int:
    found = asyncio.run(find(options.place, options.ref or ""))
    told = {
        "commit": found.commit,
        "ref": found.ref or None,
        "committed": found.made.isoformat() if found.made else None,
    }
    words = (found.commit, found.ref, f"{found.made:%Y-%m-%d}" if found.made else "")
    show(json.dumps(told) if options.json else " ".join(filter(None, words)))
    return Exit.OK


def pin(draft: Draft) -> str:
    """Pin the commit that the draft's branch or tag means now; say what came of it.

    Where it cannot be found, the branch is taken out again and the commit stays.
    """
    ref = draft.text("application.ref")
    try:
        found = asyncio.run(find(draft.text("application.repository"), ref))
    except (AddressError, FetchError) as error:
        draft.set("application.ref", None)
        return f"{error} {ref} is left out; the commit stays as it is."
    draft.set("application.ref", found.ref or None)
    draft.set("application.commit", found.commit)
    return f"{found.ref or ref} is now at {found.commit}."


def _report(place: str, ref: str) -> SourceReport:
    if is_address(place):
        with TemporaryDirectory(prefix="solarrally-fetch-") as folder:
            found = asyncio.run(fetch(place, ref, Path(folder)))
            return check(Path(folder), place, found.commit)
    if ref:
        raise AddressError("--ref goes with an address. Check the folder out as you want it.")
    if not Path(place).is_dir():
        raise NotASourceError(f"{place} is not a folder.")
    return check(Path(place), place)
