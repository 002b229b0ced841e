"""The question before a site is deleted: what is lost, and what stays with its price."""

from functools import partial

from solarrally_tui.screens.common.confirm import TypedScreen
from solarrally_tui.screens.common.money import exact
from solarrally_tui.wizard.session import Session


async def destroy_question(session: Session) -> TypedScreen:
    """Return the dialog that asks for the name of the open site. Takes a few calls to AWS."""
    from solarrally_tui.provisioning.teardown.losses import Losses  # noqa: PLC0415 slow

    name = session.site.name
    try:
        known = await session.services.losses(name)
    except Exception:  # noqa: BLE001 a site can be deleted without its answers or a price
        known = Losses(None)
    lines = known.lines(partial(exact, money=session.money))
    return TypedScreen(f"Destroy {name}?", "\n".join(lines), name, yes="Destroy")
