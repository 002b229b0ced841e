"""solarrally chargers claim, and what a device does with one: solarrally chargers provision."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from solarrally_tui.commands.chargers.site_options import add_site, add_site_option, on_site
from solarrally_tui.commands.shared.options import (
    AddAction,
    CommonOptions,
    ShowingOptions,
    SiteOptions,
    add_actions,
    add_json,
    carry_out,
)
from solarrally_tui.commands.shared.terminal import say, show, show_result
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.text.enumeration import enumerated
from solarrally_tui.text.table import columns, fit

if TYPE_CHECKING:
    from solarrally_tui.chargers.claims.claims import Claim
    from solarrally_tui.deployed.site import DeployedSite


@dataclass(frozen=True, slots=True)
class CreateOptions(SiteOptions):
    """What claim create takes."""

    name: str
    to: Path
    serials: str
    limit: int | None


@dataclass(frozen=True, slots=True)
class RevokeOptions(SiteOptions):
    """What claim revoke takes."""

    name: str


@dataclass(frozen=True, slots=True)
class ExpectOptions(SiteOptions):
    """What claim expect takes."""

    serials: list[str]


@dataclass(frozen=True, slots=True)
class ProvisionOptions(CommonOptions):
    """What provision takes."""

    claim: Path
    serial: str
    to: Path


def add(add_action: AddAction) -> None:
    """Add the actions."""
    claim = add_action("claim", "Let devices from a box get their certificates with a claim.")
    add_claim = add_actions(claim)
    creating = add_claim("create", "Create a claim and write its files.")
    add_site(creating)
    creating.add_argument("name", metavar="NAME", help="name of the claim, such as batch-7")
    creating.add_argument(
        "--to", type=Path, required=True, metavar="FOLDER", help="folder for the claim's files"
    )
    creating.add_argument(
        "--serials",
        default="",
        metavar="BEGINNING",
        help="admit serial numbers that begin so; without it only chargers that are expected",
    )
    creating.add_argument(
        "--limit", type=int, metavar="N", help="how many chargers may register with it, up to 1000"
    )
    carry_out(
        creating,
        partial(on_site, _create),
        CreateOptions,
        example="solarrally chargers claim create batch-7 --to claim --serials SR2- --limit 50",
    )

    listing = add_claim("list", "List claims, their limits, and how many chargers used them.")
    add_site(listing)
    add_json(listing)
    carry_out(
        listing, partial(on_site, _list), ShowingOptions, example="solarrally chargers claim list"
    )

    revoking = add_claim("revoke", "Delete a claim; chargers that registered with it stay.")
    add_site(revoking)
    revoking.add_argument("name", metavar="NAME", help="name of the claim")
    carry_out(
        revoking,
        partial(on_site, _revoke),
        RevokeOptions,
        example="solarrally chargers claim revoke batch-7",
    )

    expecting = add_claim("expect", "Register serial numbers that any claim admits once.")
    expecting.add_argument("serials", nargs="+", metavar="SERIAL", help="name of a charger")
    add_site_option(expecting)
    carry_out(
        expecting,
        partial(on_site, _expect),
        ExpectOptions,
        example="solarrally chargers claim expect SR2-0001 SR2-0002",
    )

    provisioning = add_action("provision", "Register as a device does that has a claim.")
    provisioning.add_argument(
        "--claim", type=Path, required=True, metavar="FOLDER", help="folder of the claim"
    )
    provisioning.add_argument(
        "--serial", required=True, metavar="SERIAL", help="the device's serial number"
    )
    provisioning.add_argument(
        "--to", type=Path, required=True, metavar="FOLDER", help="folder for the charger's files"
    )
    carry_out(
        provisioning,
        _provision,
        ProvisionOptions,
        example="solarrally chargers provision --claim claim --serial SR2-0001 --to chargers",
    )


async def _create(options: CreateOptions, site: "DeployedSite") -> int:
    from solarrally_tui.chargers.claims import claims

    if options.serials and options.limit is None:
        say("--serials needs --limit: anybody who has the claim can register that many chargers.")
        return Exit.USAGE
    limits = claims.Limits(options.serials, options.limit or claims.MOST)
    made = await claims.create(options.name, site, options.to, limits)
    show(fit(f"Claim {made.name} is created. Its files are in {options.to}."))
    say(f"Devices that have it may ask {site.name} for a certificate. {limits.in_words}")
    say(
        "Anybody who has these files can do the same. Once the devices are registered, or if the "
        f"files leaked: solarrally chargers claim revoke {made.name} --site {site.name}"
    )
    return Exit.OK


async def _list(options: ShowingOptions, site: "DeployedSite") -> int:
    from solarrally_tui.chargers.claims.claims import claims

    found = await claims(site)
    if options.json:
        return show_result({"claims": [_as_json(claim) for claim in found]}, Exit.OK)
    if not found:
        show(f"{site.name} has no claim.")
        return Exit.OK
    table = [["CLAIM", "REGISTERED", "SERIALS", "CREATED", "STATE"]]
    table += [
        [
            claim.name,
            f"{claim.registered} of {claim.limits.most}",
            f"{claim.limits.serials}..." if claim.limits.serials else "expected",
            f"{claim.created:%Y-%m-%d}" if claim.created else "unknown",
            "active" if claim.is_active else "does not work",
        ]
        for claim in found
    ]
    for row in columns(table, flexible=2):
        show(row)
    return Exit.OK


def _as_json(claim: "Claim") -> dict[str, object]:
    return {
        "name": claim.name,
        "registered": claim.registered,
        "limit": claim.limits.most,
        "serials": claim.limits.serials,
        "active": claim.is_active,
        "created": claim.created.isoformat() if claim.created else None,
        "certificate": claim.certificate,
    }


async def _revoke(options: RevokeOptions, site: "DeployedSite") -> int:
    from solarrally_tui.chargers.claims.claims import registered_with, revoke

    if not await revoke(options.name, site):
        say(f"{site.name} has no claim {options.name}. See: solarrally chargers claim list")
        return Exit.FAILED
    chargers = await registered_with(options.name, site)
    show(f"Claim {options.name} is revoked: its certificate is deleted.")
    if chargers:
        say(
            "Chargers that registered with it keep their own certificates: "
            f"{enumerated(chargers, 5)}."
        )
    return Exit.OK


async def _expect(options: ExpectOptions, site: "DeployedSite") -> int:
    from solarrally_tui.chargers.claims.claims import expect

    new = await expect(options.serials, site)
    show(f"New and expected: {len(new)}. Known before: {len(options.serials) - len(new)}.")
    return Exit.OK


def _provision(options: ProvisionOptions) -> int:
    import asyncio

    from solarrally_tui.chargers.claims.files import ClaimFiles
    from solarrally_tui.chargers.claims.provisioning import provision

    claim = ClaimFiles.in_folder(options.claim)
    charger = asyncio.run(provision(claim, options.serial, options.to))
    show(fit(f"Charger {charger.name} is registered. Its files are in {options.to}."))
    return Exit.OK
