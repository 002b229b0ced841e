"""The domain screen: own names, zones, the registrar, records elsewhere, viewers."""

from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Collapsible, Input

from solarrally_tui.aws.errors import AwsError
from solarrally_tui.domains.caa import Caa, judge
from solarrally_tui.domains.certificates import PendingCertificate
from solarrally_tui.domains.dns_check import judge_delegation
from solarrally_tui.domains.dns_lookup import DnsAnswer, Presence
from solarrally_tui.domains.dns_records import DnsRecord
from solarrally_tui.domains.hosted_zones import HostedZone, Zone
from solarrally_tui.domains.registration import Offer, Order, Progress
from solarrally_tui.findings.finding import Finding
from solarrally_tui.findings.severity import Severity
from solarrally_tui.interview.draft import Draft
from solarrally_tui.screens.common.confirm import TypedScreen
from solarrally_tui.screens.domain.buy import BuyScreen
from solarrally_tui.screens.domain.copy import CopyScreen
from solarrally_tui.screens.domain.screen import DomainScreen
from solarrally_tui.screens.domain.zone import ZoneScreen
from solarrally_tui.screens.size.screen import SizeScreen
from solarrally_tui.screens.widgets.field import Field
from solarrally_tui.wizard.session import Session
from tests.screens.scripted.domains import SERVERS
from tests.screens.scripted.services import Scripted
from tests.screens.support import Open, screen_text, settle, walk

NAME = "charging.garage.de"
NOT_DELEGATED = judge_delegation(
    DnsAnswer(Presence.ABSENT), HostedZone("Z1", "example.com", SERVERS)
)
PROOF = DnsRecord("_a1.charging.garage.de", "CNAME", "_b2.acm-validations.aws")
PENDING = PendingCertificate(NAME, "us-east-1", "arn", "PENDING_VALIDATION", "", (PROOF,))
CONTACT = (
    "Ada",
    "Lovelace",
    "",
    "ada@example.com",
    "+44.2071234567",
    "12 Square",
    "London",
    "",
    "SW1Y 4JH",
    "gb",
)


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the app was asked to copy."""
    texts: list[str] = []
    monkeypatch.setattr(
        "solarrally_tui.app.WizardApp.copy_to_clipboard", lambda _, t: texts.append(t)
    )
    return texts


def flat(app: Any) -> str:
    """Return the screen's text as if it had no line ends."""
    return " ".join(screen_text(app).replace("│", " ").split())


def own(session: Session, name: str = NAME, dns: str = "route53") -> None:
    session.site.draft.set("domain.name", name)
    session.site.draft.set("domain.dns", dns)


async def test_nobody_without_a_domain_sees_any_of_it(at: Open, services: Scripted) -> None:
    async with at("domain") as (app, pilot):
        text = screen_text(app)
        for word in ("Name ", "Hosted", "CAA", "registrar"):
            assert word not in text
        await walk(pilot, "ctrl+n")
        assert isinstance(app.screen, SizeScreen)
        assert services.domains.looked_up == []
        assert app.session.site.draft.site().domain.name == ""


async def test_a_name_is_looked_up_once_typing_rests(at: Open, services: Scripted) -> None:
    async with at("domain") as (app, pilot):
        await walk(pilot, "down")
        field = app.screen.query_one("#field-domain-name", Field).input
        # At once, as no busy machine types: there a rest is between any two keys.
        for end in range(len("x.example.com")):
            field.value = "x.example.com"[: end + 1]
        await settle(app, pilot)
        assert [name for name, _, _ in services.domains.looked_up] == ["x.example.com"]
        zone = services.domains.looked_up[-1][1]
        assert zone == Zone("Z0EXAMPLE1", "example.com")
        assert "Any CA may issue" in screen_text(app)
        await walk(pilot, "tab", "enter")
        assert isinstance(app.screen, SizeScreen)


async def test_a_late_answer_to_an_old_name_is_not_shown(at: Open, services: Scripted) -> None:
    async with at("domain") as (app, pilot):
        await walk(pilot, "down")
        await walk(pilot, "tab", *"x.example.com")
        await pilot.press("backspace", "backspace")
        await pilot.pause()
        assert "Not in use: the name has no record yet." not in screen_text(app)


