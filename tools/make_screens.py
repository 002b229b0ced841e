"""Draws every screen of the wizard as SVG into docs/screens, from the tests' scripted services.

Usage: python tools/make_screens.py [NAME...]
"""

import asyncio
import os
import re
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "screens"
sys.path[:0] = [str(ROOT)]
os.environ |= {"TEXTUAL_ANIMATIONS": "none", "HOME": "/home/ops"}

from solarrally_tui.account.billing_alerts import Delivery  # noqa: E402
from solarrally_tui.commands.demonstration.scenarios import SCENARIOS  # noqa: E402
from solarrally_tui.domains import caa  # noqa: E402
from solarrally_tui.domains.certificates import PendingCertificate  # noqa: E402
from solarrally_tui.domains.dns_check import judge_address, judge_delegation  # noqa: E402
from solarrally_tui.domains.dns_lookup import DnsAnswer, Presence  # noqa: E402
from solarrally_tui.domains.dns_records import DnsRecord  # noqa: E402
from solarrally_tui.domains.hosted_zones import HostedZone  # noqa: E402
from solarrally_tui.findings.finding import Finding  # noqa: E402
from solarrally_tui.findings.severity import Severity  # noqa: E402
from solarrally_tui.interview.draft import Draft  # noqa: E402
from solarrally_tui.interview.draft_store import DraftStore  # noqa: E402
from solarrally_tui.pricing.estimate import estimate  # noqa: E402
from solarrally_tui.provisioning.change.plan import Plan  # noqa: E402
from solarrally_tui.provisioning.engine.events import Event, State  # noqa: E402
from solarrally_tui.provisioning.engine.narrator import STACK_TYPE, iso  # noqa: E402
from solarrally_tui.provisioning.engine.outcome import Exit, Kept, Outcome  # noqa: E402
from solarrally_tui.screens.fleet import screen as fleet  # noqa: E402
from solarrally_tui.screens.status import journal, kiosk, wall  # noqa: E402
from solarrally_tui.screens.status import screen as status  # noqa: E402
from solarrally_tui.site.tiers import Tier  # noqa: E402
from solarrally_tui.source.recorded_check import recorded  # noqa: E402
from solarrally_tui.wizard.applications import SourceCheck  # noqa: E402
from solarrally_tui.wizard.model import Added, SiteFacts  # noqa: E402
from solarrally_tui.wizard.quotes import EngineQuotes  # noqa: E402
from solarrally_tui.wizard.run_outlook import prospects  # noqa: E402
from solarrally_tui.wizard.run_progress import RunProgress  # noqa: E402
from solarrally_tui.wizard.session import Session, SiteView  # noqa: E402
from tests.screens.scripted import plans as scripted_plans  # noqa: E402
from tests.screens.scripted.billing import FIRST  # noqa: E402
from tests.screens.scripted.domains import SERVERS  # noqa: E402
from tests.screens.scripted.fleets import many  # noqa: E402
from tests.screens.scripted.reports import NOON  # noqa: E402
from tests.screens.scripted.services import CAUSE as TOLD  # noqa: E402
from tests.screens.scripted.services import ME, NOBODY, STEP_IDS, Scripted, at, report  # noqa: E402
from tests.screens.support import ANSWERS, app_at, settle  # noqa: E402
from tests.screens.test_stage import Puppets  # noqa: E402

START = 1767348000.0
CAUSE = replace(TOLD, why=TOLD.why.replace(" [/capacity]", ""))
SIZE = (112, 34)


@dataclass(frozen=True)
class Shot:
    """One picture: the step, what is pressed there, and what is so before."""

    step: str
    keys: tuple[str, ...] = ()
    prepare: Callable[[Session], None] = lambda _: None
    size: tuple[int, int] = SIZE
    theme: str = "solarrally-dark"
    answers: dict[str, Any] = field(default_factory=dict)


def _half_way() -> RunProgress:
    run = RunProgress(Scripted().steps(), clock=lambda: START)
    run.clock = lambda: START + 250
    ended = {"bootstrap": 41, "network": 64, "global": 52, "iot": 12, "build": 38, "trail": 60}
    ended |= {"balancer": 180, "budget": 12, "governance": 55}
    for step, second in ended.items():
        run.take(at(2, step, State.RUNNING))
        run.take(at(second, step, State.DONE))
    run.take(at(65, "data", State.RUNNING))
    for second, state, name, kind in (
        (66, State.RUNNING, "SubnetGroup", "AWS::RDS::DBSubnetGroup"),
        (68, State.DONE, "SubnetGroup", "AWS::RDS::DBSubnetGroup"),
        (69, State.RUNNING, "Secret", "AWS::SecretsManager::Secret"),
        (70, State.DONE, "Secret", "AWS::SecretsManager::Secret"),
        (72, State.RUNNING, "Database", "AWS::RDS::DBInstance"),
    ):
        run.take(at(second, "data", state, name, kind))
    return run


