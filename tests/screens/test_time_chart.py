"""The steps of a run as a chart of their times."""

from collections.abc import Callable

import pytest

from solarrally_tui.provisioning.deployment.progress.durations import usual
from solarrally_tui.provisioning.deployment.progress.forecast import forecast
from solarrally_tui.provisioning.deployment.step_graph import DEPLOYMENT, PLANNED
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.graph import Graph, Step
from solarrally_tui.screens.provision.page import divided
from solarrally_tui.screens.provision.time_chart import Span, longest_way, rows_of, time_chart
from solarrally_tui.wizard.run_outlook import as_shown
from solarrally_tui.wizard.run_progress import Prospects, RunProgress
from tests.provisioning.engine_setup import site_named

START = 1767348000.0
USUAL = usual(site_named("sunny-garage"), {})
_WORKS = {"data": "Database", "distribution": "Distribution"}
"""What AWS reports first of two steps that take long."""


def run_after(seconds: float, *, forecasts: bool = True) -> RunProgress:
    """Return a deployment that went as it usually does, so many seconds after it began."""
    run = RunProgress(PLANNED, site="sunny-garage", clock=lambda: START)
    for id_, (begins, ends) in forecast(USUAL, {}, DEPLOYMENT).ahead.items():
        view = run.steps[id_]
        if begins < seconds:
            view.started, view.state = START + begins, State.RUNNING
        if ends < seconds:
            view.ended, view.state = START + ends, State.DONE
        elif id_ in _WORKS and begins < seconds:
            view.parts[_WORKS[id_]] = State.RUNNING
    run.clock = lambda: START + seconds
    run.prospects = Prospects(USUAL) if forecasts else Prospects()
    return run


def lines_of(run: RunProgress, columns: int = 166) -> list[str]:
    return time_chart(run, as_shown(run), columns).plain.splitlines()


@pytest.mark.parametrize("seconds", [0.5, 5, 400, 900])
@pytest.mark.parametrize("columns", [110, 166, 176])
def test_every_step_has_a_row_within_the_width(seconds: float, columns: int) -> None:
    run = run_after(seconds)
    lines = lines_of(run, columns)
    assert len(lines) == rows_of(run)
    assert max(map(len, lines)) <= columns
    assert all(view.title in line for view, line in zip(run.steps.values(), lines, strict=False))
    assert "now" in lines[-1]


def test_bars_are_full_until_now_and_dotted_after_it() -> None:
    lines = lines_of(run_after(400))
    now = lines[-1].index("now") + 1
    (database,) = (line for line in lines if "Database" in line)
    assert "█" in database[:now]
    assert set(database[now + 1 :].strip()) == {"░"}
    (page,) = (line for line in lines if "Web address" in line)
    assert page[now - 1 : now + 2].strip() == "│"
    assert set(page[now + 2 :].strip()) == {"·"}


def test_what_ends_last_and_what_it_waited_for_is_the_longest_way() -> None:
    a, b, c = Step("a"), Step("b"), Step("c", frozenset({"a", "b"}))
    graph = Graph((a, b, c, Step("d", needs_accepted=frozenset({"c"}))))
    found = {"a": Span(0, 9), "b": Span(0, 5), "c": Span(9, 12), "d": Span(10, 11)}
    assert longest_way(found, graph) == {"a", "c"}
    assert longest_way(found | {"d": Span(10, 20)}, graph) == {"a", "c", "d"}
    assert longest_way({}, graph) == frozenset()


def test_a_run_of_which_nothing_is_forecast_shows_what_it_did() -> None:
    lines = lines_of(run_after(400, forecasts=False))
    assert not any(set("█░·") & set(line) for line in lines)
    assert "longest way" not in lines[-1]
    assert sum("━" in line for line in lines) == sum(line[0] in "✓●" for line in lines)


def test_the_chart_takes_the_place_of_the_list_only_where_each_step_has_a_row() -> None:
    rows = rows_of(run_after(0))
    assert divided(46, 166, 28, chart=rows).charts
    assert divided(46, 166, 28, chart=rows).picture == 16
    assert not divided(46, 100, 28, chart=rows).charts
    assert not divided(30, 166, 28, chart=rows).charts
    assert not divided(46, 166, 28).charts


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
def test_provision_of_all_steps(shown: Callable[..., bool], size: tuple[int, int]) -> None:
    assert shown("provision", size, run=run_after(400))