async def test_name_servers_to_set_are_copied_one_by_one_and_f5_asks_again(
    at: Open, session: Session, services: Scripted, copied: list[str]
) -> None:
    own(session, "x.example.com")
    services.domains.findings = (NOT_DELEGATED,)
    async with at("domain") as (app, pilot):
        text = screen_text(app)
        assert "example.com is not delegated yet." in text
        assert all(server in text for server in SERVERS)
        await walk(pilot, "f6")
        assert isinstance(app.screen, CopyScreen)
        await walk(pilot, "down", "enter", "end", "f6")
        assert copied == [SERVERS[1], "\n".join(SERVERS)]
        assert "All of them copied." in screen_text(app)
        await walk(pilot, "escape")
        assert isinstance(app.screen, DomainScreen)

        services.domains.findings = ()
        await walk(pilot, "f5")
        assert len(services.domains.looked_up) == 2
        assert "not delegated" not in screen_text(app)

        # Where nothing is to set, F6 copies the name.
        app.screen.query_one("#field-domain-name Input").focus()
        await walk(pilot, "f6")
        assert copied[-1] == "x.example.com"


async def test_caa_that_forbids_holds_nobody_up(
    at: Open, session: Session, services: Scripted
) -> None:
    own(session, "x.example.com")
    services.domains.findings = (
        judge(Caa("example.com", ('0 issue "other.test"',), Presence.FOUND)),
    )
    async with at("domain") as (app, pilot):
        text = screen_text(app)
        assert 'CAA at example.com forbids AWS: 0 issue "other.test"' in text
        assert 'Add this CAA record at example.com: 0 issue "amazon.com"' in text
        await walk(pilot, "ctrl+n")
        assert isinstance(app.screen, SizeScreen)


# Zones


async def test_a_zone_is_made_for_the_domain_and_its_servers_are_shown(
    at: Open, session: Session, services: Scripted
) -> None:
    own(session)
    async with at("domain") as (app, pilot):
        assert f"No zone of this account contains {NAME}." in screen_text(app)
        await press_button(app, pilot, "#make")
        assert isinstance(app.screen, ZoneScreen)
        assert "$0.50 a month" in screen_text(app)
        assert "Then set its four name servers where garage.de is registered." in screen_text(app)
        await walk(pilot, "tab", "enter")
        assert services.domains.created == [("garage.de", "sunny-garage")]
        assert "garage.de has a hosted zone" in screen_text(app)
        assert SERVERS[0] in screen_text(app)
        await walk(pilot, "escape")
        assert app.session.site.draft.site().domain.hosted_zone_id == "Z0NEW"


async def test_a_domain_with_mail_elsewhere_is_not_moved_by_default(
    at: Open, session: Session, services: Scripted
) -> None:
    own(session)
    services.domains.apex = "garage.de"
    async with at("domain") as (app, pilot):
        await press_button(app, pilot, "#make")
        assert "● charging.garage.de, this name only" in screen_text(app)
        await pilot.press("up")
        await pilot.pause()
        assert "its website and e-mail" in flat(app)
        await walk(pilot, "down", "tab", "enter")
        assert services.domains.created == [(NAME, "sunny-garage")]


async def test_a_zone_that_is_refused_is_explained(
    at: Open, session: Session, services: Scripted
) -> None:
    own(session)
    services.domains.zone_error = AwsError("AccessDenied", "no [/x]", "route53", "create")
    async with at("domain") as (app, pilot):
        await press_button(app, pilot, "#make")
        assert "AWS refused the call." in await walk(pilot, "tab", "enter")
        assert "no [/x]" in screen_text(app)
        await walk(pilot, "escape")
        assert isinstance(app.screen, DomainScreen)


async def test_read_only_makes_and_buys_nothing(
    at: Open, session: Session, services: Scripted
) -> None:
    own(session)
    services.read_only = True
    async with at("domain") as (app, pilot):
        await press_button(app, pilot, "#make")
        assert isinstance(app.screen, DomainScreen)
        assert "This session is read-only." in screen_text(app)
        await press_button(app, pilot, "#buy")
        assert "This session is read-only." in screen_text(app)
        assert not app.screen.query_one("#buy").display
        await walk(pilot, "ctrl+n")
        assert services.domains.bought == []


# The registrar


async def test_a_domain_is_bought_only_after_its_name_was_typed(
    at: Open, session: Session, services: Scripted, tmp_path: Path
) -> None:
    own(session)
    async with at("domain") as (app, pilot):
        await press_button(app, pilot, "#buy")
        price = "garage.de is available. It costs $15.00 for the first year, then $15.00 a year."
        assert price in flat(app)
        await press_button(app, pilot, "#buy")
        assert "First name is needed." in screen_text(app)
        fill(app)
        await press_button(app, pilot, "#buy")
        assert isinstance(app.screen, TypedScreen)
        assert "Buy garage.de for $15.00?" in screen_text(app)
        await pilot.press("enter")
        await pilot.pause()
        assert services.domains.bought == []
        await walk(pilot, "escape")
        assert isinstance(app.screen, BuyScreen)
        assert services.domains.bought == []

        services.domains.buy_error = AwsError("InvalidInput", "Bad [/x]", "route53domains", "r")
        await press_button(app, pilot, "#buy")
        assert "Bad [/x]" in await walk(pilot, *"garage.de", "enter")
        assert app.screen.query_one("#contact-first", Input).value == "Ada"
        assert app.screen.query_one("#buy").display

        services.domains.buy_error = None
        await press_button(app, pilot, "#buy")
        await walk(pilot, *"garage.de", "enter")
        [(domain, contact)] = services.domains.bought
        assert (domain, contact.country, contact.phone) == ("garage.de", "GB", "+44.2071234567")
        assert "The registry is at work [/x]." in screen_text(app)
        assert all(not field.value for field in app.screen.query(Input))

        await walk(pilot, "escape", "ctrl+n")
        assert isinstance(app.screen, SizeScreen)
    # The contact's details reach no disk.
    kept = [each.read_bytes() for each in tmp_path.rglob("*") if each.is_file()]
    assert kept
    assert not any(word.encode() in text for text in kept for word in ("Lovelace", "+44.207"))