def _failing(session: Session) -> None:
    session.site.deployed = "sunny-garage"
    services = cast("Scripted", session.services)
    services.facts = SiteFacts(report(Severity.FAIL), services.facts.url, "us-east-1")


def _planned(plan: Plan) -> Callable[[Session], None]:
    """Return what makes a deployed site whose tier was changed."""

    def prepare(session: Session) -> None:
        session.services.plans.plan = plan  # type: ignore[attr-defined]
        session.site.deployed, session.site.before = (
            session.site.draft.name,
            Draft(session.site.draft.answers),
        )
        session.site.draft.choose_tier(Tier.MEDIUM)

    return prepare


def _quoting(session: Session) -> None:
    session.services.quotes = EngineQuotes(Path("/home/ops"))  # type: ignore[misc]


def _running(session: Session) -> None:
    run = session.site.run = _half_way()
    site = session.site.draft.site()
    run.prospects = prospects(site, estimate(site))
    begun = iso(datetime.fromtimestamp(START + 73, UTC))
    created = Event(begun, "", "data", State.RUNNING)
    stack = "solarrally-sunny-garage-data"
    created = replace(created, type=STACK_TYPE, stack=stack, resource=stack)
    run.take(replace(created, reason="CREATE_IN_PROGRESS"))


def _failed(session: Session) -> None:
    session.site.run = _half_way()
    session.site.run.take(at(200, "data", State.FAILED))
    session.site.run.finish(Outcome(Exit.FAILED, "Failed.", CAUSE))


def _done(session: Session) -> None:
    session.site.run = _half_way()
    for step in STEP_IDS:
        session.site.run.take(at(20, step, State.RUNNING))
        session.site.run.take(at(240, step, State.DONE))
    session.site.run.finish(Outcome(Exit.OK, "Deployed."))
    session.site.deployed = session.site.draft.name


def _destroyed(session: Session) -> None:
    steps = session.services.steps(destroys=True)
    run = RunProgress(steps, destroys=True, site=session.site.draft.name, clock=lambda: START)
    run.clock = lambda: START + 512
    for step in steps:
        run.take(at(20, step, State.RUNNING))
        run.take(at(240, step, State.DONE))
    kept = (
        Kept("database snapshot", "solarrally-sunny-garage-data-snapshot-1x2y", Decimal("1.90")),
        Kept("audit log bucket", "solarrally-sunny-garage--audit-1x2y3z", Decimal("0.02")),
    )
    run.finish(Outcome(Exit.OK, "Deleted.", kept=kept))
    session.site.run = run


def _just_prices(session: Session) -> None:
    session.site.just_prices = True
    session.site.seen.clear()


def _deployed(session: Session) -> None:
    session.site.deployed = session.site.draft.name


def _all_wrong(session: Session) -> None:
    servers = DnsAnswer(Presence.FOUND, ("ns1.domaincontrol.com", "ns2.domaincontrol.com"))
    forbids = caa.Caa("example.com", ('0 issue "letsencrypt.org"',), Presence.FOUND)
    session.services.domains.findings = (  # type: ignore[attr-defined]
        judge_delegation(servers, HostedZone("Z1", "sun.example.com", SERVERS)),
        caa.judge(forbids),
        judge_address(DnsAnswer(Presence.FOUND, ("203.0.113.9",)), in_route53=True),
    )


def _known(session: Session) -> None:
    """Show what is really known of the default commit."""
    known = recorded()
    services = cast("Scripted", session.services)
    services.applications.recorded = SourceCheck(
        known.report.findings, known.committed, known.checked
    )


