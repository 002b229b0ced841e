"""The real services: the engine behind the screens. What is slow to import, functions import."""

import asyncio
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property, partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from typing_extensions import override

from solarrally_tui.provisioning.engine.outcome import Outcome
from solarrally_tui.wizard.services import Services

if TYPE_CHECKING:
    from solarrally_tui.aws.door import Door
    from solarrally_tui.aws.keys import AssumedRole, Keys
    from solarrally_tui.chargers.intake.adding import Intake, Tell
    from solarrally_tui.chargers.proof import Proof
    from solarrally_tui.domains.hosted_zones import Zone
    from solarrally_tui.health.sites import SiteSummary
    from solarrally_tui.health.watch import Watch
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
    from solarrally_tui.wizard.fleets import EngineFleets
    from solarrally_tui.wizard.journals import Journals
    from solarrally_tui.wizard.model import Access, Added, Handover, OpenLog, SiteFacts, Upkeep, Who
    from solarrally_tui.wizard.plans import Plans
    from solarrally_tui.wizard.quotes import Quotes
    from solarrally_tui.wizard.run_progress import Prospects

_LATER: Final = (
    "aws.door",
    "chargers.intake.adding",
    "chargers.proving",
    "deployed.site",
    "health.diagnosis.keeping",
    "health.maintenance.looking",
    "health.sites",
    "health.watch",
    "pricing.advice.curve",
    "pricing.estimate",
    "provisioning.deployment.deploy",
    "provisioning.deployment.progress.durations",
    "provisioning.deployment.releases.returning",
    "provisioning.teardown.deleted_sites",
    "provisioning.teardown.destroy",
    "provisioning.teardown.losses",
    "site.files",
    "wizard.accounts",
    "wizard.applications",
    "wizard.billing",
    "wizard.diagnoses",
    "wizard.domains",
    "wizard.fleets",
    "wizard.journals",
    "wizard.plans",
    "wizard.quotes",
    "wizard.run_outlook",
)
"""What functions here import: the first screen must not wait for it."""
SIMULATED: Final = "Simulated account"
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_MESSAGES: Final = 30
"""Messages of a charger after its proof."""


def account_label() -> str:
    """Return what to call the account beside its number: empty for AWS itself."""
    url = os.environ.get("AWS_ENDPOINT_URL", "")
    if not url:
        return ""
    return SIMULATED if urlsplit(url).hostname in _LOOPBACK else "Not AWS itself"


def real_services(
    profile: str | None = None,
    *,
    keys: "Keys | None" = None,
    read_only: bool = False,
    open_log: "OpenLog | None" = None,
) -> Services:
    """Return the engine with the credentials of the environment, a profile or keys.

    open_log: opens the log file that gets a deployment's events; none without it.
    """
    return Engine(profile, keys=keys, read_only=read_only, open_log=open_log)


