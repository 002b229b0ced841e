"""solarrally estimate [FILE]: price a site, offline."""

import argparse
import os
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from solarrally_tui.commands.shared.terminal import read_site, say, show
from solarrally_tui.pricing.advice.compare import with_preset
from solarrally_tui.pricing.metering.assumptions import DEFAULTS
from solarrally_tui.pricing.money import Money
from solarrally_tui.pricing.quotes.quote import Quote, QuoteOptions, quote
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.site.files import from_answers, to_answers
from solarrally_tui.site.model import Site
from solarrally_tui.site.problems import SiteError
from solarrally_tui.site.tiers import Tier

_NAMELESS: Final = {"name": "solarrally", "alerts": {"email": "nobody@example.com"}}


def run(options: argparse.Namespace) -> int:
    """Price a site file, or the site that the options describe."""
    try:
        wishes = wished(options)
    except ValueError as error:
        say(f"{error}.")
        return Exit.USAGE
    site = described(options)
    if site is None:
        return Exit.INVALID_SITE
    today = date.today().isoformat()  # noqa: DTZ011 a quote carries the reader's date
    show(_renderer(options)(quote(site, today, wishes)).rstrip("\n"))
    return Exit.OK


def wished(options: argparse.Namespace) -> QuoteOptions:
    """Return what was asked for beside the site. Raises ValueError in words for people."""
    pairs = [each.partition("=") for each in options.assume]
    for name, separator, _ in pairs:
        if not separator:
            raise ValueError(f"--assume {name} needs a value, such as --assume viewers=5")
    return QuoteOptions(
        money=Money.given(options.currency, options.rate, options.rate_date),
        assume=DEFAULTS.replaced({name: value for name, _, value in pairs}),
        credits_usd=_credits(options.credits),
        compare=options.compare,
    )


def _credits(text: str | None) -> Decimal | None:
    try:
        amount = Decimal(text) if text else None
    except InvalidOperation:
        amount = Decimal("nan")
    if amount is not None and not (amount.is_finite() and amount > 0):
        raise ValueError(f"{text} is not an amount of USD")
    return amount


def described(options: argparse.Namespace) -> Site | None:
    """Return the file's site, changed by the options, or say what is wrong and return None."""
    site = read_site(options.file) if options.file else None
    if options.file and site is None:
        return None
    try:
        return _changed(site, options) if site else from_answers(_answers(options))
    except SiteError as error:
        say("These options do not describe a site.")
        for problem in error.problems:
            say(f"  {problem}")
        return None


def _answers(options: argparse.Namespace) -> dict[str, Any]:
    region = options.region or os.environ.get("AWS_REGION") or "us-east-1"
    return {
        **_NAMELESS,
        "region": region,
        "tier": options.tier or Tier.SMALL.value,
        "size": _said(options),
    }


def _changed(site: Site, options: argparse.Namespace) -> Site:
    size = site.size.model_dump(mode="json")
    if options.tier and options.tier != site.tier.value:
        size = with_preset(site, Tier(options.tier))
    answers = to_answers(site) | {
        "size": size | _said(options),
        "region": options.region or site.region,
        "tier": options.tier or site.tier.value,
    }
    return from_answers(answers)


def _said(options: argparse.Namespace) -> dict[str, int]:
    said = {"chargers": options.chargers, "interval_seconds": options.interval}
    return {name: value for name, value in said.items() if value is not None}


def _renderer(options: argparse.Namespace) -> Callable[[Quote], str]:
    wanted = "json" if options.json else options.format
    if wanted in {"md", "html"}:
        from solarrally_tui.pricing.quotes.documents import to_html, to_markdown

        return to_html if wanted == "html" else to_markdown
    from solarrally_tui.pricing.quotes.records import to_csv, to_json
    from solarrally_tui.pricing.quotes.text_table import to_table

    return {"json": to_json, "csv": to_csv, "table": to_table}[wanted]
