"""Quotes to look at: one with everything that a quote can have, and a plain one."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from solarrally_tui.pricing.quotes.paper.content import Content, content
from solarrally_tui.pricing.quotes.paper.ordered import ordered
from solarrally_tui.pricing.quotes.paper.quote_toml import load, loads
from solarrally_tui.site.files import from_answers
from solarrally_tui.site.model import Site

DAY = date(2026, 11, 22)
EXAMPLE = Path(__file__).parents[3] / "examples" / "quote.toml"
HOSTILE = (
    "<script>alert(1)</script>",
    "</h1></title></svg><img src=x onerror=alert(1)>",
    "[here](http://evil.example) ![x](http://evil.example/x.png)",
    "https://evil.example www.evil.example me@evil.example",
    "| a | b |\n| --- | --- |\n# head\n> quote\n- list",
    "`code` **bold** _it_ ~~gone~~ \\",
    "{{ 7 * 7 }}{% for x in q %}{{ x }}{% endfor %} {page} {0} {",
    '#panic("x") $x$ <label> @ref #image("/etc/passwd")',
    "$(rm -rf ~); '\" && `id`",
    "a\x1b[31m\x00\u202eb\u2028c\u2066",
    "&lt;b&gt; &amp; \U0001f600 \u05d0\u05d1",
    "=HYPERLINK(1)",
    "+1+1|cmd' /C calc'!A0",
    "@SUM(1)",
)


def site_of(tier: str = "small", region: str = "us-east-1", **more: Any) -> Site:
    answers = {"name": "barn", "region": region, "tier": tier, "alerts": {"email": "a@example.com"}}
    return from_answers(answers | more)


@cache
def full(language: str = "de-DE") -> Content:
    """Return a quote with a logo, items, a discount, tax and a currency."""
    answers = load(EXAMPLE).model_copy(update={"language": language})
    return content(ordered(answers, site_of("medium", "eu-central-1"), DAY))


@cache
def plain(text: str = 'customer = { name = "Sun" }', **size: int) -> Content:
    """Return a quote of a small site, from the text of a quote file."""
    return content(ordered(loads(text), site_of(size=size), DAY))
