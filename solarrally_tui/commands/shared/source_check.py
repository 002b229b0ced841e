"""Whether a commit can run in a site, asked before it is built."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from solarrally_tui.commands.shared.terminal import explain, say

if TYPE_CHECKING:
    from solarrally_tui.site.model import Site


async def may_run(before: "Site", site: "Site", *, sure: bool = False) -> bool:
    """Check the source of another commit before it is built; explain where it cannot run.

    sure: whether the operator has it built anyway.
    """
    from solarrally_tui.source.check import check
    from solarrally_tui.source.fetch import fetch
    from solarrally_tui.source.finding import Level
    from solarrally_tui.source.reference import AddressError, FetchError
    from solarrally_tui.source.tree import NotASourceError
    from solarrally_tui.text.plain import Plain

    now, then = before.application, site.application
    if sure or then.image or now.commit == then.commit:
        return True
    try:
        with TemporaryDirectory(prefix="solarrally-fetch-") as name:
            folder = Path(name)
            await fetch(then.repository, then.commit, folder)
            report = await asyncio.to_thread(check, folder, then.repository, then.commit)
            why = [found.what for found in report.findings if found.level is Level.BLOCKED]
    except NotASourceError as error:
        why = [str(error)]
    except (AddressError, FetchError, OSError) as error:
        say(f"The commit was not checked from here, and the build decides: {error}")
        return True
    if not why:
        return True
    explain(
        Plain(
            what=f"The commit {then.commit[:12]} cannot run in a site. Nothing was changed.",
            why=" ".join(why),
            next="Choose another commit, or correct the source. solarrally source check "
            f"{then.repository} --ref {then.commit} shows where. --skip-preflight builds it "
            "anyway.",
        )
    )
    return False
