"""Draw docs/screens/quote-page*.png: the page to sign, in two languages and two currencies.

Usage: python tools/make_quote_pages.py
"""

from datetime import date
from pathlib import Path
from typing import Final

from solarrally_tui.pricing.quotes.paper.content import content
from solarrally_tui.pricing.quotes.paper.ordered import ordered
from solarrally_tui.pricing.quotes.paper.page import page
from solarrally_tui.pricing.quotes.paper.pdf_page import typeset
from solarrally_tui.pricing.quotes.paper.quote_toml import load, loads
from solarrally_tui.site.files import from_answers

ROOT: Final = Path(__file__).parents[1]
_DAY: Final = date(2026, 11, 22)
_ALERTS: Final = {"email": "ops@example.com"}
_ENGLISH: Final = """
number = "Q-2026-118"
language = "en-US"
paper = "letter"
[customer]
name = "Harbour Motors Ltd"
address = ["12 Harbour Street", "Boston, MA 02110"]
[seller]
name = "Bright Grid Inc."
address = ["1 Ring Road", "New York, NY 10001"]
email = "quotes@brightgrid.example"
[[items]]
name = "Set-up and commissioning"
amount = 1200
every = "once"
[[items]]
name = "Support and updates"
amount = 95
"""


def main() -> None:
    """Write both pictures."""
    german = load(ROOT / "examples" / "quote.toml")
    for name, answers, tier, region in (
        ("quote-page", german, "medium", "eu-central-1"),
        ("quote-page-en", loads(_ENGLISH), "small", "us-east-1"),
    ):
        site = {"name": "garage", "region": region, "tier": tier, "alerts": _ALERTS}
        shown = page(content(ordered(answers, from_answers(site), _DAY)))
        path = ROOT / "docs" / "screens" / f"{name}.png"
        path.write_bytes(typeset(shown, _DAY, "png")[0])
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
