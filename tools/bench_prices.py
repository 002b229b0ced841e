"""Measure what the price book, re-pricing and the curve take, as ratios: print, judge nothing.

Usage: python tools/bench_prices.py

Everything is measured in turns within one run, so that a busy machine is equally unfair to all.
"""

import gc
import itertools
import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Final

from solarrally_tui.pricing.advice.curve import curve
from solarrally_tui.pricing.estimate import estimate
from solarrally_tui.pricing.price_book import store
from solarrally_tui.pricing.price_book.book import from_data
from solarrally_tui.site.files import from_answers
from solarrally_tui.site.model import Site
from solarrally_tui.site.tiers import Tier

_TURNS: Final = 60
_CHARGERS: Final = itertools.cycle(range(1, 401))
_LIMITS: Final = (("re-pricing", "loading", 1), ("curve", "re-pricing", 15))
"""What may take how many times as long as what."""


def site(tier: Tier, chargers: int) -> Site:
    """Return a site of a tier with its presets and a number of chargers."""
    alerts = {"email": "ops@example.com"}
    answers = {"name": "bench", "region": "us-east-1", "tier": tier.value, "alerts": alerts}
    return from_answers(answers | {"size": {"chargers": chargers}})


def keystroke() -> None:
    """Do what a keystroke on the size screen does: three sites, three estimates."""
    chargers = next(_CHARGERS)
    for tier in Tier:
        estimate(site(tier, chargers))


def load() -> None:
    """Read the book from disk, as the first estimate does."""
    from_data(store.current_data())


def points() -> None:
    """Price fifty numbers of chargers in every tier and in the cheapest variant."""
    chargers = next(_CHARGERS)
    curve(site(Tier.SMALL, chargers), counts=range(10, 501, 10))


_ACTIONS: Final[dict[str, Callable[[], None]]] = {
    "loading": load,
    "re-pricing": keystroke,
    "curve": points,
}


def measured() -> dict[str, list[tuple[float, float]]]:
    """Return milliseconds on the clock and of the processor, for each action in turns."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in _ACTIONS}
    gc.collect()
    gc.freeze()
    for _ in range(_TURNS):
        for name, action in _ACTIONS.items():
            begun, used = time.perf_counter(), time.process_time()
            action()
            clock, own = time.perf_counter() - begun, time.process_time() - used
            taken[name].append((1000 * clock, 1000 * own))
    return taken


def main() -> None:
    """Measure with warm caches, as after the first keystroke."""
    for action in _ACTIONS.values():
        action()
    taken = measured()
    print(f"prices, medians of {_TURNS} in turns")
    for index, what in enumerate(("clock", "processor")):
        median = {
            name: statistics.median(one[index] for one in all_) for name, all_ in taken.items()
        }
        times = "   ".join(f"{name} {value:6.2f} ms" for name, value in median.items())
        print(f"  {what:<10} {times}")
        for name, beside, limit in _LIMITS:
            ratio = median[name] / median[beside]
            print(f"    {name} / {beside}: {ratio:.2f}, limit {limit}, {ratio / limit:4.0%} of it")
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, Python {sys.version[:6]}")


if __name__ == "__main__":
    main()
