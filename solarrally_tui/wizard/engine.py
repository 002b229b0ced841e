"""The real services: the engine behind the screens. Imports it only when it is needed."""

import asyncio
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from platformdirs import user_state_path

from solarrally_tui.aws.keys import AssumedRole, Keys
from solarrally_tui.domains.hosted_zones import Zone
from solarrally_tui.provisioning.engine.events import Emit, Event, State
from solarrally_tui.provisioning.engine.outcome import Outcome
from solarrally_tui.wizard.model import Added, Handover, OpenLog, SiteFacts, Who
from solarrally_tui.wizard.services import Services

if TYPE_CHECKING:
    from solarrally_tui.aws.door import Door
    from solarrally_tui.chargers.files import ChargerFiles
    from solarrally_tui.pricing.metering.estimate_lines import Estimate
    from solarrally_tui.site.model import Site
    from solarrally_tui.wizard.account_ports import Accounts
    from solarrally_tui.wizard.application_ports import Applications
    from solarrally_tui.wizard.billing_ports import Billing
    from solarrally_tui.wizard.diagnosis_ports import Diagnoses
    from solarrally_tui.wizard.domain_ports import Domains
    from solarrally_tui.wizard.quote_ports import Quotes
    from solarrally_tui.wizard.review_ports import Plans

_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_INTERVAL_SECONDS: Final = 0.5
_SECRETS: Final = (("Viewers", "ViewerSecretArn"), ("Administrator", "AdminSecretArn"))
"""Outputs of the edge and the app stack whose secrets hold a user name and a password."""


def durations_file() -> Path:
    """Return where this computer keeps how long steps took."""
    return user_state_path("solarrally", appauthor=False) / "durations.json"


def account_label() -> str:
    """Return what to call the account beside its number: empty for AWS itself."""
    url = os.environ.get("AWS_ENDPOINT_URL", "")
    if not url:
        return ""
    return "Simulated account" if urlsplit(url).hostname in _LOOPBACK else "Not AWS itself"


def real_services(
    profile: str | None = None,
    *,
    keys: Keys | None = None,
    read_only: bool = False,
    open_log: OpenLog | None = None,
) -> Services:
    """Return the engine with the credentials of the environment, a profile or keys.

    open_log: opens the log file that gets a deployment's events; none without it.
    """
    return Engine(profile, keys=keys, read_only=read_only, open_log=open_log)


