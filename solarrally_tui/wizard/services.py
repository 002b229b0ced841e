"""What the screens need from the engine, as one protocol that tests can script."""

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from solarrally_tui.provisioning.engine.outcome import Outcome

if TYPE_CHECKING:
    from solarrally_tui.chargers.intake.adding import Intake, Tell
    from solarrally_tui.chargers.proof import Proof
    from solarrally_tui.domains.hosted_zones import Zone
    from solarrally_tui.health.sites import SiteSummary
    from solarrally_tui.pricing.advice.curve import Curve
    from solarrally_tui.pricing.metering.estimate_lines import Estimate
    from solarrally_tui.provisioning.engine.events import Emit
    from solarrally_tui.provisioning.teardown.deleted_sites import DeletedSite
    from solarrally_tui.provisioning.teardown.losses import Losses
    from solarrally_tui.site.model import Site
    from solarrally_tui.wizard.accounts import Accounts
    from solarrally_tui.wizard.applications import Applications
    from solarrally_tui.wizard.billing import Billing
    from solarrally_tui.wizard.diagnoses import Diagnoses
    from solarrally_tui.wizard.domains import Domains
    from solarrally_tui.wizard.fleets import Fleets
    from solarrally_tui.wizard.journals import Journals
    from solarrally_tui.wizard.model import Access, Added, Handover, SiteFacts, Upkeep, Who
    from solarrally_tui.wizard.plans import Plans
    from solarrally_tui.wizard.quotes import Quotes
    from solarrally_tui.wizard.run_progress import Prospects


class Services(Protocol):
    """The engine, as the screens see it. Calls to AWS raise AwsError."""

    @property
    def read_only(self) -> bool:
        """Whether every call that would change anything is refused."""

    @property
    def accounts(self) -> "Accounts":
        """Credentials, the keyring and findings about the account."""

    @property
    def diagnoses(self) -> "Diagnoses":
        """Why a site is not well."""

    @property
    def journals(self) -> "Journals":
        """The history and the logs of a site."""

    @property
    def fleets(self) -> "Fleets":
        """The chargers of sites, counted and listed."""

    @property
    def billing(self) -> "Billing":
        """Whether alerts reach somebody."""

    @property
    def domains(self) -> "Domains":
        """DNS, hosted zones, the registrar and certificates."""

    @property
    def applications(self) -> "Applications":
        """Sources and images of the application."""

    @property
    def quotes(self) -> "Quotes":
        """Quotes for customers."""

    @property
    def plans(self) -> "Plans":
        """What a deployment would do and create, before it begins."""

    def preload(self) -> None:
        """Import what later calls need. Takes a second or two, so call it in a thread."""

    async def who(self, region: str | None, *, fresh: bool = False) -> "Who":
        """Ask AWS who is signed in; fresh reads the credentials again."""

    async def access(self) -> "Access":
        """Return how another process reaches this account as the wizard does."""

    async def zones(self, region: str) -> "tuple[Zone, ...]":
        """List the public hosted zones of the account."""

    async def sites(self) -> tuple[str, ...]:
        """List the names of the sites in the account."""

    async def summaries(self) -> "tuple[SiteSummary, ...]":
        """Return Region, state and answers of each site in the account; reads all their stacks."""

    async def answers(self, name: str) -> Mapping[str, Any]:
        """Return the answers of a deployed site."""

    def estimate(self, site: "Site") -> "Estimate":
        """Estimate the monthly cost of a site, offline."""

    def curve(self, site: "Site") -> "Curve":
        """Price a site over its number of chargers, offline."""

    def seconds(self, site: "Site", done: Collection[str] = ()) -> tuple[float, float]:
        """Return how many seconds a first deployment usually takes, at least and at most."""

    def prospects(self, site: "Site", *, destroys: bool = False) -> "Prospects":
        """Return what is known of a run's time and money before it begins. Takes a moment."""

    def steps(self, *, destroys: bool = False, shape: str = "tasks") -> Mapping[str, str]:
        """Return the titles of the steps of a deployment, or a deletion, by id, in order.

        shape: size.shape of the site. Raises ValueError for an unknown one.
        """

    async def deploy(
        self,
        site: "Site",
        emit: "Emit",
        *,
        confirmed: str = "",
        preflight: bool = True,
        leave: frozenset[str] = frozenset(),
    ) -> Outcome:
        """Deploy a site and report it by events.

        confirmed: its name, where data may be lost. preflight: whether the account is checked
        first. leave: resources, as STACK/RESOURCE, that stay where AWS is stuck with them.
        """

    async def status(
        self, name: str, *, fresh: bool = False, all_month: bool = False
    ) -> "SiteFacts":
        """Check of a deployed site what its time has come, and return all that is known.

        fresh: check all of it. all_month: for a display that runs for weeks, so at a pace that
        costs less than a dollar a month.
        """

    def last_status(self, name: str) -> "SiteFacts | None":
        """Return what status returned last of a site in this account; None before it did."""

    async def handover(self, name: str) -> "Handover":
        """Return where a deployed site keeps what a person needs."""

    async def password(self, name: str, secret: str) -> str:
        """Return the password in a secret of a site, by its ARN. Nobody keeps it."""

    async def upkeep(self, name: str) -> "Upkeep":
        """Return which release a site can go back to, and what of it is due. Takes a few calls."""

    async def losses(self, name: str) -> "Losses":
        """Return what deleting a deployed site loses, and what stays with its price."""

    async def destroy(
        self,
        name: str,
        emit: "Emit",
        *,
        delete_data: bool = False,
        leave: frozenset[str] = frozenset(),
    ) -> Outcome:
        """Delete a deployed site and report it by events. leave: as for deploy.

        delete_data: also what holds its data, which is kept and listed otherwise.
        """

    async def deleted_sites(self) -> "tuple[DeletedSite, ...]":
        """Return what stays, and costs, of the sites of the account that are deleted."""

    async def delete_kept(self, name: str, identifier: str) -> str:
        """Delete one thing that the deletion of a site has kept; return why it stays, or nothing.

        Raises AwsError and StillWaitingError.
        """

    async def add_chargers(
        self, names: Sequence[str], site: str, folder: Path, tell: "Tell"
    ) -> "Intake":
        """Register chargers, each with its files in a folder of its name inside the folder.

        tell: called as each is decided. Raises AwsError and ChargerError for what concerns all.
        """

    async def prove_charger(
        self,
        charger: "Added",
        site: str,
        report: "Callable[[Proof], None]",
        on_power: Callable[[float], None] | None,
    ) -> "Proof":
        """Send as the charger, and time each hop until the page shows it.

        on_power: called with the kW of each message that the page shows, and then the charger goes
        on for half a minute; without it, it stops at once.
        """

    async def close(self) -> None:
        """Close connections. Never waits for pending calls, which have short time-outs."""
