"""Where telemetry stops, judged from what was seen at each place. Without AWS."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solarrally_tui.deployed.dashboard.live_frames import Frame, LiveFrames
from solarrally_tui.deployed.fleet_index import Fleet
from solarrally_tui.deployed.probe_reports import HubReport, ProbeReport, Rejection, a_minute
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.probes.telemetry import judge
from solarrally_tui.health.telemetry import Flow, Place, Telemetry, as_object

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
THREE = Fleet(3, 3)
NOTHING = LiveFrames(25.0)


def frames(age: float = 1.0) -> LiveFrames:
    sent = NOW - timedelta(seconds=age)
    return LiveFrames(2.0, {"a": Frame("a", NOW, sent, 3700.0, "charging")}, {"a": 1})


def task(**changed: Any) -> ProbeReport:
    """A task in which all is well, except for what is changed."""
    known: dict[str, Any] = {
        "task": "t1",
        "time": NOW - timedelta(seconds=20),
        "database": True,
        "linked": True,
        "received": 18,
        "rejected": 0,
        "shown": 18,
        "chargers": 3,
        "power_w": 11_100.0,
        "solar_w": 3_700.0,
        "a_minute": 18,
        "bridge_age": 1.0,
        "live_age": 1.0,
    }
    return ProbeReport(**{**known, **changed})


def seen(**changed: Any) -> Telemetry:
    known: dict[str, Any] = {"fleet": THREE, "tasks": (task(),), "frames": frames()}
    return Telemetry(NOW, 10, **{**known, **changed})


CUT = task(linked=False, received=0, shown=0, bridge_age=80.0, live_age=80.0)
STUCK = task(shown=0, live_age=80.0)
REJECTING = task(
    shown=0, rejected=18, live_age=80.0, rejections=(Rejection("a", 18, "power_w: missing"),)
)
UNHEARD = task(time=NOW - timedelta(seconds=1), received=0, shown=0, bridge_age=None, live_age=None)
QUIET = task(received=0, shown=0, bridge_age=80.0, live_age=80.0)
STATES: Mapping[str, tuple[Telemetry, Severity, Place | None, str]] = {
    "well": (seen(), Severity.OK, None, "The page got"),
    "nobody registered": (seen(fleet=Fleet(0, 0)), Severity.OK, None, "No charger is registered"),
    "nobody connected": (
        seen(fleet=Fleet(3, 0, {"CONNECTION_LOST": 3}), frames=LiveFrames(0)),
        Severity.WARN,
        None,
        "none is connected",
    ),
    "nobody sent yet": (
        seen(fleet=Fleet(3, 0, {"CLIENT_INITIATED_DISCONNECT": 1}, proved=1), frames=LiveFrames(0)),
        Severity.OK,
        None,
        "Waiting for their first own messages",
    ),
    "one sent and is gone": (
        seen(fleet=Fleet(3, 0, {"CONNECTION_LOST": 1}), frames=LiveFrames(0)),
        Severity.WARN,
        None,
        "none is connected",
    ),
    "link cut": (
        seen(tasks=(CUT,), frames=NOTHING),
        Severity.FAIL,
        Place.BRIDGE,
        "between AWS IoT and the bridge",
    ),
    "backend stuck": (
        seen(tasks=(STUCK,), frames=NOTHING),
        Severity.FAIL,
        Place.BACKEND,
        "between the bridge and the backend",
    ),
    "all rejected": (
        seen(tasks=(REJECTING,), frames=NOTHING),
        Severity.FAIL,
        Place.BACKEND,
        "a, 18 in a minute: power_w: missing",
    ),
    "some rejected": (
        seen(tasks=(replace(REJECTING, shown=9, live_age=1.0, rejected=9),)),
        Severity.WARN,
        None,
        "The application rejects messages",
    ),
    "nothing published": (
        seen(tasks=(QUIET,), frames=NOTHING, published=0),
        Severity.FAIL,
        Place.IOT,
        "between the chargers and AWS IoT",
    ),
    "published and lost": (
        seen(tasks=(QUIET,), frames=NOTHING, published=90),
        Severity.FAIL,
        Place.BRIDGE,
        "between AWS IoT and the bridge",
    ),
    "not counted yet": (
        seen(tasks=(QUIET,), frames=NOTHING),
        Severity.FAIL,
        Place.BRIDGE,
        "between the chargers and the bridge",
    ),
    "lost before the page": (
        seen(frames=NOTHING),
        Severity.FAIL,
        Place.PAGE,
        "between the backend and the page",
    ),
    "one of two tasks": (
        seen(tasks=(task(), replace(CUT, task="t2"))),
        Severity.WARN,
        Place.BRIDGE,
        "1 of 2 tasks get no telemetry",
    ),
    "one silent": (
        seen(tasks=(task(silent=("b",), silent_count=1),)),
        Severity.WARN,
        None,
        "1 charger is connected and silent: b",
    ),
    "silent at the report, heard since": (
        seen(tasks=(task(silent=("a",), silent_count=1),)),
        Severity.OK,
        None,
        "The page got",
    ),
    "two silent at the report, one heard since": (
        seen(tasks=(task(silent=("a", "b"), silent_count=2),)),
        Severity.WARN,
        None,
        "1 charger is connected and silent: b",
    ),
    "quiet at the report, heard since": (
        seen(tasks=(QUIET,)),
        Severity.OK,
        None,
        "The page got",
    ),
    "one of two quiet at the report": (
        seen(tasks=(task(), replace(QUIET, task="t2"))),
        Severity.WARN,
        Place.BRIDGE,
        "1 of 2 tasks get no telemetry",
    ),
    "late or wrong clock": (seen(frames=frames(4000)), Severity.WARN, None, "4000 s ago"),
    "password not readable": (seen(frames=None), Severity.OK, None, "The page got"),
    "password not readable, cut": (
        seen(frames=None, tasks=(CUT,)),
        Severity.FAIL,
        Place.BRIDGE,
        "between AWS IoT and the bridge",
    ),
    "a charger came after the report of the probe": (
        seen(frames=None, tasks=(UNHEARD,), published=4),
        Severity.UNKNOWN,
        None,
        "is not known",
    ),
    "a charger came after the report, seen at the page": (
        seen(tasks=(UNHEARD,), published=4),
        Severity.OK,
        None,
        "The page got",
    ),
    "never heard of, and not at the page": (
        seen(frames=NOTHING, tasks=(UNHEARD,), published=4),
        Severity.FAIL,
        Place.BRIDGE,
        "between AWS IoT and the bridge",
    ),
    "no probe, no message": (seen(tasks=(), frames=NOTHING), Severity.FAIL, None, "no message"),
    "nothing to see": (
        seen(fleet=None, tasks=None, frames=None, unseen=("The page could not be read.",)),
        Severity.UNKNOWN,
        None,
        "The page could not be read.",
    ),
}


@pytest.mark.parametrize("name", sorted(STATES))
def test_a_state_has_its_verdict_and_its_place(name: str) -> None:
    telemetry, severity, place, words = STATES[name]
    verdict = judge(telemetry)
    assert verdict.severity is severity, verdict.line
    assert telemetry.stops_at is place
    assert words in verdict.line
    told = as_object(telemetry)
    assert told["stops_at"] == (place.value if place else None)
    assert told["flow"] == telemetry.flow.value


def test_figures_say_what_each_place_counted() -> None:
    telemetry, *_ = STATES["published and lost"]
    line = judge(replace(telemetry, rule_errors=2)).line
    assert "AWS IoT accepted 90" in line
    assert "2 rule actions failed" in line
    assert "the bridge delivered 0, the backend rejected 0 and showed 0" in line
    assert "the page got 0 in 25 s" in line


def test_a_display_gets_its_figures() -> None:
    telemetry = seen()
    assert telemetry.power_kw == 11.1
    # One charger's message is not the power of three.
    assert seen(tasks=()).power_kw is None
    assert seen(tasks=(), fleet=Fleet(1, 1)).power_kw == 3.7
    assert telemetry.messages_a_minute == 18
    assert telemetry.solar_percent == pytest.approx(100 / 3)
    # Of nobody's power there is no share, and an older probe reports none.
    assert seen(tasks=(task(power_w=0.0, solar_w=0.0),)).solar_percent is None
    assert seen(tasks=(task(solar_w=None),)).solar_percent is None
    assert telemetry.newest_age == 0.0
    # Where nobody listened, the freshest task's own figure counts, with the age of its report.
    assert seen(frames=None).newest_age == 21.0


@pytest.mark.parametrize(
    ("counted", "minute"),
    [
        ([(6, 10.0)], 36),
        ([(6, 10.0), (36, 60.0)], 36),
        ([(30, 60.0), (36, 60.1)], 36),
        ([(1, 3.0), (2, 3.0)] * 20, 30),
        ([(0, 0.0)], 0),
    ],
)
def test_messages_a_minute_are_counted_over_a_minute_of_reports(
    counted: list[tuple[int, float]], minute: int
) -> None:
    told = [task(received=received, seconds=seconds) for received, seconds in counted]
    assert a_minute(told) == minute


reports = st.builds(
    task,
    linked=st.booleans(),
    received=st.integers(0, 60),
    shown=st.integers(0, 60),
    bridge_age=st.none() | st.floats(0, 500),
    live_age=st.none() | st.floats(0, 500),
)


@given(
    st.none() | st.tuples(st.integers(0, 5), st.integers(0, 5)),
    st.none() | st.lists(reports, max_size=3),
    st.none() | st.just(NOTHING) | st.just(frames()),
    st.none() | st.integers(0, 9),
)
def test_green_means_that_a_message_was_seen_in_time(
    counts: tuple[int, int] | None,
    tasks: list[ProbeReport] | None,
    page: LiveFrames | None,
    published: int | None,
) -> None:
    away = {"CONNECTION_LOST": max(counts) - counts[1]} if counts else {}
    fleet = Fleet(max(counts), counts[1], away) if counts else None
    telemetry = Telemetry(
        NOW, 10, fleet, tuple(tasks) if tasks is not None else None, page, published
    )
    if judge(telemetry).severity is not Severity.OK:
        return
    if telemetry.flow is Flow.NO_CHARGERS:
        assert fleet
        assert fleet.registered == 0
        return
    ages = [one.live_age for one in tasks or () if one.live_age is not None]
    assert (page and page.total) or (ages and min(ages) <= telemetry.allowed)
    assert all(one.linked for one in tasks or ())


HUB_STATES = {
    "the task cannot reach it": (
        HubReport(False, 2, 0),
        False,
        90.0,
        "between the hub and the bridge",
    ),
    "its certificate is inactive": (
        HubReport(True, 2, 0),
        False,
        90.0,
        "between AWS IoT and the hub",
    ),
    "it gets nothing": (HubReport(True, 2, 2, 90.0), True, 90.0, "between AWS IoT and the hub"),
    "it passes nothing on": (
        HubReport(True, 2, 2, 1.0),
        True,
        90.0,
        "between the hub and the bridge",
    ),
}


@pytest.mark.parametrize("state", HUB_STATES)
def test_a_hub_is_a_place_of_its_own(state: str) -> None:
    hub, linked, age, where = HUB_STATES[state]
    one = task(hub=hub, linked=linked, bridge_age=age, live_age=age)
    found = seen(tasks=(one,), frames=None, published=50)
    assert found.where == where
    assert found.flow is Flow.STOPPED
    assert judge(found).severity is Severity.FAIL
