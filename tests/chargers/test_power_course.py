"""What was seen of the power of chargers: an hour of it, with gaps, drawn without wavering."""

from datetime import UTC, datetime, timedelta, tzinfo

import pytest

from solarrally_tui.chargers.fleet.power_course import STEP, PowerCourse, step_at
from solarrally_tui.chargers.fleet.sight import Sight
from solarrally_tui.deployed.dashboard.live_frames import Frame

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
FIRST = step_at(NOON)
HOUR = 3600 // STEP


def course(*watts: float | None, first: int = FIRST) -> PowerCourse:
    noted = PowerCourse()
    for number, one in enumerate(watts):
        noted.note(first + number, one)
    return noted


def test_nothing_is_known_before_the_first_value() -> None:
    empty = course(None, None)
    assert (empty.since, empty.until, empty.kilowatts(10)) == (None, None, [])
    assert empty.highest == empty.kilowatt_hours == 0


def test_a_time_in_which_nobody_listened_is_a_gap_and_no_energy() -> None:
    noted = course(3600.0)
    noted.note(FIRST + 3, 7200.0)
    assert noted.kilowatts(10) == [3.6, None, None, 7.2]
    assert noted.kilowatt_hours == pytest.approx((3.6 + 7.2) * STEP / 3600)
    assert (noted.since, noted.until) == (NOON, NOON + timedelta(seconds=3 * STEP))


def test_the_last_value_of_a_step_counts_and_a_clock_that_was_set_back_loses_what_follows() -> None:
    noted = course(1000.0, 2000.0, 3000.0)
    noted.note(FIRST + 2, 4000.0)
    assert noted.kilowatts(10) == [1.0, 2.0, 4.0]
    noted.note(FIRST + 1, 5000.0)
    assert noted.kilowatts(10) == [1.0, 5.0]
    noted.note(FIRST - 100, 6000.0)
    assert (noted.kilowatts(10), noted.until) == ([6.0], NOON - timedelta(seconds=100 * STEP))


def test_an_hour_is_kept() -> None:
    noted = course(*map(float, range(2 * HOUR)))
    assert len(noted.kilowatts(10_000)) == HOUR
    assert noted.highest == 2 * HOUR - 1
    noted.note(FIRST + 10 * HOUR, 1000.0)
    assert noted.kilowatts(10_000) == [1.0]
    assert noted.since == NOON + timedelta(hours=10)


def test_what_is_drawn_stays_as_it_is_while_more_is_added() -> None:
    noted = course(*map(float, range(HOUR)))
    for number in range(30):
        before = noted.kilowatts(70)
        noted.note(FIRST + HOUR + number, float(HOUR + number))
        after = noted.kilowatts(70)
        assert len(after) <= 70
        assert set(after[1:-1]) <= set(before)


def test_who_falls_silent_is_a_gap_and_all_together_wait_until_each_could_send() -> None:
    sight = Sight(20.0, listening_since=NOON)
    sight.last["evse-1"] = Frame("evse-1", NOON, NOON, 7000.0, "charging")
    sight.last["evse-2"] = Frame("evse-2", NOON + timedelta(seconds=30), NOON, 3000.0, "charging")
    for seconds in (5, 15, 35):
        sight.note_power(NOON + timedelta(seconds=seconds))
    assert sight.courses["evse-1"].kilowatts(9) == [7.0, None, 7.0, None, None, None, None]
    assert sight.total.since == NOON + timedelta(seconds=15)
    assert sight.total.kilowatts(9) == [10.0, None, None, None, 3.0]


class Clock(datetime):
    """A clock that a test sets."""

    time = NOON

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        return cls.time.astimezone(tz)


def test_while_one_screen_takes_over_from_another_the_course_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("solarrally_tui.chargers.fleet.sight.datetime", Clock)
    sight = Sight(25.0)
    with sight.listening():
        for seconds in (0, 10, 20):
            moment = NOON + timedelta(seconds=seconds)
            sight.hear(Frame("evse-1", moment, moment, 7000.0, "charging"))
        sight.note_power(NOON + timedelta(seconds=20))
        monkeypatch.setattr(Clock, "time", NOON + timedelta(seconds=20))
    monkeypatch.setattr(Clock, "time", NOON + timedelta(seconds=31))
    with sight.listening():
        assert sight.listening_since == NOON
        assert sight.total.kilowatts(9) == sight.courses["evse-1"].kilowatts(9) == [7.0] * 3
    monkeypatch.setattr(Clock, "time", NOON + timedelta(seconds=60))
    with sight.listening():
        assert sight.listening_since == Clock.time
        assert sight.total.until == NOON + timedelta(seconds=30)
