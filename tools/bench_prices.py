"""Measure what the price book and the estimate take: print figures and their limits, judge nothing.

Usage: python tools/bench_prices.py
"""

import gc
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Final

from solarrally_tui.pricing.estimate import estimate
from solarrally_tui.pricing.price_book import store
from solarrally_tui.pricing.price_book.book import from_data
from solarrally_tui.site.files import from_answers
from solarrally_tui.site.model import Site
from solarrally_tui.site.tiers import Tier

_KEYSTROKES: Final = 400
_LOADS: Final = 50
_STARTS: Final = 7


def site(tier: Tier, chargers: int) -> Site:
    """Return a site of a tier with its presets and a number of chargers."""
    alerts = {"email": "ops@example.com"}
    answers = {"name": "bench", "region": "us-east-1", "tier": tier.value, "alerts": alerts}
    return from_answers(answers | {"size": {"chargers": chargers}})


def keystroke(chargers: int) -> Callable[[], None]:
    """Return what a keystroke on the size screen does: three sites, three estimates."""

    def price() -> None:
        for tier in Tier:
            estimate(site(tier, chargers))

    return price


def load() -> None:
    """Read the book from disk, as the first estimate does."""
    from_data(store.current_data())


def start() -> None:
    """Run the command in a process of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    subprocess.run(
        [sys.executable, "-m", "solarrally_tui.cli", "estimate"],
        check=True,
        capture_output=True,
        env=kept,
    )


def measured(actions: list[Callable[[], None]]) -> tuple[list[float], list[float]]:
    """Return milliseconds on the clock, and of the processor for us alone, both sorted."""
    clock, own = [], []
    gc.collect()
    gc.freeze()
    for action in actions:
        begun, used = time.perf_counter(), _used()
        action()
        clock.append(1000 * (time.perf_counter() - begun))
        own.append(1000 * (_used() - used))
    return sorted(clock), sorted(own)


def _used() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def tell(name: str, limit: float, actions: list[Callable[[], None]]) -> None:
    """Print median and 99th percentile, on the clock and of the processor, beside the limit.

    On a busy machine the clock counts other programs too; the processor's time does not.
    """
    clock, own = measured(actions)
    print(f"{name}, {len(actions)} times, limit {limit:.0f} ms")
    for what, taken in (("clock", clock), ("processor", own)):
        median, high = _at(taken, 50), _at(taken, 99)
        print(
            f"  {what:<10} median {median:8.2f} ms   p99 {high:8.2f} ms   {high / limit:5.0%} of "
            "the limit"
        )


def _at(taken: list[float], percent: int) -> float:
    return taken[min(len(taken) - 1, len(taken) * percent // 100)]


def main() -> None:
    """Measure with warm caches, as after the first keystroke; the command starts cold."""
    keystroke(1)()
    tell("re-pricing all tiers", 5, [keystroke(count % 400 + 1) for count in range(_KEYSTROKES)])
    tell("loading the price book", 30, [load] * _LOADS)
    tell("solarrally estimate, cold", 1000, [start] * _STARTS)
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, Python {sys.version[:6]}")


if __name__ == "__main__":
    main()
