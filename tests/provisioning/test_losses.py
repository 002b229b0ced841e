"""What people read before a site is deleted."""

from decimal import Decimal
from typing import Any

from solarrally_tui.provisioning.deployment.step_graph import TITLES, title_of
from solarrally_tui.provisioning.teardown.losses import Losses
from solarrally_tui.site.files import from_answers
from solarrally_tui.site.model import Site

ANSWERS: dict[str, Any] = {
    "name": "barn",
    "region": "us-east-1",
    "tier": "small",
    "alerts": {"email": "ops@example.com"},
}


def said(losses: Losses, *, delete_data: bool = False) -> str:
    return "\n".join(losses.lines(lambda usd: f"{usd:.2f} USD", delete_data=delete_data))


def site(**more: Any) -> Site:
    return from_answers(ANSWERS | more)


def test_what_is_deleted_comes_first_and_what_stays_has_its_price() -> None:
    deleted, stays = said(Losses(site(), 3, "https://d1.cloudfront.net")).split("Stays until")
    assert "3 registered chargers: their certificates stop working." in deleted
    assert "https://d1.cloudfront.net" in deleted
    assert "The database with its users." in deleted
    assert "Final database snapshot: 1.90 USD a month at most." in stays
    assert "Audit log: 0.02 USD a month." in stays
    assert "Together: 1.92 USD a month at most." in stays


def test_snapshots_of_an_earlier_site_are_counted_apart() -> None:
    assert "1 snapshot that exists already: 1.90 USD" in said(
        Losses(site(), snapshots=(Decimal("1.90"),))
    )
    two = said(Losses(site(), snapshots=(Decimal("1.90"), Decimal("3.80"))))
    assert "2 snapshots that exist already: 5.70 USD a month at most." in two
    unpriced = said(Losses(site(), snapshots=(Decimal("1.90"), None)))
    assert "2 snapshots that exist already.\n" in f"{unpriced}\n"


def test_with_its_data_nothing_stays() -> None:
    text = said(Losses(site(), 1, snapshots=(Decimal("1.90"),)), delete_data=True)
    assert "1 registered charger: its certificate stops working." in text
    assert "its snapshots and backups, the audit log and the archive." in text
    assert "Stays" not in text


def test_a_domain_stays_either_way() -> None:
    zoned = site(domain={"name": "charging.example.com"})
    text = said(Losses(zoned), delete_data=True)
    assert "The hosted zone of charging.example.com: 0.50 USD a month." in text
    assert "if Route 53 registered it" in text  # nobody has asked the registrar
    outside = site(domain={"name": "charging.example.com", "dns": "external"})
    assert "DNS records of charging.example.com at its provider." in said(Losses(outside))


def test_what_is_not_known_is_no_zero() -> None:
    for unknown in (Losses(None), Losses(site(region="af-south-1"))):
        text = said(unknown)
        assert "The registered chargers: their certificates stop working." in text
        assert "What they cost is not known here." in text
        assert "0" not in text


def test_of_a_site_that_is_not_complete_only_what_exists_is_lost_and_stays() -> None:
    early = said(
        Losses(
            site(),
            0,
            "https://d1.cloudfront.net",
            parts={"network": "Network", "trail": "Audit trail"},
        )
    )
    assert "What exists of it: Network, Audit trail." in early
    assert "page" not in early
    assert "database" not in early
    assert "Audit log: 0.02 USD a month." in early
    there = {"network": "Network", "data": "Database"}
    unused = said(Losses(site(), 0, parts=there))
    assert "Final database snapshot: 1.90 USD a month at most. It holds nothing if the" in unused
    used = said(Losses(site(), 0, parts=there | {"app": "Application"}))
    assert "Final database snapshot: 1.90 USD a month at most.\n" in used
    assert "Stays" not in said(Losses(site(), 0, parts={"network": "Network"}))


def test_the_distribution_is_called_as_its_step_until_the_next_step_has_led_the_address_to_it() -> (
    None
):
    assert title_of("edge", "CREATE_COMPLETE") == TITLES["distribution"]
    assert title_of("edge", "UPDATE_COMPLETE") == TITLES["edge"]
    assert title_of("network", "CREATE_COMPLETE") == TITLES["network"]
