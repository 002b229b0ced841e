"""Add many chargers at AWS's own limits, whole and killed at random moments: print, judge nothing.

Usage: python -m tests.chargers.bench_onboarding [NUMBER [KILLS [SEED]]]
"""

import os
import random
import resource
import sys
import tempfile
from pathlib import Path

from tests.chargers.intake_setup import A_SECOND, fleet


def main() -> None:
    """Print the time of each run beside the time that the limits allow, and what is wrong."""
    given = [int(argument) for argument in sys.argv[1:]]
    number, kills, seed = (*given, *(1000, 8, 0)[len(given) :])[:3]
    allowed = number / A_SECOND
    moments = random.Random(seed)
    print(
        f"{number} chargers at {A_SECOND} a second: {allowed:.1f} s; load {os.getloadavg()[0]:.1f}"
    )
    for title, stops in (
        ("whole", ()),
        (
            f"{kills} kills",
            [moments.uniform(0.0, allowed / (kills or 1) / 2) for _ in range(kills)],
        ),
    ):
        with tempfile.TemporaryDirectory() as place, fleet(Path(place)) as site:
            names = [f"charger-{index:04}" for index in range(number)]
            result = site.add(names, stops)
            seconds = result["all_seconds"]
            used = resource.getrusage(resource.RUSAGE_CHILDREN)
            print(
                f"{title:10} {seconds:6.1f} s, {seconds / allowed:.2f} of what is allowed; "
                f"{len(result['added'])} added in the last run, {len(result['present'])} before, "
                f"{len(result['failed'])} failed; wrong: {site.faults(names) or 'nothing'}; "
                f"processor of the command {used.ru_utime + used.ru_stime:.0f} s so far; "
                f"load {os.getloadavg()[0]:.1f}"
            )


if __name__ == "__main__":
    main()
