"""The same answers under another tier: what was typed stays, and what does not fit is named."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from solarrally_tui.site.model import Size
from solarrally_tui.site.tiers import Tier, preset

OF_NO_TIER: Final = ("chargers", "interval_seconds")
"""What the operator has, whatever the tier."""
_TOGETHER: Final = (
    ("task_cpu", "task_memory"),
    ("min_tasks", "max_tasks"),
    ("database_storage_gib", "database_max_storage_gib"),
)
"""Answers that only some values of each other allow."""


@dataclass(frozen=True, slots=True)
class TierChange:
    """Sizing answers under another tier. The tier gives what is in neither of the two."""

    tier: Tier
    size: Mapping[str, Any]
    set_aside: Mapping[str, Any]
    """Answers that this tier does not allow; it gives its own instead."""

    @property
    def words(self) -> str:
        """Say what does not fit and what is used in its place; empty where everything fits."""
        given = preset(self.tier)
        return " ".join(
            f"{name} = {value} does not fit {self.tier.value}, which uses {given[name]}."
            for name, value in self.set_aside.items()
        )


def change_tier(size: Mapping[str, Any], old: Tier, new: Tier) -> TierChange:
    """Return sizing answers of a tier as they are under another one.

    Of answers that are whole, as those of a deployed site, what equals the old tier's own was the
    tier's, and the new tier decides it. Values may be text, as typed.
    """
    before = preset(old)
    whole = before.keys() <= size.keys()
    kept = {
        name: value
        for name, value in size.items()
        if name in OF_NO_TIER or not whole or str(value) != str(before.get(name))
    }
    set_aside: dict[str, Any] = {
        name: kept.pop(name)
        for group in _TOGETHER
        if not _fits(group, kept, new)
        for name in group
        if name in kept
    }
    return TierChange(new, kept, set_aside)


def _fits(group: tuple[str, ...], kept: Mapping[str, Any], tier: Tier) -> bool:
    mine = {name: kept[name] for name in group if name in kept}
    try:
        Size.model_validate(preset(tier) | mine)
    except ValidationError:
        return False
    return True
