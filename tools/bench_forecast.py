"""Measure how well a deployment's time left is forecast: print, judge nothing.

Usage: python tools/bench_forecast.py

Deployments are simulated on their graph alone, with durations that differ from what is documented
by up to a half, each step on its own or all alike, by seed. After two minutes the time left that
the wizard shows is compared with the true one. Once with nothing measured before, once after five
deployments in the same account, whose durations then differ by a tenth.
"""

import random
import statistics
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from solarrally_tui.provisioning.deployment.progress.durations import Measured, usual, usual_changes
from solarrally_tui.provisioning.deployment.progress.forecast import USUAL
from solarrally_tui.provisioning.deployment.step_graph import DEPLOYMENT, PLANNED
from solarrally_tui.provisioning.engine.events import Event, State
from solarrally_tui.provisioning.engine.narrator import STACK_TYPE, iso
from solarrally_tui.site.files import from_answers
from solarrally_tui.site.model import Site
from solarrally_tui.wizard.run_outlook import outlook
from solarrally_tui.wizard.run_progress import Prospects, RunProgress

_AFTER: Final = 120.0
_SEEDS: Final = range(200)
_ACCEPTED: Final = {"balancer": 10.0, "distribution": 20.0}


def site() -> Site:
    """Return a small site."""
    alerts = {"email": "ops@example.com"}
    return from_answers({"name": "bench", "region": "us-east-1", "tier": "small", "alerts": alerts})


def timeline(seconds: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    """Return when each step of a deployment begins and ends."""
    spans: dict[str, tuple[float, float]] = {}
    for step in DEPLOYMENT.steps:
        met = [spans[need][1] for need in step.needs]
        for need in step.needs_accepted:
            began, ended = spans[need]
            met.append(min(ended, began + _ACCEPTED.get(need, USUAL)))
        start = max(met, default=0.0)
        spans[step.id] = start, start + seconds[step.id]
    return spans


def error_after(
    moment: float, true: Mapping[str, float], measured: Mapping[str, Measured]
) -> float:
    """Return the time left shown at a moment over the true one, less 1."""
    spans, start = timeline(true), 1767348000.0
    run = RunProgress(PLANNED, clock=lambda: start)
    run.prospects = Prospects(usual(site(), measured), usual_changes(measured))
    for step, (began, ended) in spans.items():
        for at, state, verb in (
            (began, State.RUNNING, "CREATE_IN_PROGRESS"),
            (ended, State.DONE, ""),
        ):
            if at <= moment:
                time = iso(datetime.fromtimestamp(start + at, UTC))
                run.take(Event(time, "bench", step, state))
                if verb and step in true:
                    run.take(Event(time, "bench", step, state, step, step, STACK_TYPE, verb))
    run.clock = lambda: start + moment
    left = outlook(run).seconds_left or 0.0
    return left / (max(ended for _, ended in spans.values()) - moment) - 1


def perturbed(seed: int, *, alike: bool) -> dict[str, float]:
    """Return durations that differ from the documented ones by up to a half."""
    dice = random.Random(seed)  # noqa: S311 a seed, not a secret
    factor = dice.uniform(0.5, 1.5)
    usually = usual(site(), {})
    return {
        step: seconds * (factor if alike else dice.uniform(0.5, 1.5))
        for step, seconds in usually.items()
    }


def learnt(seed: int, true: Mapping[str, float]) -> dict[str, Measured]:
    """Return what five deployments have shown of an account whose durations are these."""
    dice = random.Random(seed)  # noqa: S311
    runs = [{step: s * dice.uniform(0.9, 1.1) for step, s in true.items()} for _ in range(5)]
    return {step: Measured(statistics.median(run[step] for run in runs), 5) for step in true}


def errors(*, alike: bool, known: bool) -> list[float]:
    """Return by how much the time left after two minutes is wrong, in many deployments."""
    found = []
    for seed in _SEEDS:
        account = perturbed(seed, alike=alike)
        dice = random.Random(-seed)  # noqa: S311
        true = {step: s * dice.uniform(0.9, 1.1) for step, s in account.items()}
        found.append(abs(error_after(_AFTER, true, learnt(seed, account) if known else {})))
    return found


def main() -> None:
    """Print the figures."""
    print(f"time left shown after {_AFTER:.0f} s against the true one, {len(_SEEDS)} deployments")
    for alike, how in ((True, "all steps alike"), (False, "each step on its own")):
        for known, when in ((False, "nothing measured before"), (True, "after five deployments")):
            found = sorted(errors(alike=alike, known=known))
            within = sum(error <= 0.2 for error in found) / len(found)
            print(
                f"{how:<21} {when:<24} median {statistics.median(found):4.0%}  "
                f"9 of 10 within {found[int(len(found) * 0.9)]:4.0%}  worst {found[-1]:4.0%}  "
                f"within 20 %: {within:4.0%}"
            )


if __name__ == "__main__":
    main()
