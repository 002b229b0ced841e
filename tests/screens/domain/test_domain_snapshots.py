"""What the domain screen and its dialogs look like in each state, at 80x24."""

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from solarrally_tui.domains import caa
from solarrally_tui.domains.certificates import PendingCertificate
from solarrally_tui.domains.dns_check import judge_address, judge_delegation
from solarrally_tui.domains.dns_lookup import DnsAnswer, Presence
from solarrally_tui.domains.dns_records import DnsRecord
from solarrally_tui.domains.hosted_zones import HostedZone
from solarrally_tui.domains.proof_check import judge_proof
from solarrally_tui.domains.registration import Order, Progress
from solarrally_tui.findings.finding import Finding
from solarrally_tui.interview.draft import Draft
from solarrally_tui.wizard.session import Session
from tests.screens.scripted.domains import SERVERS
from tests.screens.scripted.services import Scripted
from tests.screens.support import app_at, settle, walk

SMALL, LARGE, WALL = (80, 24), (120, 40), (200, 60)
Shown = Callable[..., bool]
UNKNOWN = DnsAnswer(Presence.UNKNOWN)
PROOF = DnsRecord(
    "_3639ac514e785e898d2646601fa951d5.charging.example.com",
    "CNAME",
    "_98d2646601fa951d5e3639ac514e785e.acm-validations.aws",
)
PENDING = (
    PendingCertificate(
        "charging.example.com", "us-east-1", "arn", "PENDING_VALIDATION", "", (PROOF,)
    ),
    PendingCertificate("charging.example.com", "eu-central-1", "arn", "ISSUED"),
)


@pytest.fixture
def shown(snap_compare: Callable[..., bool], session: Session) -> Shown:
    def compare(
        *keys: str,
        name: str = "charging.sun.example.com",
        dns: str = "route53",
        size: tuple[int, int] = SMALL,
        deployed: bool = False,
    ) -> bool:
        session.site.draft.set("domain.name", name)
        session.site.draft.set("domain.dns", dns)
        session.site.before = Draft(session.site.draft.answers) if deployed else None
        app = app_at("domain", session)

        async def ready(pilot: Pilot[None]) -> None:
            await settle(app, pilot)
            for key in keys:
                await walk(pilot, key)
            for field in app.screen.query("Input"):
                field.cursor_blink = False  # type: ignore[attr-defined]

        return snap_compare(app, terminal_size=size, run_before=ready)

    return compare


def delegation(*given: str) -> Finding:
    told = DnsAnswer(Presence.FOUND if given else Presence.ABSENT, given)
    return judge_delegation(told, HostedZone("Z1", "sun.example.com", SERVERS))


def all_wrong() -> tuple[Finding, ...]:
    forbids = caa.Caa("example.com", ('0 issue "letsencrypt.org"',), Presence.FOUND)
    taken = DnsAnswer(Presence.FOUND, ("203.0.113.9",))
    servers = delegation("ns1.domaincontrol.com", "ns2.domaincontrol.com")
    return servers, caa.judge(forbids), judge_address(taken, in_route53=True)


@pytest.mark.parametrize("size", [SMALL, LARGE, WALL])
def test_found_and_delegated(shown: Shown, size: tuple[int, int]) -> None:
    assert shown(size=size)


def test_not_delegated(shown: Shown, services: Scripted) -> None:
    services.domains.findings = (delegation(), *services.domains.findings[1:])
    assert shown()


@pytest.mark.parametrize("size", [SMALL, LARGE, WALL])
def test_everything_wrong_at_once(shown: Shown, services: Scripted, size: tuple[int, int]) -> None:
    services.domains.findings = all_wrong()
    assert shown(size=size)


def test_nothing_known(shown: Shown, services: Scripted) -> None:
    nobody = caa.Caa("charging.sun.example.com", (), Presence.UNKNOWN)
    servers = judge_delegation(UNKNOWN, HostedZone("Z1", "sun.example.com", ()))
    address = judge_address(UNKNOWN, in_route53=True)
    services.domains.findings = (servers, caa.judge(nobody), address)
    assert shown()


def test_no_zone_fits(shown: Shown) -> None:
    assert shown(name="charging.garage.de")


def test_a_name_is_wrong(shown: Shown) -> None:
    assert shown("ctrl+n", name="sun_shine")


@pytest.mark.parametrize("size", [SMALL, LARGE, WALL])
def test_dns_elsewhere(shown: Shown, size: tuple[int, int]) -> None:
    assert shown(name="charging.example.com", dns="external", size=size)


def test_the_top_of_a_domain_elsewhere(shown: Shown) -> None:
    assert shown(name="example.com", dns="external")


def waiting(services: Scripted) -> None:
    services.domains.certificate_list = PENDING
    services.domains.why = (judge_proof(PROOF, DnsAnswer(Presence.ABSENT), "example.com"),)
    services.domains.cloudfront = "d111111abcdef8.cloudfront.net"


@pytest.mark.parametrize("size", [SMALL, LARGE, WALL])
def test_a_certificate_waits(shown: Shown, services: Scripted, size: tuple[int, int]) -> None:
    waiting(services)
    assert shown(name="charging.example.com", dns="external", deployed=True, size=size)


def test_records_to_copy(shown: Shown, services: Scripted) -> None:
    waiting(services)
    assert shown("f6", name="charging.example.com", dns="external", deployed=True)


def test_making_a_zone(shown: Shown, services: Scripted) -> None:
    services.domains.apex = "garage.de"
    assert shown("tab", "tab", "tab", "enter", "up", name="charging.garage.de")


def test_a_zone_is_made(shown: Shown) -> None:
    assert shown("tab", "tab", "tab", "enter", "tab", "enter", name="charging.garage.de")


def test_the_price_of_a_domain(shown: Shown) -> None:
    assert shown("tab", "tab", "tab", "tab", "enter", name="charging.garage.de")


def test_an_order_under_way(shown: Shown, services: Scripted) -> None:
    words = "It waits for you: click the link in the e-mail from AWS."
    services.domains.orders = [Order("garage.de", Progress.RUNNING, words)]
    assert shown("tab", "tab", "tab", "tab", "enter", name="charging.garage.de")


def test_everybody_may_see_and_register(shown: Shown, session: Session) -> None:
    session.site.draft.set("access.viewing", "public")
    session.site.draft.set("access.open_registration", True)
    assert shown(name="")


def test_viewers_by_address(shown: Shown, session: Session) -> None:
    session.site.draft.set("access.viewing", "addresses")
    assert shown("ctrl+n", name="")