def _waiting(session: Session) -> None:
    proof = DnsRecord(
        "_3639ac514e785e898d2646601fa951d5.charging.example.com",
        "CNAME",
        "_98d2646601fa951d5e3639ac514e785e.acm-validations.aws",
    )
    session.site.before = Draft(session.site.draft.answers)
    session.services.domains.certificate_list = (  # type: ignore[attr-defined]
        PendingCertificate(
            "charging.example.com", "us-east-1", "arn", "PENDING_VALIDATION", "", (proof,)
        ),
    )
    session.services.domains.cloudfront = "d111111abcdef8.cloudfront.net"  # type: ignore[attr-defined]


def _nobody(session: Session) -> None:
    session.services.who_answers = [NOBODY]  # type: ignore[attr-defined]
    session.who = None


def _root(session: Session) -> None:
    who = replace(ME, arn="arn:aws:iam::123456789012:root", source="login", renewed=True)
    services = cast("Scripted", session.services)
    session.who, services.who_answers = who, [who]
    user = Finding("user", "", Severity.WARN, "You are signed in as the root user.")
    services.accounts.first = (*FIRST[:3], user)


def _confirmed(session: Session) -> None:
    cast("Scripted", session.services).billing.told = Delivery.CONFIRMED


def _pending(session: Session) -> None:
    cast("Scripted", session.services).billing.told = Delivery.PENDING


def _welcome(session: Session) -> None:
    session.store.save(Draft(ANSWERS | {"name": "harbour-lot"}, "size"))
    session.site.draft.set("name", "")
    session.services.known_sites = ("barn", "town-hall")  # type: ignore[attr-defined]


def _charger(session: Session) -> None:
    _deployed(session)
    session.site.charger = Added("evse-1", Path("/home/ops/solarrally/sunny-garage/evse-1"))


def _fleet(session: Session) -> None:
    _deployed(session)
    chargers = many(5000)
    fleets = cast("Scripted", session.services).fleets
    fleets.chargers = (*chargers[:3], *chargers[260:264], *chargers[370:])
    fleets.send()


def _stage(session: Session) -> None:
    session.stage = Puppets(SCENARIOS, "happy", "30x")  # type: ignore[arg-type]


IMAGE = f"ghcr.io/owner/solarrally@sha256:{'5f3a' * 16}"
OWN = {"domain": {"name": "charging.sun.example.com"}}
ELSEWHERE = {"domain": {"name": "charging.example.com", "dns": "external"}}
UNKNOWN = {"domain": {"name": "charging.sunny-garage.com"}}
SHOTS = {
    "welcome": Shot("welcome", prepare=_welcome),
    "account": Shot("account"),
    "account-nobody": Shot("account", prepare=_nobody),
    "account-role": Shot("account", ("ctrl+r",)),
    "account-role-taken": Shot("account", ("ctrl+r", "enter")),
    "account-root": Shot("account", ("ctrl+r",), _root),
    "billing": Shot("billing"),
    "billing-confirmed": Shot("billing", prepare=_confirmed),
    "billing-pending": Shot("billing", prepare=_pending),
    "billing-wrong": Shot("billing", ("ctrl+u", *"nobody", "ctrl+n")),
    "domain": Shot("domain"),
    "domain-own": Shot("domain", answers=OWN),
    "domain-wrong": Shot("domain", prepare=_all_wrong, answers=OWN),
    "domain-elsewhere": Shot("domain", answers=ELSEWHERE),
    "domain-copy": Shot("domain", ("f6",), _waiting, answers=ELSEWHERE),
    "domain-zone": Shot("domain", ("tab", "tab", "tab", "enter"), answers=UNKNOWN),
    "domain-buy": Shot("domain", ("tab", "tab", "tab", "tab", "enter"), answers=UNKNOWN),
    "size": Shot("size"),
    "size-medium": Shot("size", ("right", "tab")),
    "size-share": Shot("size", ("shift+tab",) * 4),
    "size-curve": Shot("size", ("ctrl+g",), size=(120, 40)),
    "size-empty": Shot("size", ("tab", "ctrl+u"), size=(80, 24)),
    "size-200x60": Shot("size", size=(200, 60)),
    "prices": Shot("size", prepare=_just_prices),
    "size-lines": Shot("size", ("f3", "down", "down")),
    "quote": Shot("size", ("ctrl+t", *"Sun and Sons"), _quoting),
    "size-help": Shot("size", ("tab", "tab", "tab", "tab", "f1")),
    "size-60x20": Shot("size", size=(60, 20)),
    "size-80x24": Shot("size", size=(80, 24)),
    "size-light": Shot("size", theme="solarrally-light"),
    "size-contrast": Shot("size", theme="solarrally-contrast"),
    "application": Shot("application", prepare=_known),
    "application-findings": Shot("application", ("f3",), _known),
    "application-image": Shot("application", answers={"application": {"image": IMAGE}}),
    "review": Shot("review", size=(120, 40)),
    "review-question": Shot("review", ("ctrl+n",)),
    "review-change": Shot("review", prepare=_planned(scripted_plans.HARMLESS)),
    "review-data-loss": Shot("review", ("ctrl+n",), prepare=_planned(scripted_plans.DANGEROUS)),
    "review-permissions": Shot("review", ("3",)),
    "review-80x24": Shot("review", ("5",), size=(80, 24)),
    "review-200x60": Shot("review", size=(200, 60)),
    "review-cost": Shot("review", ("1",), prepare=_planned(scripted_plans.HARMLESS)),
    "provision": Shot("provision", prepare=_running),
    "provision-80x24": Shot("provision", prepare=_running, size=(80, 24)),
    "provision-200x60": Shot("provision", prepare=_running, size=(200, 60)),
    "provision-details": Shot("provision", ("f3",), prepare=_running),
    "provision-failed": Shot("provision", prepare=_failed),
    "provision-done": Shot("provision", prepare=_done),
    "charger": Shot("charger", prepare=_charger),
    "status": Shot("status", prepare=_deployed),
    "diagnosis": Shot("status", ("f4",), _failing),
    "diagnosis-words": Shot("status", ("f4", "enter"), _failing),
    "fleet": Shot("status", ("f2",), _fleet),
    "fleet-wide": Shot("status", ("f2",), _fleet, size=(180, 44)),
    "fleet-80x24": Shot("status", ("f2", "down", "down"), _fleet, size=(80, 24)),
    "fleet-charger": Shot("status", ("f2", "end", "enter"), _fleet),
    "handover": Shot("status", ("h",), _deployed),
    "destroy": Shot("status", ("h", *["tab"] * 4, "enter"), _deployed),
    "presenter": Shot("size", ("f12",)),
    "destroyed": Shot("provision", prepare=_destroyed),
    "destroyed-kept": Shot("provision", ("k",), prepare=_destroyed),
    "scenarios": Shot("welcome", ("f7", "down"), _stage),
}