class Engine(Services):
    """Opens the door to AWS at the first call and keeps it."""

    def __init__(
        self,
        profile: str | None,
        *,
        keys: "Keys | None" = None,
        read_only: bool,
        open_log: "OpenLog | None" = None,
    ) -> None:
        self._profile = profile
        self._keys = keys
        self._role: AssumedRole | None = None
        self._open_log = open_log
        self._read_only = read_only
        self._door: Door | None = None
        self._watches: dict[tuple[str, bool], tuple[Door | None, Watch]] = {}

    @property
    @override
    def read_only(self) -> bool:
        return self._read_only

    @override
    def preload(self) -> None:
        for module in _LATER:
            import_module(f"solarrally_tui.{module}")

    @property
    @override
    def diagnoses(self) -> "Diagnoses":
        from solarrally_tui.wizard.diagnoses import EngineDiagnoses

        return EngineDiagnoses(self._at)

    @cached_property
    @override
    def fleets(self) -> "EngineFleets":
        from solarrally_tui.wizard.fleets import EngineFleets

        return EngineFleets(self._at)

    @property
    @override
    def journals(self) -> "Journals":
        from solarrally_tui.wizard.journals import EngineJournals

        return EngineJournals(self._at)

    @property
    @override
    def accounts(self) -> "Accounts":
        from solarrally_tui.wizard.accounts import EngineAccounts

        return EngineAccounts(
            self._at, self._choose, lambda: (self._profile, self._keys), self.seconds
        )

    @property
    @override
    def billing(self) -> "Billing":
        from solarrally_tui.wizard.billing import EngineBilling

        return EngineBilling(self._at)

    @property
    @override
    def domains(self) -> "Domains":
        from solarrally_tui.wizard.domains import EngineDomains

        return EngineDomains(self._at)

    @cached_property
    @override
    def applications(self) -> "Applications":
        from solarrally_tui.wizard.applications import EngineApplications

        return EngineApplications(self._at)

    @property
    @override
    def quotes(self) -> "Quotes":
        from solarrally_tui.wizard.quotes import EngineQuotes

        return EngineQuotes()

    async def _choose(
        self, profile: str | None, keys: "Keys | None", role: "AssumedRole | None"
    ) -> None:
        await self.close()
        self._profile, self._keys, self._role = profile, keys, role

    async def _at(self, region: str | None = None) -> "Door":
        from solarrally_tui.aws.door import Door

        if self._door is None:
            self._door = await Door.open(
                None,
                self._profile,
                keys=self._keys,
                role=self._role,
                read_only=self._read_only,
                asks_codes=False,
            )
            self._door.attend()
        return self._door.with_region(region) if region else self._door

    @override
    async def who(self, region: str | None, *, fresh: bool = False) -> "Who":
        from solarrally_tui.wizard.model import Who

        if fresh and self._door is not None:
            # Its pool stays: checks or a deployment may use it. In a thread, as it waits for those
            # who read the credentials now.
            await asyncio.to_thread(self._door.read_credentials_again)
        door = await self._at(region)
        identity = await door.identity()
        source = await door.credential_source()
        _, expires = await door.credential_facts()
        renewed = await door.credentials_renewed()
        end = None if renewed else expires
        return Who(identity.account, identity.arn, source, door.region, end, renewed)

    @override
    async def access(self) -> "Access":
        from solarrally_tui.wizard.model import Access

        keys = self._keys
        if self._role is not None:
            keys = await (await self._at()).keys_in_use()
        return Access(self._profile, keys, self._read_only)

    @override
    async def zones(self, region: str) -> "tuple[Zone, ...]":
        from solarrally_tui.domains.hosted_zones import public_zones

        return await public_zones(await self._at(region))

    @override
    async def sites(self) -> tuple[str, ...]:
        from solarrally_tui.deployed.record import names

        return await names(await self._at())

    @override
    async def summaries(self) -> "tuple[SiteSummary, ...]":
        from solarrally_tui.health.sites import survey

        return await survey(await self._at())

    @override
    async def answers(self, name: str) -> Mapping[str, Any]:
        from solarrally_tui.deployed.record import read
        from solarrally_tui.site.files import to_answers

        return to_answers((await read(await self._at(), name)).site)

    @override
    def estimate(self, site: "Site") -> "Estimate":
        from solarrally_tui.pricing.estimate import estimate

        return estimate(site)

    @override
    def curve(self, site: "Site") -> "Curve":
        from solarrally_tui.pricing.advice.curve import curve

        return curve(site)

    @override
    def seconds(self, site: "Site", done: Collection[str] = ()) -> tuple[float, float]:
        from solarrally_tui.provisioning.deployment.progress.durations import (
            durations_file,
            expected,
            read,
        )

        return expected(site, read(durations_file()), done)

    @override
    def prospects(self, site: "Site", *, destroys: bool = False) -> "Prospects":
        from solarrally_tui.wizard.run_outlook import prospects

        return prospects(site, self.estimate(site), destroys=destroys)

    @override
    def steps(self, *, destroys: bool = False, shape: str = "tasks") -> Mapping[str, str]:
        from solarrally_tui.provisioning.deployment.step_graph import planned
        from solarrally_tui.provisioning.teardown.step_graph import titles
        from solarrally_tui.site.tiers import Shape

        return titles(shape) if destroys else planned(Shape(shape))

    @property
    @override
    def plans(self) -> "Plans":
        from solarrally_tui.wizard.plans import EnginePlans

        return EnginePlans(self._at, lambda: (self._profile, self._keys))

    @override
    async def deploy(
        self,
        site: "Site",
        emit: "Emit",
        *,
        confirmed: str = "",
        preflight: bool = True,
        leave: frozenset[str] = frozenset(),
    ) -> Outcome:
        from solarrally_tui.health.diagnosis.keeping import look
        from solarrally_tui.provisioning.deployment.deploy import deploy
        from solarrally_tui.provisioning.deployment.progress.durations import Timer, durations_file
        from solarrally_tui.provisioning.engine.events import fan_out

        door = await self._at(site.region)
        timer = Timer()
        with self._logged("deploy", site.name, fan_out(emit, timer.take)) as report:
            outcome = await deploy(
                site,
                door,
                report,
                confirmed=confirmed,
                preflight=preflight,
                leave=leave,
                look=partial(look, site, door),
                watches=True,
            )
        if not account_label():  # a simulated account's pace is no measurement
            timer.save(durations_file())
        return outcome

    @override
    async def losses(self, name: str) -> "Losses":
        from solarrally_tui.provisioning.teardown.losses import losses

        return await losses(await self._at(), name)

    @override
    async def destroy(
        self,
        name: str,
        emit: "Emit",
        *,
        delete_data: bool = False,
        leave: frozenset[str] = frozenset(),
    ) -> Outcome:
        from solarrally_tui.provisioning.deployment.progress.durations import Timer, durations_file
        from solarrally_tui.provisioning.engine.events import fan_out
        from solarrally_tui.provisioning.teardown.destroy import destroy

        door = await self._at()
        timer = Timer(destroys=True)
        with self._logged("destroy", name, fan_out(emit, timer.take)) as report:
            outcome = await destroy(name, door, report, delete_data=delete_data, leave=leave)
        if not account_label():
            timer.save(durations_file())
        return outcome

    @override
    async def deleted_sites(self) -> "tuple[DeletedSite, ...]":
        from solarrally_tui.provisioning.teardown.deleted_sites import deleted_sites

        return await deleted_sites(await self._at())

    @override
    async def delete_kept(self, name: str, identifier: str) -> str:
        from solarrally_tui.provisioning.teardown.destroy import delete_kept

        count, denied = await delete_kept(name, await self._at(), identifier)
        if denied:
            return str(denied[0])
        return "" if count else "It is not there any more."

    @contextmanager
    def _logged(self, command: str, site: str, emit: "Emit") -> "Iterator[Emit]":
        from solarrally_tui.provisioning.engine.events import fan_out

        try:
            if self._open_log is None:
                yield emit
                return
            with self._open_log(command, site) as log:
                yield fan_out(emit, log.write)
        finally:
            # What was seen before and during the run is not so any more.
            for all_month in (False, True):
                self._watches.pop((site, all_month), None)

    @override
    async def handover(self, name: str) -> "Handover":
        from solarrally_tui.deployed.dashboard.site_http import browsable
        from solarrally_tui.deployed.site import DeployedSite
        from solarrally_tui.wizard.model import Handover

        site = await DeployedSite.open(await self._at(), name)
        outputs = await site.stacks.outputs("app", "edge")
        return Handover(
            browsable(outputs.get("Url", "")),
            site.region,
            outputs.get("ViewerSecretArn", ""),
            outputs.get("AdminSecretArn", ""),
        )

    @override
    async def password(self, name: str, secret: str) -> str:
        from solarrally_tui.deployed.dashboard import viewer_login
        from solarrally_tui.deployed.site import DeployedSite

        site = await DeployedSite.open(await self._at(), name)
        return await viewer_login.password(site.door, secret)

    @override
    async def upkeep(self, name: str) -> "Upkeep":
        from solarrally_tui.deployed.site import DeployedSite
        from solarrally_tui.health.maintenance.items import DATABASE_PASSWORD, Urgency
        from solarrally_tui.health.maintenance.looking import look
        from solarrally_tui.health.observed_site import observe
        from solarrally_tui.provisioning.deployment.builds.build_source import broker_tag
        from solarrally_tui.provisioning.deployment.releases.returning import look_up
        from solarrally_tui.wizard.model import Upkeep

        site = await DeployedSite.open(await self._at(), name)
        kept, observed = await asyncio.gather(look_up(site), observe(site))
        items = await look(observed, broker_tag(site.site.size.architecture.value))
        target = kept.target
        standings = {item.kind: item.standing for item in items}
        password = standings.get(DATABASE_PASSWORD)
        return Upkeep(
            f"release {target.number}" if target else "",
            tuple(
                kind.title
                for kind, standing in standings.items()
                if standing.urgency in {Urgency.DUE, Urgency.URGENT}
            ),
            sum(one.urgency is Urgency.UNKNOWN for one in standings.values()),
            password.due if password else None,
        )

    @override
    async def status(
        self, name: str, *, fresh: bool = False, all_month: bool = False
    ) -> "SiteFacts":
        from solarrally_tui.deployed.site import DeployedSite
        from solarrally_tui.health.watch import Watch
        from solarrally_tui.wizard.model import SiteFacts

        door = await self._at()
        opened_by, watch = self._watches.get((name, all_month), (None, None))
        # Other credentials may see another account.
        if watch is None or opened_by is not self._door:
            watch = Watch(await DeployedSite.open(door, name), all_month=all_month)
            self._watches[name, all_month] = self._door, watch
        report = await watch.round(fresh=fresh)
        return SiteFacts(report, watch.url, watch.site.region)

    @override
    def last_status(self, name: str) -> "SiteFacts | None":
        from solarrally_tui.wizard.model import SiteFacts

        opened_by, watch = self._watches.get((name, False), (None, None))
        if watch is None or opened_by is not self._door or watch.known is None:
            return None
        return SiteFacts(watch.known, watch.url, watch.site.region)

    @override
    async def add_chargers(
        self, names: Sequence[str], site: str, folder: Path, tell: "Tell"
    ) -> "Intake":
        from solarrally_tui.chargers.intake.adding import add_all
        from solarrally_tui.chargers.intake.roster import of_names
        from solarrally_tui.deployed.site import DeployedSite

        deployed = await DeployedSite.open(await self._at(), site)
        return await add_all(of_names(names), deployed, folder, tell, lambda _, __: None)

    @override
    async def prove_charger(
        self,
        charger: "Added",
        site: str,
        report: "Callable[[Proof], None]",
        on_power: Callable[[float], None] | None,
    ) -> "Proof":
        from solarrally_tui.chargers.files import ChargerFiles
        from solarrally_tui.chargers.proving import noted, prove
        from solarrally_tui.chargers.simulated_load import page_of
        from solarrally_tui.deployed.site import DeployedSite

        settings = charger.folder / f"{charger.name}.json"
        files = await asyncio.to_thread(ChargerFiles.load, settings)
        deployed = await DeployedSite.open(await self._at(), site)
        page = await page_of(deployed)
        async with noted(charger.name, deployed):
            return await prove(
                files,
                page,
                site=deployed,
                report=report,
                more=_MESSAGES if on_power else 1,
                on_frame=lambda frame: on_power(frame.power_w / 1000) if on_power else None,
            )

    @override
    async def close(self) -> None:
        door, self._door = self._door, None
        if door is not None:
            self.fleets.close()
            await door.close()
