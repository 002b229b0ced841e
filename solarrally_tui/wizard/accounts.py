"""What the account screens need: credentials, the keyring, and findings about the account."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from typing_extensions import override

from solarrally_tui.account.credentials.keyring_store import KeyringStore
from solarrally_tui.account.credentials.sign_in import AccountRole, DeviceSignIn, Invitation
from solarrally_tui.account.deployer_role import DeployerPlan, snippet
from solarrally_tui.account.preflight import first_steps, inspection
from solarrally_tui.aws import credential_sources
from solarrally_tui.aws.credential_sources import CredentialSource
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.aws.keys import AssumedRole, Keys, Secret
from solarrally_tui.findings.finding import Finding
from solarrally_tui.policy.simulation_questions import deploy_questions
from solarrally_tui.provisioning.identities import deployer
from solarrally_tui.site.model import Site
from solarrally_tui.wizard.model import Opener, UsedCredentials

if TYPE_CHECKING:
    from solarrally_tui.health.sites import AccountSummary

Chooser = Callable[[str | None, Keys | None, AssumedRole | None], Awaitable[None]]
"""Changes to a profile, to keys or to a role."""


@dataclass(frozen=True, slots=True)
class DeployerInUse:
    """The deployer role, created and assumed."""

    changed: tuple[str, ...]
    """Names of what had to be created or corrected."""
    snippet: str
    """Profile for ~/.aws/config by which it is used again."""


class SignIn(Protocol):
    """One sign-in with IAM Identity Center. Calls raise AwsError."""

    async def start(self) -> Invitation:
        """Ask for a code to show."""

    async def wait(self) -> None:
        """Wait until the person has agreed in the browser."""

    async def roles(self) -> Sequence[AccountRole]:
        """Return the accounts and roles to choose from."""

    async def keys(self, role: AccountRole) -> Keys:
        """Return temporary keys of a role."""

    def close(self) -> None:
        """Forget everything."""


class Accounts(Protocol):
    """Credentials as the screens see them."""

    async def sources(self) -> tuple[CredentialSource, ...]:
        """Return the credentials of this computer. Raises AwsError."""

    def sources_without_files(self) -> tuple[CredentialSource, ...]:
        """Return those that no file of AWS's tools names."""

    async def keyring_names(self) -> tuple[str, ...]:
        """Return the names in the keyring. Raises KeyringError."""

    async def store(self, name: str, keys: Keys) -> None:
        """Write keys into the keyring. Raises KeyringError."""

    async def load(self, name: str) -> Keys:
        """Return keys of the keyring. Raises KeyringError."""

    async def use(self, profile: str | None, keys: Keys | None) -> None:
        """Use a profile, keys, or with neither what AWS's tools find on their own."""

    async def surveyed(self, profiles: Sequence[str]) -> "tuple[AccountSummary, ...]":
        """Return the sites of the accounts behind profiles of the AWS configuration."""

    async def findings(self, site: Site) -> tuple[Finding, ...]:
        """Check the account for a site. Raises AwsError when nobody is signed in."""

    async def deployer(self, site: str, region: str, boundary: str) -> DeployerPlan:
        """Return what creating the deployer role of a site would do. Raises AwsError.

        boundary: ARN of the site's permissions boundary; empty where it has none yet.
        """

    async def use_deployer(self, plan: DeployerPlan, code: Secret | None) -> DeployerInUse:
        """Create the role, and use it from now on. Raises AwsError.

        code: of the MFA device, where the plan names one.
        """

    async def first_steps(self) -> tuple[Finding, ...]:
        """Check what a new account should have. Raises AwsError when nobody is signed in."""

    def sign_in(self, start_url: str, region: str) -> SignIn:
        """Begin a sign-in with IAM Identity Center."""


class EngineAccounts(Accounts):
    """Asks this computer and AWS. Slow things are done in threads."""

    def __init__(
        self,
        at: Opener,
        choose: Chooser,
        used: UsedCredentials,
        seconds: Callable[[Site], tuple[float, float]],
    ) -> None:
        """seconds: returns how long a deployment takes."""
        self._at = at
        self._choose = choose
        self._used = used
        self._seconds = seconds

    @override
    async def sources(self) -> tuple[CredentialSource, ...]:
        return await asyncio.to_thread(credential_sources.find)

    @override
    def sources_without_files(self) -> tuple[CredentialSource, ...]:
        return credential_sources.find_without_files()

    @override
    async def keyring_names(self) -> tuple[str, ...]:
        return await asyncio.to_thread(KeyringStore().names)

    @override
    async def store(self, name: str, keys: Keys) -> None:
        await asyncio.to_thread(KeyringStore().save, name, keys)

    @override
    async def load(self, name: str) -> Keys:
        return await asyncio.to_thread(KeyringStore().load, name)

    @override
    async def use(self, profile: str | None, keys: Keys | None) -> None:
        await self._choose(profile, keys, None)

    @override
    async def surveyed(self, profiles: Sequence[str]) -> "tuple[AccountSummary, ...]":
        from solarrally_tui.health.sites import survey_profiles  # noqa: PLC0415 slow to import

        return await survey_profiles(profiles, read_only=True, asks_codes=False)

    @override
    async def findings(self, site: Site) -> tuple[Finding, ...]:
        door = await self._at(site.region)
        who = await door.identity()
        questions = await asyncio.to_thread(
            deploy_questions,
            site.name,
            who.partition,
            who.account,
            site.region,
            site.governance.permissions_boundary_arn,
        )
        return await inspection.findings(door, who, site, questions, self._seconds(site))

    @override
    async def deployer(self, site: str, region: str, boundary: str) -> DeployerPlan:
        door = await self._at(None)
        return await (await deployer.Deployer.of(door, site, region, boundary)).plan()

    @override
    async def use_deployer(self, plan: DeployerPlan, code: Secret | None) -> DeployerInUse:
        door = await self._at(None)
        role = await deployer.Deployer.of(door, plan.site, plan.region, plan.boundary)
        changed = await role.ensure(plan)
        profile, keys = self._used()
        text = snippet(plan, profile or _profile(), await door.credential_source())
        assumed_role = AssumedRole(plan.arn, f"solarrally-{plan.site}", plan.seconds)
        if code is None:
            await self._choose(profile, keys, assumed_role)
        else:
            taken = await deployer.assume_with_code(door, assumed_role, plan.mfa_serial, code)
            await self._choose(None, taken, None)
        try:
            await deployer.once_assumable((await self._at(None)).identity)
        except AwsError:
            await self._choose(profile, keys, None)
            raise
        return DeployerInUse(changed, text)

    @override
    async def first_steps(self) -> tuple[Finding, ...]:
        return await first_steps.first_steps(await self._at(None))

    @override
    def sign_in(self, start_url: str, region: str) -> SignIn:
        return DeviceSignIn(start_url, region)


def _profile() -> str:
    """Return the profile that AWS's tools use unasked; empty with keys in the environment."""
    if os.environ.get("AWS_ACCESS_KEY_ID"):
        return ""
    return os.environ.get("AWS_PROFILE", "default")
