"""The question before a site is deleted: what is lost, what stays, how long it takes."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from textual.content import Content

from solarrally_tui.screens.common.confirm import TypedScreen
from solarrally_tui.screens.common.money import amount, estimate_of, exact
from solarrally_tui.wizard.session import Session

if TYPE_CHECKING:
    from solarrally_tui.site.model import Site


async def destroy_question(session: Session) -> TypedScreen:
    """Return the dialog that asks for the name of the open site. Takes a few calls to AWS."""
    from solarrally_tui.provisioning.teardown.losses import Losses  # noqa: PLC0415 slow

    name = session.site.name
    try:
        known = await session.services.losses(name)
    except Exception:  # noqa: BLE001 a site can be deleted without its answers or a price
        known = Losses(None)
    text = _in_parts(known.lines(partial(exact, money=session.money)))
    if known.site is not None:
        takes = await asyncio.to_thread(_takes, session, known.site)
        # What is not complete does not cost what the site is to cost.
        ends = "" if known.parts else _ends(session)
        text = Content("\n\n").join([text, Content(" ".join(filter(None, (takes, ends))))])
    return TypedScreen(f"Destroy {name}?", text, name, yes="Destroy")


def _in_parts(lines: Sequence[str]) -> Content:
    """Return headings, which are not indented, apart from the lines below them."""
    said: list[Content] = []
    for line in lines:
        if line.startswith(" "):
            said.append(Content(line.strip()))
        else:
            space = "\n" if said else ""
            said.append(Content.styled(f"{space}{line.removesuffix(':')}", "bold $primary"))
    return Content("\n").join(said)


def _takes(session: Session, site: "Site") -> str:
    """Return how long AWS usually takes; empty where that is not known. Reads what was measured."""
    from solarrally_tui.wizard.run_outlook import deletion_takes  # noqa: PLC0415 slow

    services = session.services
    titles = services.steps(destroys=True, shape=site.size.shape)
    return deletion_takes(titles, services.prospects(site, destroys=True))


def _ends(session: Session) -> str:
    """Return which cost ends with the site; empty where no price is known."""
    estimate = estimate_of(session)
    if estimate is None:
        return ""
    return f"About {amount(estimate.expected, session.money)} a month ends with it."
