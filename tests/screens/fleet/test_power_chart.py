"""The chart of a charger's power has both axes; that of all leaves room for each."""

from datetime import timedelta

from solarrally_tui.chargers.fleet.power_course import PowerCourse, step_at
from solarrally_tui.chargers.fleet.sight import Sight
from solarrally_tui.deployed.dashboard.live_frames import Frame
from solarrally_tui.screens.fleet.power_chart import board, chart, chart_of
from tests.screens.scripted.fleets import NOON, ScriptedFleets, charger


def test_a_chart_says_since_when_how_much_and_until_when() -> None:
    course = PowerCourse()
    for step in range(240):
        course.note(step_at(NOON) + step, 3700.0 if step < 120 else 7400.0)
    title, *bars, time = chart(course, 60, 6).plain.splitlines()
    assert title == "Power since 12:00   highest 7.4 kW   about 1.85 kWh"
    assert [line[:6] for line in bars] == ["10 kW ", "      ", "      ", "    0 "]
    assert time.split() == ["12:00", "12:19"]
    assert len(time) == len(bars[-1]) == 60


def test_a_title_leaves_out_what_has_no_room() -> None:
    course = PowerCourse()
    course.note(step_at(NOON), 7400.0)
    assert chart(course, 40, 6).plain.startswith("Power since 12:00:00   highest 7.4 kW\n")
    assert chart(course, 24, 6).plain.startswith("Power since 12:00:00\n")
    assert chart(course, 60, 3).plain == ""


def test_without_a_message_it_says_why_there_is_no_chart() -> None:
    sight = Sight(20.0)
    assert chart_of("evse-1", sight, 60, 6).plain == "No message of it was seen."
    sight.listening_since = NOON
    assert chart_of("evse-1", sight, 60, 6).plain == "No message of it was seen since 12:00:00."
    sight.unseen["page"] = "it answers 403."
    assert "The page: it answers 403." in chart_of("evse-1", sight, 60, 6).plain


def test_each_charger_has_a_chart_below_that_of_all_where_there_is_room() -> None:
    fleets = ScriptedFleets()
    fleets.chargers = tuple(charger(number) for number in range(1, 8))
    fleets.send(8)
    fleets.remember(20)
    for height in range(4, 50):
        drawn = board(fleets.sight, fleets.chargers, 104, height).plain
        assert len(drawn.splitlines()) <= height
        assert drawn.startswith("All chargers since 11:40   highest ")
        assert ("harbour-0002   " in drawn) == (height >= 18)
    fleets.sight.now = NOON + timedelta(minutes=5)
    assert "harbour-0002   ▲ silent" in board(fleets.sight, fleets.chargers, 104, 40).plain


def test_one_charger_alone_is_drawn_once() -> None:
    fleets = ScriptedFleets()
    fleets.chargers = (charger(1), charger(2))
    fleets.send(2)
    fleets.remember(20)
    assert "harbour-0002" not in board(fleets.sight, fleets.chargers, 104, 40).plain


def test_chargers_are_compared_on_one_scale() -> None:
    """7.1 kW is not as high as 2.2 kW."""
    fleets = ScriptedFleets()
    fleets.chargers = (charger(1), charger(2))
    fleets.send(9)
    for step, moment in enumerate((NOON, NOON + timedelta(seconds=5))):
        for one, power in zip(fleets.chargers, (2200.0, 7100.0), strict=True):
            fleets.sight.hear(Frame(one.name, moment, moment, power + step, "charging"))
        fleets.sight.note_power(moment)
    each = board(fleets.sight, fleets.chargers, 104, 40).plain.rpartition("harbour-0001")[2]
    assert each.count("10 kW") == 2
    assert "5 kW" not in each
