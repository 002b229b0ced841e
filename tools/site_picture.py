"""Draw docs/site.svg: the picture of a small site, as a quote shows it.

Usage: python tools/site_picture.py
"""

from datetime import date
from pathlib import Path
from typing import Final

from solarrally_tui.pricing.quotes.paper.content import content
from solarrally_tui.pricing.quotes.paper.ordered import ordered
from solarrally_tui.pricing.quotes.paper.page import page
from solarrally_tui.pricing.quotes.paper.quote_toml import loads
from solarrally_tui.site.files import load

ROOT: Final = Path(__file__).parents[1]
TARGET: Final = ROOT / "docs" / "site.svg"


def picture() -> str:
    """Return the picture of the site in examples/small.toml, with the prices of the price book."""
    site = load(ROOT / "examples" / "small.toml")
    day = date(2026, 11, 22)  # of no influence on the picture
    drawn = page(content(ordered(loads('customer = { name = "README" }'), site, day))).picture
    # A page of its own may be shown on a dark background.
    begin, _, rest = drawn.partition(">")
    return f'{begin} style="background:#ffffff">{rest}\n'


def main() -> None:
    """Write the picture."""
    TARGET.write_text(picture(), encoding="utf-8")


if __name__ == "__main__":
    main()
