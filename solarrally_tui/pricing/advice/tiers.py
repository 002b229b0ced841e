"""A site under another tier, with the same chargers."""

from solarrally_tui.site.files import from_answers, to_answers
from solarrally_tui.site.model import Site
from solarrally_tui.site.tier_change import TierChange, change_tier
from solarrally_tui.site.tiers import Tier


def of_tier(site: Site, tier: Tier) -> tuple[Site, TierChange]:
    """Return a site under a tier, with the same chargers, and what of it does not fit."""
    change = change_tier(site.size.model_dump(mode="json"), site.tier, tier)
    answers = to_answers(site) | {"tier": tier.value, "size": dict(change.size)}
    return from_answers(answers), change
