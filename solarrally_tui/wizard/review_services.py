"""The real services of Review: the engine's preview, and how a command finds the credentials."""

import asyncio
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from solarrally_tui.aws.keys import Keys
from solarrally_tui.provisioning.change.plan import Plan
from solarrally_tui.site.model import Site

if TYPE_CHECKING:
    from solarrally_tui.aws.door import Door
    from solarrally_tui.provisioning.preview.inventory import Made

Opener = Callable[[str | None], Awaitable["Door"]]
Chosen = Callable[[], tuple[str | None, Keys | None]]


class EnginePlans:
    """Asks AWS, and changes nothing there."""

    def __init__(self, at: Opener, chosen: Chosen) -> None:
        """chosen: returns profile and keys in use."""
        self._at = at
        self._chosen = chosen

    async def preview(self, site: Site) -> Plan:
        """Ask AWS what a deployment would do. Raises StepError and AwsError."""
        from solarrally_tui.provisioning.preview.preview import preview  # noqa: PLC0415

        return await preview(site, await self._at(site.region))

    async def flags(self) -> tuple[str, ...]:
        """Return the options by which a command uses the same credentials. Raises KeyringError."""
        profile, keys = self._chosen()
        if keys is not None and keys.source == "keyring":
            name = await asyncio.to_thread(_name_of, keys)
            return ("--credentials", name) if name else ()
        return ("--profile", profile) if profile and keys is None else ()

    def made(self, site: Site) -> "Made":
        """Return what the site consists of, offline."""
        from solarrally_tui.provisioning.preview.inventory import made  # noqa: PLC0415

        return made(site)

    def first_build(self, site: Site) -> Decimal | None:
        """Return USD for building the application once; None where that is not known."""
        from solarrally_tui.pricing.advice.situations import first_build  # noqa: PLC0415
        from solarrally_tui.pricing.estimate import estimate  # noqa: PLC0415

        return first_build(estimate(site))


def _name_of(keys: Keys) -> str:
    """Return under which name the keyring holds keys; empty where it does not."""
    from solarrally_tui.account.credentials.keyring_store import KeyringStore  # noqa: PLC0415

    store = KeyringStore()
    found = (name for name in store.names() if store.load(name).access_key_id == keys.access_key_id)
    return next(found, "")