DISPLAY = "display"


async def draw(shot: Shot) -> str:
    """Return the SVG of one picture."""
    with tempfile.TemporaryDirectory() as folder:
        services = Scripted()
        # The prices on a picture are the product's own, not a script's.
        services.estimate = estimate  # type: ignore[method-assign]
        calm = tuple(
            replace(check, line=check.line.removesuffix(" [/tag]"))
            for check in services.facts.report.checks
        )
        services.facts = replace(services.facts, report=replace(services.facts.report, checks=calm))
        store = DraftStore(Path(folder) / "drafts")
        label = "Simulated account" if shot.keys[:1] == ("f7",) else ""
        session = Session(services, store, label, SiteView(Draft(ANSWERS | shot.answers)), who=ME)
        shot.prepare(session)
        app = app_at(shot.step, session)
        os.environ["TEXTUAL_THEME"] = shot.theme
        async with app.run_test(size=shot.size) as pilot:
            await settle(app, pilot)
            for key in shot.keys:
                await pilot.press(key)
                await pilot.pause(0.05)
            await pilot.pause(0.3)
            return app.export_screenshot(title="solarrally")


async def display() -> str:
    """Return the SVG of the display for a wall."""
    services = Scripted()
    report = replace(services.facts.report, monthly_cost=0.72)
    services.facts = replace(services.facts, report=report, url="https://charging.example.com")
    app = kiosk.KioskApp(services, "sunny-garage")
    async with app.run_test(size=(160, 44)) as pilot:
        await pilot.pause(0.3)
        await app.workers.wait_for_complete()
        await pilot.pause(0.3)
        return app.export_screenshot(title="solarrally")


def main() -> None:
    """Draw all pictures, or those that are named."""
    for module in (fleet, journal, kiosk, status, wall):
        module.now = lambda: NOON
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[1:] or (*SHOTS, DISPLAY):
        drawn = asyncio.run(display() if name == DISPLAY else draw(SHOTS[name]))
        svg = re.sub(r"terminal-\d+", f"terminal-{name}", drawn)
        (FOLDER / f"{name}.svg").write_text(svg, encoding="utf-8")
        print(name)


if __name__ == "__main__":
    main()
