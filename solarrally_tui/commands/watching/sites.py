"""solarrally sites: every site of the account, in all Regions, or of several accounts."""

import argparse
import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from solarrally_tui.commands.shared.command_parser import CommandParser
from solarrally_tui.commands.shared.options import CommonOptions, add_json, carry_out
from solarrally_tui.commands.shared.terminal import say, say_without_file, show, show_result
from solarrally_tui.provisioning.engine.outcome import Exit

if TYPE_CHECKING:
    from decimal import Decimal

    from solarrally_tui.aws.door import Door
    from solarrally_tui.health.sites import AccountSummary, SiteSummary
    from solarrally_tui.provisioning.teardown.deleted_sites import DeletedSite


@dataclass(frozen=True, slots=True)
class Options(CommonOptions):
    """What sites takes."""

    profiles: list[list[str]]
    json: bool


def add(parser: CommandParser) -> None:
    """Add the command's options."""
    parser.epilog = (
        "exit status: 0 all were read, 12 an account was not, or the stacks or the answers of a "
        "site, 4 credentials."
    )
    parser.add_argument(
        "--profiles",
        type=_names,
        action="append",
        default=[],
        metavar="NAME,NAME",
        help="profiles of the AWS configuration: the sites of all their accounts in one table; "
        "repeatable",
    )
    add_json(parser)
    carry_out(
        parser,
        run,
        Options,
        example="solarrally sites\nsolarrally sites --json\n"
        "solarrally sites --profiles north,south",
    )


def _names(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",")]
    if not all(names):
        msg = f"{text!r} has an empty name between its commas"
        raise argparse.ArgumentTypeError(msg)
    return names


def run(options: Options) -> int:
    """List the sites of this account or of several, by their records in us-east-1. Only reads."""
    from solarrally_tui.commands.shared.door import run_with_door

    if not options.profiles:
        return run_with_door(options, lambda door: _sites(options, door))
    if options.profile or options.credentials:
        say("Name the accounts with --profiles alone, without --profile and --credentials.")
        return Exit.USAGE
    try:
        return asyncio.run(_accounts(options))
    except (KeyboardInterrupt, asyncio.CancelledError):
        say("Stopped. Nothing was changed.")
        return Exit.OUT_OF_SIGHT


async def _sites(options: Options, door: "Door") -> int:
    from solarrally_tui.deployed.record import DEPLOY_FIRST
    from solarrally_tui.health.sites import survey
    from solarrally_tui.text.table import columns

    found = await survey(door)
    gone, unknown = await _deleted(door)
    status = _status(found)
    if options.json:
        result = {
            "sites": [_as_json(one) for one in found],
            "deleted": None if unknown else [_deleted_as_json(one) for one in gone],
        }
        return show_result(result, status)
    if found:
        show("\n".join(columns([_HEADS, *map(_cells, found)])))
        _say_why(found)
    else:
        say("The account has no sites.", DEPLOY_FIRST)
    if gone:
        say("Data of deleted sites stays, and costs:")
    for one in gone:
        say(f"{one.name}: {one.words}.")
        say(f"To delete it: solarrally destroy {one.name} --delete-data {one.name}")
    if unknown:
        say(f"What stays of deleted sites is not known. {unknown}")
    return status


async def _deleted(door: "Door") -> "tuple[tuple[DeletedSite, ...], str]":
    """Return what stays of deleted sites, and why that is not known where it is not."""
    from solarrally_tui.aws.errors import AwsError
    from solarrally_tui.provisioning.teardown.deleted_sites import deleted_sites

    try:
        return await deleted_sites(door), ""
    except AwsError as error:
        return (), error.plain.what


def _deleted_as_json(one: "DeletedSite") -> dict[str, Any]:
    cost = one.monthly_usd
    return {
        "name": one.name,
        "region": one.region,
        "monthly_cost_usd": None if cost is None else f"{cost:.2f}",
        "kept": [{"what": kept.what, "id": kept.identifier} for kept in one.kept],
    }


def _say_why(found: "Sequence[SiteSummary]") -> None:
    """Say below the table what its states stand for, where a site is not simply deployed."""
    for one in found:
        if not one.is_well:
            price = "" if one.there is None else " The price is that of what exists."
            say(f"{one.name}: {one.line}{price}")
    say_without_file(*(one.line for one in found))


async def _accounts(options: Options) -> int:
    from solarrally_tui.health.sites import survey_profiles
    from solarrally_tui.text.table import columns, fit

    profiles = tuple(dict.fromkeys(name for names in options.profiles for name in names))
    accounts = await survey_profiles(profiles, read_only=options.read_only)
    status = _status_of_accounts(accounts)
    if options.json:
        result = {
            "sites": [
                {"profile": account.profile, "account": account.account} | _as_json(one)
                for account in accounts
                for one in account.sites
            ],
            "accounts": [_account_as_json(account) for account in accounts],
        }
        return show_result(result, status)
    rows = [
        (account.profile, account.account, *_cells(one))
        for account in accounts
        for one in account.sites
    ]
    if rows:
        show("\n".join(columns([("Profile", "Account", *_HEADS), *rows])))
    _say_why([one for account in accounts for one in account.sites])
    for account in accounts:
        if line := _line(account):
            say(fit(line))
    return status


def _line(account: "AccountSummary") -> str:
    """Return what the table does not show of an account; empty where it shows all."""
    if account.error:
        plain = account.error.plain
        words = " ".join(filter(None, (plain.what, plain.why, plain.next)))
        return f"{account.profile}: not read. {words}"
    if account.same_as:
        return (
            f"{account.profile}: leads to the account {account.account}, as {account.same_as} does."
        )
    return (
        "" if account.sites else f"{account.profile}: the account {account.account} has no sites."
    )


def _account_as_json(account: "AccountSummary") -> dict[str, Any]:
    plain = account.error.plain if account.error else None
    return {
        "profile": account.profile,
        "account": account.account or None,
        "same_as": account.same_as or None,
        "error": {"what": plain.what, "why": plain.why, "next": plain.next} if plain else None,
    }


def _status(found: "Sequence[SiteSummary]") -> Exit:
    return Exit.OK if all(one.site and one.is_seen for one in found) else Exit.UNKNOWN


def _status_of_accounts(accounts: "Sequence[AccountSummary]") -> int:
    from solarrally_tui.commands.shared.failures import described

    errors = [account.error for account in accounts if account.error]
    if errors and len(errors) == len(accounts):
        return described(errors[0])[1]
    return Exit.UNKNOWN if errors else _status([o for each in accounts for o in each.sites])


_HEADS = ("Site", "Region", "Tier", "State", "Version", "USD a month")


def _cells(one: "SiteSummary") -> tuple[str, ...]:
    cost = _cost(one)
    state = one.words if one.is_seen else one.state.word
    return (
        one.name,
        one.region,
        one.tier,
        one.state.line(state),
        one.version or "unknown",
        "unknown" if cost is None else f"{cost:,.0f}",
    )


def _as_json(one: "SiteSummary") -> dict[str, Any]:
    cost = _cost(one)
    return {
        "name": one.name,
        "region": one.region,
        "tier": one.tier,
        "state": one.state.value,
        "detail": one.line,
        "version": one.version,
        "monthly_cost_usd": None if cost is None else f"{cost:.2f}",
    }


def _cost(one: "SiteSummary") -> "Decimal | None":
    from solarrally_tui.pricing.estimate import estimate
    from solarrally_tui.pricing.unused import monthly_of

    return monthly_of(estimate(one.site), one.there) if one.site else None
