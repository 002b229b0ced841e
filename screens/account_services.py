"""The real services of the account screens: configuration, keyring and preflight."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from solarrally_tui.account.finding import Finding
from solarrally_tui.aws.finding import Found, find
from solarrally_tui.aws.keys import Keys
from solarrally_tui.screens.account_ports import SignIn
from solarrally_tui.site.model import Site

if TYPE_CHECKING:
    from solarrally_tui.aws.door import Door

Opener = Callable[[str | None], Awaitable["Door"]]
Chooser = Callable[[str | None, Keys | None], Awaitable[None]]


class EngineAccounts:
    """Asks this computer and AWS. Slow things are done in threads."""

    def __init__(self, at: Opener, choose: Chooser) -> None:
        self._at = at
        self._choose = choose

    async def found(self) -> tuple[Found, ...]:
        """Return the credentials of this computer. Raises AwsError."""
        return await asyncio.to_thread(find)

    async def kept(self) -> tuple[str, ...]:
        """Return the names in the keyring. Raises KeyringError."""
        from solarrally_tui.account.keyring_store import KeyringStore  # noqa: PLC0415

        return await asyncio.to_thread(KeyringStore().names)

    async def keep(self, name: str, keys: Keys) -> None:
        """Write keys into the keyring. Raises KeyringError."""
        from solarrally_tui.account.keyring_store import KeyringStore  # noqa: PLC0415

        await asyncio.to_thread(KeyringStore().save, name, keys)

    async def load(self, name: str) -> Keys:
        """Return keys of the keyring. Raises KeyringError."""
        from solarrally_tui.account.keyring_store import KeyringStore  # noqa: PLC0415

        return await asyncio.to_thread(KeyringStore().load, name)

    async def use(self, profile: str | None, keys: Keys | None) -> None:
        """Use a profile, keys, or with neither what AWS's tools find by themselves."""
        await self._choose(profile, keys)

    async def findings(self, site: Site) -> tuple[Finding, ...]:
        """Look at the account for a site. Raises AwsError when nobody is signed in."""
        from solarrally_tui.account.preflight_run import findings  # noqa: PLC0415
        from solarrally_tui.policy.questions import questions  # noqa: PLC0415

        door = await self._at(site.region)
        who = await door.identity()
        asked = await asyncio.to_thread(questions, site.name, who.partition, who.account)
        return await findings(door, who, site, asked)

    def sign_in(self, start_url: str, region: str) -> SignIn:
        """Begin a sign-in with IAM Identity Center."""
        from solarrally_tui.aws.sign_in import SignIn as Real  # noqa: PLC0415

        return Real(start_url, region)
