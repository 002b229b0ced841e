"""The parts of a site by the names that they have on every screen, in place of stacks. Pure."""

import re

from solarrally_tui.blueprints import CATALOGUE
from solarrally_tui.site.names import stack_name


def in_parts(text: str, site: str) -> str:
    """Return a text with the titles of a site's parts where it names their stacks."""
    titles = {stack_name(site, item.id): item.title for item in CATALOGUE}
    named = rf"(?:\bThe stack )?\b({'|'.join(map(re.escape, titles))})\b(?![-/])"
    return re.sub(named, lambda found: titles[found[1]], text)