async def test_an_order_under_way_is_shown_and_not_ordered_twice(
    at: Open, session: Session, services: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("solarrally_tui.screens.domain.buy.CHECK_SECONDS", 0.1)
    own(session)
    running = Order("garage.de", Progress.RUNNING, "The registry waits for you.")
    services.domains.orders = [running, Order("garage.de", Progress.DONE, "It is registered.")]
    async with at("domain") as (app, pilot):
        await press_button(app, pilot, "#buy")
        await pilot.pause(0.4)
        await settle(app, pilot)
        assert "✓ It is registered." in screen_text(app)
        services.zone_list = (Zone("Z0BOUGHT", "garage.de"),)
        await walk(pilot, "escape")
        assert app.session.site.draft.site().domain.hosted_zone_id == "Z0BOUGHT"


async def test_what_cannot_be_bought_is_said(
    at: Open, session: Session, services: Scripted
) -> None:
    own(session)
    refusals: tuple[tuple[Offer | AwsError, str], ...] = (
        (Offer("garage.de", "UNAVAILABLE"), "garage.de is taken."),
        (Offer("garage.de", "AVAILABLE"), "AWS lists no price for it."),
        (AwsError("UnsupportedTLD", "The TLD [/x]", "route53domains", "check"), "The TLD [/x]"),
        (
            AwsError("AccessDeniedException", "no", "route53domains", "check"),
            "AWS refused the call.",
        ),
    )
    async with at("domain") as (app, pilot):
        for offered, words in refusals:
            services.domains.offered = offered
            await press_button(app, pilot, "#buy")
            assert isinstance(app.screen, BuyScreen)
            assert words in screen_text(app)
            assert not app.screen.query_one("#buy").display
            await walk(pilot, "escape")


# DNS elsewhere, certificates


async def test_dns_elsewhere_says_what_will_be_asked_for(at: Open, services: Scripted) -> None:
    services.domains.apex = "garage.de"
    async with at("domain") as (app, pilot):
        text = await walk(pilot, "down", "down", "tab", *NAME)
        assert "Deploy shows two records to add to garage.de's DNS:" in text
        assert "_….charging and charging." in flat(app)
        assert services.domains.looked_up[-1][1] is None
        assert "Name servers" not in text
        domain = app.session.site.draft.site().domain
        assert (domain.name, domain.dns, domain.hosted_zone_id) == (NAME, "external", "")


async def test_the_top_of_a_domain_needs_more_than_a_cname(at: Open, session: Session) -> None:
    own(session, "garage.de", "external")
    async with at("domain") as (app, _):
        assert "ALIAS" in screen_text(app)
        assert "www.garage.de" in screen_text(app)


async def test_certificates_that_wait_say_why_and_what_to_copy(
    at: Open, session: Session, services: Scripted, copied: list[str]
) -> None:
    own(session, NAME, "external")
    session.site.before = Draft(session.site.draft.answers)
    services.domains.apex = "garage.de"
    services.domains.certificate_list = (PENDING,)
    services.domains.why = (Finding("proof", "Proof in DNS", Severity.WARN, "No record [/x] yet."),)
    services.domains.cloudfront = "d111.cloudfront.net"
    async with at("domain") as (app, pilot):
        text = screen_text(app)
        assert "▲ Certificate    Waiting for its DNS record (F6), in us-east-1." in text
        assert "No record [/x] yet." in text
        assert services.domains.looked_up[0][2] is True
        await walk(pilot, "f6")
        for _ in range(6):
            await pilot.press("enter", "down")
        await settle(app, pilot)
        assert copied == [
            PROOF.name,
            "_a1.charging",
            PROOF.value,
            NAME,
            "charging",
            "d111.cloudfront.net",
        ]


async def test_the_record_of_the_chargers_host_is_among_those_to_copy(
    at: Open, session: Session, services: Scripted, copied: list[str]
) -> None:
    own(session, NAME, "external")
    session.site.draft.set("domain.charger_host", f"mqtt.{NAME}")
    session.site.before = Draft(session.site.draft.answers)
    services.domains.certificate_list = (PendingCertificate(NAME, "us-east-1", "arn", "ISSUED"),)
    services.domains.of_chargers = DnsRecord(f"mqtt.{NAME}", "CNAME", "x-ats.iot.amazonaws.com")
    async with at("domain") as (app, pilot):
        await walk(pilot, "f6")
        for _ in range(3):
            await pilot.press("enter", "down")
        await settle(app, pilot)
        assert copied[0] == f"mqtt.{NAME}"
        assert copied[2] == "x-ats.iot.amazonaws.com"


async def test_what_few_need_is_asked_as_soon_as_there_is_a_name_of_ones_own(
    at: Open, session: Session
) -> None:
    async with at("domain") as (app, pilot):
        assert "More options" not in screen_text(app)
        await walk(pilot, "down")
        assert "More options" in screen_text(app)
        app.screen.query_one("#more", Collapsible).collapsed = False
        await settle(app, pilot)
        field = app.screen.query_one("#field-domain-charger-host", Field)
        field.input.value = "mqtt.garage.de"
        await settle(app, pilot)
        assert session.site.draft.text("domain.charger_host") == "mqtt.garage.de"


async def test_a_name_that_leads_to_the_site_needs_no_record(
    at: Open, session: Session, services: Scripted
) -> None:
    own(session, NAME, "external")
    session.site.before = Draft(session.site.draft.answers)
    services.domains.cloudfront = "d111.cloudfront.net"
    services.domains.pointing = Finding("address", "Address", Severity.OK, "It points to the site.")
    services.domains.certificate_list = (PendingCertificate(NAME, "us-east-1", "arn", "ISSUED"),)
    async with at("domain") as (app, pilot):
        assert "✓ Address        It points to the site." in screen_text(app)
        await walk(pilot, "f6")
        assert isinstance(app.screen, DomainScreen)


async def test_issued_and_failed_certificates_are_told(
    at: Open, session: Session, services: Scripted
) -> None:
    own(session, "x.example.com")
    session.site.before = Draft(session.site.draft.answers)
    services.domains.certificate_list = (
        PendingCertificate("x.example.com", "us-east-1", "arn", "ISSUED"),
        PendingCertificate("x.example.com", "eu-central-1", "arn", "FAILED", "CAA forbids it."),
    )
    async with at("domain") as (app, _):
        text = screen_text(app)
        assert "✓ Certificate    Issued, in us-east-1." in text
        assert "✗ Certificate    Not issued, in eu-central-1." in text
        assert "CAA forbids it." in text


# Viewers


async def test_addresses_of_viewers_are_asked_only_when_they_count(at: Open) -> None:
    async with at("domain") as (app, pilot):
        field = app.screen.query_one("#field-access-addresses")
        assert not field.display
        app.screen.query_one("#field-access-viewing Select").focus()
        await walk(pilot, "enter", "down", "enter")
        assert field.display
        assert "Addresses must have at least one" in await walk(pilot, "ctrl+n")
        await walk(pilot, *"203.0.113.7, 2001:db8::/32", "ctrl+n")
        assert isinstance(app.screen, SizeScreen)
        assert app.session.site.draft.site().access.addresses == ("203.0.113.7/32", "2001:db8::/32")


async def test_risks_are_said_before_they_are_taken(at: Open, session: Session) -> None:
    session.site.draft.set("access.viewing", "public")
    async with at("domain") as (app, pilot):
        assert "when somebody is at home" in flat(app)
        app.screen.query_one("#field-access-open-registration").focus()
        await walk(pilot, "space")
        assert "even as administrator" in flat(app)
        access = app.session.site.draft.site().access
        assert (access.viewing, access.open_registration) == ("public", True)


async def test_hostile_answers_of_dns_stay_text(
    at: Open, session: Session, services: Scripted
) -> None:
    own(session, "x.example.com")
    odd = "[/b][red]x" + "\x1b[2J" + "\u202e" + "y" * 3000
    services.domains.findings = (Finding("caa", "Certificates", Severity.FAIL, odd, odd),)
    services.zone_list = (Zone("Z1", "[/x].test"), Zone("Z0", "example.com"))
    async with at("domain") as (app, _):
        said = screen_text(app)
        assert "[/b][red]x" in said
        assert "\x1b" not in said
        assert "\u202e" not in said


def fill(app: Any) -> None:
    for field, text in zip(app.screen.query(Input), CONTACT, strict=True):
        field.value = text


async def press_button(app: Any, pilot: Any, button: str) -> None:
    app.screen.query_one(button).focus()
    await walk(pilot, "enter")
