"""A scripted implementation of the screens' Services, for tests of screens alone."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from solarrally_tui.account.credentials.keyring_store import KeyringError
from solarrally_tui.account.deployer_role import DeployerPlan, snippet
from solarrally_tui.aws.credential_sources import CredentialSource
from solarrally_tui.aws.errors import AwsError, Plain
from solarrally_tui.aws.keys import Keys, Secret
from solarrally_tui.chargers.intake.adding import Intake, Progress
from solarrally_tui.chargers.proof import HOPS, Proof
from solarrally_tui.deployed.dashboard.live_frames import Frame
from solarrally_tui.domains.hosted_zones import Zone
from solarrally_tui.findings.finding import Finding
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.sites import AccountSummary, SiteSummary
from solarrally_tui.pricing.advice.curve import Curve, Point, ShapeCurve, curve
from solarrally_tui.pricing.advice.total import with_chargers
from solarrally_tui.pricing.metering.estimate_lines import Estimate, Line
from solarrally_tui.provisioning.engine.events import Emit, Event, State
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome
from solarrally_tui.provisioning.teardown import step_graph
from solarrally_tui.provisioning.teardown.deleted_sites import DeletedSite
from solarrally_tui.provisioning.teardown.losses import Losses
from solarrally_tui.site.files import from_answers
from solarrally_tui.site.model import DEFAULT_COMMIT, Site
from solarrally_tui.site.tiers import Architecture
from solarrally_tui.source.finding import Level, Place, SourceFinding
from solarrally_tui.source.reference import FetchError, ResolvedCommit
from solarrally_tui.wizard.accounts import DeployerInUse, SignIn
from solarrally_tui.wizard.applications import ImageCheck, SourceCheck
from solarrally_tui.wizard.model import Access, Added, Handover, SiteFacts, Upkeep, Who
from solarrally_tui.wizard.quotes import EngineQuotes, Quotes
from solarrally_tui.wizard.run_progress import Prospects
from tests.screens.scripted.billing import FIRST, PLAN, ScriptedBilling
from tests.screens.scripted.diagnoses import ScriptedDiagnoses
from tests.screens.scripted.domains import ScriptedDomains
from tests.screens.scripted.fleets import ScriptedFleets
from tests.screens.scripted.journals import ScriptedJournals
from tests.screens.scripted.plans import ScriptedPlans
from tests.screens.scripted.reports import report

ME = Who("123456789012", "arn:aws:iam::123456789012:role/Deployer", "sso", "us-east-1")
NOBODY = AwsError("NoCredentialsError", "Unable to locate credentials", "sts", "identity")
GARAGE = {
    "name": "sunny-garage",
    "region": "us-east-1",
    "tier": "small",
    "alerts": {"email": "a@b.c"},
}
DUE = datetime(2027, 11, 28, tzinfo=UTC)
BASE = {"small": 58, "medium": 214, "large": 742}
UNSEEN = Plain(
    what="AWS IoT has the message of evse-1, but the page does not show it.",
    why="Nothing arrived for 15 seconds. The bridge or the backend does not pass it on.",
    next="Find out which and why: solarrally diagnose sunny-garage",
)
SHARES = (
    ("AmazonRDS", "RDS PostgreSQL db.t4g.micro Single-AZ", "0.36"),
    ("AmazonECS", "Fargate Linux ARM vCPU-hour", "0.22"),
    ("AWSELB", "ALB hour", "0.17"),
    ("awswaf", "Web ACL, CloudFront scope", "0.09"),
    ("AWSIoT", "Messages (5 KB metering), MQTT/HTTP", "0.08"),
    ("AmazonCloudWatch", "Alarm, standard resolution", "0.05"),
    ("AmazonS3", "S3 Standard storage", "0.03"),
)


FINDINGS = (
    Finding("identity", "Credentials", Severity.OK, "They expire automatically."),
    Finding("session", "Session", Severity.OK, "3 h 12 min left; deploying takes about 25 min."),
    Finding(
        "permissions",
        "Permissions",
        Severity.OK,
        "You may do all that a deployment does (168 actions look allowed).",
    ),
    Finding("region", "Region", Severity.OK, "us-east-1 is enabled."),
    Finding("plan", "Account plan", Severity.OK, "Paid plan, $81.50 of credits left."),
    Finding("fargate", "Processors", Severity.OK, "2 vCPU needed, 0 in use, 6 allowed."),
)


def summary(site: Site) -> SiteSummary:
    """Return a site of an account that stands well."""
    tier = site.tier.value
    return SiteSummary(site.name, site.region, tier, Severity.OK, "deployed", "0.1.0", site)


def lacking(one: SiteSummary) -> SiteSummary:
    """Return a site whose deployment has stopped on the way."""
    said = f"solarrally-{one.name}-app is missing. Run solarrally deploy FILE again."
    there = frozenset({"bootstrap", "network", "data"})
    return replace(one, state=Severity.FAIL, line=said, there=there)


class ScriptedAccounts:
    """A computer with three profiles and a keyring."""

    def __init__(self) -> None:
        self.found_here: tuple[CredentialSource, ...] | AwsError = (
            CredentialSource("sso", "work", "IAM Identity Center, Deployer"),
            CredentialSource("assume-role", "customer [/x]", "assumes a role, Support"),
            CredentialSource("static", "old", "keys in a file"),
        )
        self.found_around: tuple[CredentialSource, ...] = ()
        """What no file names."""
        self.ring: dict[str, Keys] = {}
        self.refused: KeyringError | None = None
        self.told: tuple[Finding, ...] | AwsError = FINDINGS
        self.used: list[tuple[str | None, Keys | None]] = []
        self.looks = 0
        self.invitation: SignIn | None = None
        self.plan: DeployerPlan | AwsError = PLAN
        self.refused_role: AwsError | None = None
        self.taken: list[tuple[DeployerPlan, Secret | None]] = []
        self.first: tuple[Finding, ...] = FIRST
        self.elsewhere: tuple[AccountSummary, ...] = ()

    async def surveyed(self, profiles: Sequence[str]) -> tuple[AccountSummary, ...]:
        return tuple(one for one in self.elsewhere if one.profile in profiles)

    async def sources(self) -> tuple[CredentialSource, ...]:
        if isinstance(self.found_here, AwsError):
            raise self.found_here
        return self.found_here

    def sources_without_files(self) -> tuple[CredentialSource, ...]:
        return self.found_around

    async def keyring_names(self) -> tuple[str, ...]:
        if self.refused:
            raise self.refused
        return tuple(self.ring)

    async def store(self, name: str, keys: Keys) -> None:
        self.ring[name] = keys

    async def load(self, name: str) -> Keys:
        return self.ring[name]

    async def use(self, profile: str | None, keys: Keys | None) -> None:
        self.used.append((profile, keys))

    async def findings(self, site: Site) -> tuple[Finding, ...]:
        self.looks += 1
        if isinstance(self.told, AwsError):
            raise self.told
        return self.told

    async def deployer(self, site: str, region: str, boundary: str) -> DeployerPlan:
        if isinstance(self.plan, AwsError):
            raise self.plan
        return self.plan

    async def use_deployer(self, plan: DeployerPlan, code: Secret | None) -> DeployerInUse:
        if self.refused_role:
            raise self.refused_role
        self.taken.append((plan, code))
        text = snippet(plan, "work", "shared-credentials-file")
        return DeployerInUse((plan.name, *plan.policies), text)

    async def first_steps(self) -> tuple[Finding, ...]:
        return self.first

    def sign_in(self, start_url: str, region: str) -> SignIn:
        assert self.invitation
        return self.invitation


COMMIT = "0123456789abcdef0123456789abcdef01234567"
HEAD = ResolvedCommit(COMMIT, "main", datetime(2026, 2, 3, 10, 11, tzinfo=UTC))
SOUND = SourceCheck(
    (
        SourceFinding(
            "two-workers",
            Level.ARRANGED,
            "The image starts several workers.",
            (Place("backend/Dockerfile", 7),),
            "A task starts one worker.",
        ),
        SourceFinding(
            "user-model-uuid",
            Level.FIXED,
            "The user table has no primary key.",
            (Place("backend/models/user.py", 3),),
            "The user table has a primary key.",
        ),
        SourceFinding(
            "websocket-address",
            Level.FIXED,
            "The page calls localhost.",
            (Place("frontend/src/live.ts", 12),),
            "The page calls the address that it came from.",
        ),
    ),
    date(2025, 6, 3),
    date(2026, 1, 2),
)


class ScriptedApplications:
    """Git servers and registries that answer as a test says."""

    def __init__(self) -> None:
        self.refs: dict[str, ResolvedCommit | FetchError] = {"": HEAD, "main": HEAD}
        self.checked: SourceCheck | Exception = SOUND
        self.recorded: SourceCheck | None = SOUND
        self.image_checked: ImageCheck | Exception = ImageCheck("Found, for linux/arm64.", ())
        self.asked: list[str] = []
        self.hold = asyncio.Event()
        self.hold.set()

    def known(self, repository: str, commit: str) -> SourceCheck | None:
        return self.recorded if commit == DEFAULT_COMMIT else None

    async def resolve(self, repository: str, ref: str) -> ResolvedCommit:
        self.asked.append(f"resolve {ref}")
        await self.hold.wait()
        found = self.refs.get(ref, FetchError(f"The repository has no branch or tag named {ref}."))
        if isinstance(found, FetchError):
            raise found
        return found

    async def check(self, repository: str, commit: str, *, fresh: bool = False) -> SourceCheck:
        self.asked.append(f"look {commit[:8]}")
        await self.hold.wait()
        if isinstance(self.checked, Exception):
            raise self.checked
        return self.checked

    async def check_image(self, region: str, image: str, architecture: Architecture) -> ImageCheck:
        self.asked.append(f"image {image[:20]}")
        await self.hold.wait()
        if isinstance(self.image_checked, Exception):
            raise self.image_checked
        return self.image_checked


class Scripted:
    """Answers like a calm account, except where a test sets something else."""

    def __init__(self) -> None:
        self.who_answers: list[Who | AwsError] = [ME]
        self.known_sites: tuple[str, ...] | AwsError = ()
        self.incomplete: frozenset[str] = frozenset()
        """Names of those that have only a network and a database."""
        self.zone_list: tuple[Zone, ...] | AwsError = (
            Zone("Z0EXAMPLE1", "example.com"),
            Zone("Z0EXAMPLE2", "sun.example.com"),
        )
        self.outcome = Outcome(Exit.OK, "Deployed.")
        self.events: list[Event] = []
        self.hold = asyncio.Event()
        self.hold.set()
        self.deployed: list[Site] = []
        self.charger_error: Exception | None = None
        self.intake = Intake()
        self.failing_hop = ""
        self.proven: tuple[str, ...] = ()
        """Chargers that pass each hop all the same."""
        self.passwords: dict[str, str] | Exception = PASSWORDS
        self.facts = SiteFacts(report(), "https://d111111abcdef8.cloudfront.net", "us-east-1")
        self.read_only = False
        self.accounts = ScriptedAccounts()
        self.plans = ScriptedPlans()
        self.confirmed = ""
        self.left: frozenset[str] = frozenset()
        self.data_deleted = False
        self.preflight = True
        self.diagnoses = ScriptedDiagnoses()
        self.billing = ScriptedBilling()
        self.journals = ScriptedJournals()
        self.fleets = ScriptedFleets()
        self.domains = ScriptedDomains()
        self.quotes: Quotes = EngineQuotes()
        self.applications = ScriptedApplications()
        self.kept_deleted = list[str]()
        self.kept_refused = ""
        self.gone: tuple[DeletedSite, ...] = ()
        self.destroyed: list[str] = []
        self.standing = Upkeep("release 2 of 28 Nov", ("Database password",), 0, DUE)
        self.lost = Losses(from_answers(GARAGE), 2, self.facts.url)
        self.status_calls = 0
        self.last: SiteFacts | None = None
        self.closed = False

    def preload(self) -> None:
        """Nothing is slow to import here."""

    async def who(self, region: str | None, *, fresh: bool = False) -> Who:
        found = self.who_answers.pop(0) if len(self.who_answers) > 1 else self.who_answers[0]
        if isinstance(found, AwsError):
            raise found
        return found

    async def zones(self, region: str) -> tuple[Zone, ...]:
        if isinstance(self.zone_list, AwsError):
            raise self.zone_list
        return self.zone_list

    async def sites(self) -> tuple[str, ...]:
        if isinstance(self.known_sites, AwsError):
            raise self.known_sites
        return self.known_sites

    async def summaries(self) -> tuple[SiteSummary, ...]:
        names = await self.sites()
        found = [summary(Site.model_validate(await self.answers(name))) for name in names]
        return tuple(lacking(one) if one.name in self.incomplete else one for one in found)

    async def answers(self, name: str) -> Mapping[str, Any]:
        return {
            "name": name,
            "region": "us-east-1",
            "tier": "small",
            "alerts": {"email": "ops@example.com"},
        }

    def estimate(self, site: Site) -> Estimate:
        return priced(site)

    def curve(self, site: Site) -> Curve:
        return curve_of(site, self.estimate)

    def seconds(self, site: Site, done: Collection[str] = ()) -> tuple[float, float]:
        return 1260.0, 2100.0

    def prospects(self, site: Site, *, destroys: bool = False) -> Prospects:
        return Prospects()

    def steps(self, *, destroys: bool = False, shape: str = "tasks") -> Mapping[str, str]:
        return step_graph.titles(shape) if destroys else TITLES

    async def deploy(
        self,
        site: Site,
        emit: Emit,
        *,
        confirmed: str = "",
        preflight: bool = True,
        leave: frozenset[str] = frozenset(),
    ) -> Outcome:
        self.deployed.append(site)
        self.left = leave
        self.preflight = preflight
        self.confirmed = confirmed
        for event in self.events:
            emit(event)
        await self.hold.wait()
        return self.outcome

    async def status(self, name: str, *, fresh: bool = False, all_month: bool = False) -> SiteFacts:
        self.status_calls += 1
        self.last = self.facts
        return self.facts

    def last_status(self, name: str) -> SiteFacts | None:
        return self.last

    async def handover(self, name: str) -> Handover:
        return Handover(self.facts.url, "us-east-1", VIEWERS, ADMINISTRATOR)

    async def password(self, name: str, secret: str) -> str:
        if isinstance(self.passwords, Exception):
            raise self.passwords
        return self.passwords[secret]

    async def access(self) -> Access:
        return Access()

    async def upkeep(self, name: str) -> Upkeep:
        assert name
        return self.standing

    async def losses(self, name: str) -> Losses:
        assert name
        return self.lost

    async def destroy(
        self,
        name: str,
        emit: Emit,
        *,
        delete_data: bool = False,
        leave: frozenset[str] = frozenset(),
    ) -> Outcome:
        self.destroyed.append(name)
        self.data_deleted, self.left = delete_data, leave
        emit(at(1, "edge", State.RUNNING))
        emit(at(9, "edge", State.DONE))
        return self.outcome

    async def deleted_sites(self) -> tuple[DeletedSite, ...]:
        return self.gone

    async def delete_kept(self, name: str, identifier: str) -> str:
        self.kept_deleted.append(identifier)
        return self.kept_refused

    async def add_chargers(
        self, names: Sequence[str], site: str, folder: Path, tell: Callable[[Progress], None]
    ) -> Intake:
        if self.charger_error:
            raise self.charger_error
        tell(Progress(len(names), 1, 0, 0, 1.0))
        return replace(self.intake, added=tuple(n for n in names if n not in self.intake.present))

    async def prove_charger(
        self,
        charger: Added,
        site: str,
        report: Callable[[Proof], None],
        on_power: Callable[[float], None] | None,
    ) -> Proof:
        proof = Proof(charger.name)
        for hop, milliseconds in zip(HOPS, (4.0, 18.0, 46.0, 31.0, 27.0, 92.0), strict=True):
            report(proof)
            if hop == self.failing_hop and charger.name not in self.proven:
                proof = replace(proof, failed=hop, plain=UNSEEN)
                report(proof)
                return proof
            proof = proof.passed(hop, milliseconds)
        now = datetime(2026, 3, 1, 12, tzinfo=UTC)
        proof = replace(proof, frame=Frame(charger.name, now, now, 7360.0, "charging"))
        report(proof)
        for kilowatts in (7.4, 7.3, 7.5, 3.7, 0.0, 7.2, 7.4) if on_power else ():
            on_power(kilowatts)
        return proof

    async def close(self) -> None:
        self.closed = True


TITLES = {
    "bootstrap": "Artefacts and alerts",
    "global": "Certificate and firewall",
    "network": "Network",
    "balancer": "Load balancer",
    "iot": "Charger identities",
    "build": "Images and web files",
    "budget": "Budget",
    "trail": "Audit trail",
    "governance": "Roles and backups",
    "data": "Database",
    "app": "Application",
    "edge": "Web address",
    "observe": "Alarms and dashboard",
}
VIEWERS = "arn:aws:secretsmanager:us-east-1:123456789012:secret:viewer-AbCdEf"
ADMINISTRATOR = "arn:aws:secretsmanager:us-east-1:123456789012:secret:admin-AbCdEf"
PASSWORDS = {VIEWERS: "sun-over-the-barn", ADMINISTRATOR: "rain-on-the-roof"}
STEP_IDS = tuple(TITLES)
CAUSE = Plain(
    what="The database was not made.",
    why="There is no room for db.t4g.micro in us-east-1a [/capacity].",
    next="Choose another database class on Size, then try again.",
    detail="rds: InsufficientDBInstanceCapacity",
)


def priced(site: Site) -> Estimate:
    """Return an estimate that grows with tier and chargers."""
    total = Decimal(BASE[site.tier.value]) + Decimal(site.size.chargers) / 5
    lines = tuple(
        Line(
            "data",
            "Thing",
            "AWS::X::Y",
            service,
            item,
            Decimal(730),
            "hour",
            total * Decimal(share) / 730,
            total * Decimal(share),
            "fixed",
            "high",
            total * Decimal(share),
            total * Decimal(share) * 2,
            "",
            "2026-08",
        )
        for service, item, share in SHARES
    )
    return Estimate(
        "USD",
        site.region,
        "2026-08",
        total * Decimal("0.9"),
        total,
        total * Decimal("1.3"),
        lines,
        (),
    )


def curve_of(site: Site, estimate: Callable[[Site], Estimate]) -> Curve:
    """Return the curve of a site by an estimate of the script, in place of the price book."""
    found = curve(site)

    def point(shape: ShapeCurve, chargers: int) -> Point:
        cost = estimate(with_chargers(shape.site, chargers))
        return Point(chargers, cost.low, cost.expected, cost.high)

    shapes = tuple(
        replace(
            shape,
            points=tuple(point(shape, each.chargers) for each in shape.points),
            mine=point(shape, site.size.chargers),
            marginal=point(shape, 2).expected - point(shape, 1).expected,
        )
        for shape in found.shapes
    )
    return replace(found, shapes=shapes)


def at(
    second: int, step: str, state: State, resource: str = "", kind: str = "", reason: str = ""
) -> Event:
    """Return an event at a second of a fixed minute."""
    stamp = f"2026-01-02T10:{second // 60:02d}:{second % 60:02d}+00:00"
    return Event(
        stamp, "sunny-garage", step, state, step if resource else "", resource, kind, reason
    )
