"""What the account screens need from the outside: credentials, the keyring, and findings."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from solarrally_tui.account.deployer_role import DeployerPlan
from solarrally_tui.aws.credential_sources import CredentialSource
from solarrally_tui.aws.keys import Keys, Secret
from solarrally_tui.findings.finding import Finding
from solarrally_tui.site.model import Site

if TYPE_CHECKING:
    from solarrally_tui.account.credentials.sign_in import AccountRole, Invitation


@dataclass(frozen=True, slots=True)
class Taken:
    """The deployer role, made and in use."""

    changed: tuple[str, ...]
    """Names of what had to be made or corrected."""
    snippet: str
    """Profile for ~/.aws/config by which it is used again."""


class SignIn(Protocol):
    """One sign-in with IAM Identity Center. Calls raise AwsError."""

    async def start(self) -> "Invitation":
        """Ask for a code to show."""

    async def wait(self) -> None:
        """Wait until the person has agreed in the browser."""

    async def roles(self) -> "Sequence[AccountRole]":
        """Return the accounts and roles to choose from."""

    async def keys(self, role: "AccountRole") -> Keys:
        """Return temporary keys of a role."""

    def close(self) -> None:
        """Forget everything."""


class Accounts(Protocol):
    """Credentials as the screens see them."""

    async def found(self) -> tuple[CredentialSource, ...]:
        """Return the credentials of this computer. Raises AwsError."""

    async def kept(self) -> tuple[str, ...]:
        """Return the names in the keyring. Raises KeyringError."""

    async def keep(self, name: str, keys: Keys) -> None:
        """Write keys into the keyring. Raises KeyringError."""

    async def load(self, name: str) -> Keys:
        """Return keys of the keyring. Raises KeyringError."""

    async def use(self, profile: str | None, keys: Keys | None) -> None:
        """Use a profile, keys, or with neither what AWS's tools find by themselves."""

    async def findings(self, site: Site) -> tuple[Finding, ...]:
        """Look at the account for a site. Raises AwsError when nobody is signed in."""

    async def deployer(self, site: str) -> DeployerPlan:
        """Return what making the deployer role of a site would do. Raises AwsError."""

    async def take_deployer(self, plan: DeployerPlan, region: str, code: Secret | None) -> Taken:
        """Make the role, and use it from now on. Raises AwsError.

        code: of the MFA device, where the plan names one.
        """

    async def first_steps(self) -> tuple[Finding, ...]:
        """Look at what a new account should have. Raises AwsError when nobody is signed in."""

    def sign_in(self, start_url: str, region: str) -> SignIn:
        """Begin a sign-in with IAM Identity Center."""