class Engine:
    """Opens the door to AWS at the first call and keeps it."""

    def __init__(
        self,
        profile: str | None,
        *,
        keys: Keys | None = None,
        read_only: bool,
        open_log: OpenLog | None = None,
    ) -> None:
        self._profile = profile
        self._keys = keys
        self._role: AssumedRole | None = None
        self._open_log = open_log
        self._read_only = read_only
        self._door: Door | None = None
        self._files: dict[str, ChargerFiles | Path] = {}

    @property
    def read_only(self) -> bool:
        """Whether every call that would change anything is refused."""
        return self._read_only

    @property
    def diagnoses(self) -> "Diagnoses":
        """Why a site is not well."""
        from solarrally_tui.wizard.diagnosis_services import EngineDiagnoses  # noqa: PLC0415

        return EngineDiagnoses(self._at)

    @property
    def accounts(self) -> "Accounts":
        """Credentials, the keyring and findings about the account."""
        from solarrally_tui.wizard.account_services import EngineAccounts  # noqa: PLC0415

        return EngineAccounts(
            self._at, self._choose, lambda: (self._profile, self._keys), self.seconds
        )

    @property
    def billing(self) -> "Billing":
        """Whether alerts arrive."""
        from solarrally_tui.wizard.billing_services import EngineBilling  # noqa: PLC0415

        return EngineBilling(self._at)

    @property
    def domains(self) -> "Domains":
        """DNS, hosted zones, the registrar and certificates."""
        from solarrally_tui.wizard.domain_services import EngineDomains  # noqa: PLC0415

        return EngineDomains(self._at)

    @cached_property
    def applications(self) -> "Applications":
        """Sources and images of the application; remembers what was looked at."""
        from solarrally_tui.wizard.application_services import EngineApplications  # noqa: PLC0415

        return EngineApplications(self._at)

    @property
    def quotes(self) -> "Quotes":
        """Quotes for customers."""
        from solarrally_tui.wizard.quote_services import EngineQuotes  # noqa: PLC0415

        return EngineQuotes()

    async def _choose(
        self, profile: str | None, keys: Keys | None, role: AssumedRole | None
    ) -> None:
        await self.close()
        self._profile, self._keys, self._role = profile, keys, role

    async def _at(self, region: str | None = None) -> "Door":
        from solarrally_tui.aws.door import Door  # noqa: PLC0415

        if self._door is None:
            self._door = await Door.open(
                None,
                self._profile,
                keys=self._keys,
                role=self._role,
                read_only=self._read_only,
                asks_codes=False,
            )
        return self._door.with_region(region) if region else self._door

    async def who(self, region: str | None, *, fresh: bool = False) -> Who:
        """Ask AWS who we are; fresh reads the credentials again. Raises AwsError."""
        if fresh:
            await self.close()
        door = await self._at(region)
        identity = await door.identity()
        source = await door.credential_source()
        _, expires = await door.credential_facts()
        renewed = await door.credentials_renewed()
        end = None if renewed else expires
        return Who(identity.account, identity.arn, source, door.region, end, renewed)

    async def zones(self, region: str) -> tuple[Zone, ...]:
        """List the public hosted zones. Raises AwsError."""
        from solarrally_tui.domains.hosted_zones import public_zones  # noqa: PLC0415

        return await public_zones(await self._at(region))

    async def sites(self) -> tuple[str, ...]:
        """List the names of the sites in the account. Raises AwsError."""
        from solarrally_tui.deployed.record import names  # noqa: PLC0415

        return await names(await self._at())

    async def answers(self, name: str) -> Mapping[str, Any]:
        """Return the answers of a deployed site. Raises AwsError."""
        from solarrally_tui.deployed.record import read  # noqa: PLC0415
        from solarrally_tui.site.files import to_answers  # noqa: PLC0415

        record = await read(await self._at(), name)
        return to_answers(record.site)

    def estimate(self, site: "Site") -> "Estimate":
        """Estimate the monthly cost of a site, offline."""
        from solarrally_tui.pricing.estimate import estimate  # noqa: PLC0415

        return estimate(site)

    def seconds(self, site: "Site") -> tuple[float, float]:
        """Return how long a first deployment takes as a rule, at least and at most."""
        from solarrally_tui.provisioning.deployment.durations import expected, read  # noqa: PLC0415

        return expected(site, read(durations_file()))

    def steps(self) -> Mapping[str, str]:
        """Return the titles of the provisioning steps by id, in order."""
        from solarrally_tui.provisioning.deployment.step_graph import DEPLOYMENT, TITLES  # noqa: PLC0415

        return {step.id: TITLES[step.id] for step in DEPLOYMENT.steps}

    @property
    def plans(self) -> "Plans":
        """What a deployment would do and make, before it begins."""
        from solarrally_tui.wizard.review_services import EnginePlans  # noqa: PLC0415

        return EnginePlans(self._at, lambda: (self._profile, self._keys))

    async def deploy(self, site: "Site", emit: Emit, *, confirmed: str = "") -> Outcome:
        """Deploy a site and tell about it. confirmed: its name, where data may be lost."""
        from solarrally_tui.provisioning.deployment.deploy import deploy  # noqa: PLC0415

        door = await self._at(site.region)
        timer = Timer()
        with self._logged("deploy", site.name, _both(emit, timer.take)) as told:
            outcome = await deploy(site, door, told, confirmed=confirmed)
        if not account_label():  # a simulated account's pace is no measurement
            timer.save(durations_file())
        return outcome

    async def destroy(self, name: str, emit: Emit) -> Outcome:
        """Remove a deployed site, keep its data, and tell about it."""
        from solarrally_tui.provisioning.teardown.destroy import destroy  # noqa: PLC0415

        door = await self._at()
        with self._logged("destroy", name, emit) as told:
            return await destroy(name, door, told, delete_data=False)

    @contextmanager
    def _logged(self, command: str, site: str, emit: Emit) -> Iterator[Emit]:
        if self._open_log is None:
            yield emit
            return
        with self._open_log(command, site) as log:
            yield _both(emit, log.write)

    async def handover(self, name: str) -> Handover:
        """Tell where the things of a deployed site are. Raises AwsError."""
        from solarrally_tui.deployed.site import DeployedSite  # noqa: PLC0415

        site = await DeployedSite.open(await self._at(), name)
        outputs = await site.stacks.outputs("app", "edge")
        secrets = tuple((title, outputs[key]) for title, key in _SECRETS if outputs.get(key))
        return Handover(outputs.get("Url", ""), site.region, secrets)

    async def status(self, name: str) -> SiteFacts:
        """Probe a deployed site. Raises AwsError."""
        from solarrally_tui.deployed.site import DeployedSite  # noqa: PLC0415
        from solarrally_tui.health.checks import check_site  # noqa: PLC0415

        site = await DeployedSite.open(await self._at(), name)
        report = await check_site(site)
        edge = await site.stacks.outputs("edge")
        return SiteFacts(report, edge.get("Url", ""), site.region)

    async def add_charger(self, name: str, site: str, folder: Path) -> Added:
        """Register a charger and write its files. Raises ChargerError and AwsError."""
        from solarrally_tui.chargers.onboarding import add  # noqa: PLC0415
        from solarrally_tui.deployed.site import DeployedSite  # noqa: PLC0415

        charger = await add(name, await DeployedSite.open(await self._at(), site), folder)
        self._files[name] = charger.files
        return Added(name, folder, await asyncio.to_thread(_names_in, folder))

    async def send_telemetry(self, charger: Added, site: str, messages: int) -> int:  # noqa: ARG002
        """Publish test messages as the charger; return how many AWS IoT acknowledged."""
        from solarrally_tui.chargers.publisher import simulate  # noqa: PLC0415

        files = self._files.get(charger.name, charger.folder)
        counts = await simulate([files], interval=_INTERVAL_SECONDS, count=messages)
        return counts.acknowledged

    async def close(self) -> None:
        """Let go of the door. Calls under way end by their own short time-outs."""
        door, self._door = self._door, None
        if door is not None:
            await door.close()


class Timer:
    """Measures the steps that a run really did, from its events."""

    def __init__(self) -> None:
        self._began: dict[str, float] = {}
        self.seconds: dict[str, float] = {}

    def take(self, event: Event) -> None:
        """Note when a step begins, and how long it took when it is done."""
        if event.resource:
            return
        if event.state is State.RUNNING:
            self._began.setdefault(event.step, time.monotonic())
        elif event.state is State.DONE and event.step in self._began:
            self.seconds[event.step] = time.monotonic() - self._began[event.step]

    def save(self, path: Path) -> None:
        """Keep the measurements. A disk that refuses them stops nothing."""
        from solarrally_tui.provisioning.deployment.durations import remember  # noqa: PLC0415

        with suppress(OSError):
            remember(path, self.seconds)


def _both(first: Emit, second: Emit) -> Emit:
    def emit(event: Event) -> None:
        first(event)
        second(event)

    return emit


def _names_in(folder: Path) -> tuple[str, ...]:
    return tuple(sorted(path.name for path in folder.iterdir()))
