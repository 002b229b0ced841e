"""The real services of the account screens: configuration, keyring and preflight."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from solarrally_tui.account.deployer_role import DeployerPlan
from solarrally_tui.aws.credential_sources import CredentialSource, find
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.aws.keys import AssumedRole, Keys, Secret
from solarrally_tui.findings.finding import Finding
from solarrally_tui.site.model import Site
from solarrally_tui.wizard.account_ports import SignIn, Taken

if TYPE_CHECKING:
    from solarrally_tui.aws.door import Door

Opener = Callable[[str | None], Awaitable["Door"]]
Chooser = Callable[[str | None, Keys | None, AssumedRole | None], Awaitable[None]]
Seconds = Callable[[Site], tuple[float, float]]
Chosen = Callable[[], tuple[str | None, Keys | None]]


def _profile() -> str:
    """Return the profile that AWS's tools use by themselves; empty with keys in the environment."""
    if os.environ.get("AWS_ACCESS_KEY_ID"):
        return ""
    return os.environ.get("AWS_PROFILE", "default")


class EngineAccounts:
    """Asks this computer and AWS. Slow things are done in threads."""

    def __init__(self, at: Opener, choose: Chooser, chosen: Chosen, seconds: Seconds) -> None:
        """chosen: returns profile and keys in use; seconds: how long a deployment takes."""
        self._at = at
        self._choose = choose
        self._chosen = chosen
        self._seconds = seconds

    async def found(self) -> tuple[CredentialSource, ...]:
        """Return the credentials of this computer. Raises AwsError."""
        return await asyncio.to_thread(find)

    async def kept(self) -> tuple[str, ...]:
        """Return the names in the keyring. Raises KeyringError."""
        from solarrally_tui.account.credentials.keyring_store import KeyringStore  # noqa: PLC0415

        return await asyncio.to_thread(KeyringStore().names)

    async def keep(self, name: str, keys: Keys) -> None:
        """Write keys into the keyring. Raises KeyringError."""
        from solarrally_tui.account.credentials.keyring_store import KeyringStore  # noqa: PLC0415

        await asyncio.to_thread(KeyringStore().save, name, keys)

    async def load(self, name: str) -> Keys:
        """Return keys of the keyring. Raises KeyringError."""
        from solarrally_tui.account.credentials.keyring_store import KeyringStore  # noqa: PLC0415

        return await asyncio.to_thread(KeyringStore().load, name)

    async def use(self, profile: str | None, keys: Keys | None) -> None:
        """Use a profile, keys, or with neither what AWS's tools find by themselves."""
        await self._choose(profile, keys, None)

    async def findings(self, site: Site) -> tuple[Finding, ...]:
        """Look at the account for a site. Raises AwsError when nobody is signed in."""
        from solarrally_tui.account.preflight.inspection import findings  # noqa: PLC0415
        from solarrally_tui.policy.simulation_questions import deploy_questions  # noqa: PLC0415

        door = await self._at(site.region)
        who = await door.identity()
        asked = await asyncio.to_thread(deploy_questions, site.name, who.partition, who.account)
        return await findings(door, who, site, asked, self._seconds(site))

    async def deployer(self, site: str) -> DeployerPlan:
        """Return what making the deployer role of a site would do. Raises AwsError."""
        from solarrally_tui.provisioning.identities.deployer import Deployer  # noqa: PLC0415

        return await (await Deployer.of(await self._at(None), site)).plan()

    async def take_deployer(self, plan: DeployerPlan, region: str, code: Secret | None) -> Taken:
        """Make the role, and use it from now on. Raises AwsError."""
        from solarrally_tui.account.deployer_role import snippet  # noqa: PLC0415
        from solarrally_tui.provisioning.identities import deployer  # noqa: PLC0415

        door = await self._at(None)
        changed = await (await deployer.Deployer.of(door, plan.site)).ensure(plan)
        profile, keys = self._chosen()
        text = snippet(plan, region, profile or _profile(), await door.credential_source())
        role = AssumedRole(plan.arn, f"solarrally-{plan.site}", plan.seconds)
        if code is None:
            await self._choose(profile, keys, role)
        else:
            assumed = await deployer.assume_with_code(door, role, plan.mfa_serial, code)
            await self._choose(None, assumed, None)
        try:
            await deployer.once_assumable((await self._at(None)).identity)
        except AwsError:
            await self._choose(profile, keys, None)
            raise
        return Taken(changed, text)

    async def first_steps(self) -> tuple[Finding, ...]:
        """Look at what a new account should have. Raises AwsError when nobody is signed in."""
        from solarrally_tui.account.preflight.first_steps import first_steps  # noqa: PLC0415

        return await first_steps(await self._at(None))

    def sign_in(self, start_url: str, region: str) -> SignIn:
        """Begin a sign-in with IAM Identity Center."""
        from solarrally_tui.account.credentials.sign_in import DeviceSignIn as Real  # noqa: PLC0415

        return Real(start_url, region)
