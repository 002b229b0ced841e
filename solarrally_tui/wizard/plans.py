"""What Review needs: what a deployment would do, and what it consists of."""

import asyncio
from decimal import Decimal
from typing import Protocol

from typing_extensions import override

from solarrally_tui.account.credentials.keyring_store import KeyringStore
from solarrally_tui.aws.keys import Keys
from solarrally_tui.pricing.advice import situations
from solarrally_tui.pricing.estimate import estimate
from solarrally_tui.provisioning.change.plan import Plan
from solarrally_tui.provisioning.preview import inventory
from solarrally_tui.provisioning.preview.inventory import Inventory
from solarrally_tui.provisioning.preview.preview import preview
from solarrally_tui.site.model import Site
from solarrally_tui.wizard.model import Opener, UsedCredentials


class Plans(Protocol):
    """A deployment before it begins."""

    async def preview(self, site: Site) -> Plan:
        """Ask AWS what a deployment would do. Raises StepError and AwsError."""

    async def flags(self) -> tuple[str, ...]:
        """Return the options by which a command uses the same credentials. Raises KeyringError."""

    def inventory(self, site: Site) -> Inventory:
        """Return what the site consists of, offline."""

    def first_build(self, site: Site) -> Decimal | None:
        """Return USD for building the application once; None where that is not known."""


class EnginePlans(Plans):
    """Asks AWS, and changes nothing there."""

    def __init__(self, at: Opener, used: UsedCredentials) -> None:
        self._at = at
        self._used = used

    @override
    async def preview(self, site: Site) -> Plan:
        return await preview(site, await self._at(site.region))

    @override
    async def flags(self) -> tuple[str, ...]:
        profile, keys = self._used()
        if keys is not None and keys.source == "keyring":
            name = await asyncio.to_thread(_keyring_name, keys)
            return ("--credentials", name) if name else ()
        return ("--profile", profile) if profile and keys is None else ()

    @override
    def inventory(self, site: Site) -> Inventory:
        return inventory.inventory_of(site)

    @override
    def first_build(self, site: Site) -> Decimal | None:
        return situations.first_build(estimate(site))


def _keyring_name(keys: Keys) -> str:
    """Return under which name the keyring holds keys; empty where it does not."""
    store = KeyringStore()
    names = (name for name in store.names() if store.load(name).access_key_id == keys.access_key_id)
    return next(names, "")
