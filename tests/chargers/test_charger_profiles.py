"""Simulated chargers tell the same story for the same seed, and misbehave as their profile says."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solarrally_tui.chargers.message import check
from solarrally_tui.chargers.simulated_load import NO_LIMITS, Limits
from solarrally_tui.chargers.simulation.figures import Latencies, Tally
from solarrally_tui.chargers.simulation.profiles import (
    TRAITS,
    Flaw,
    Profile,
    Turn,
    traits_of,
    turns,
)

NOW = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
profiles = st.sampled_from(tuple(Profile))
names = st.text(st.characters(codec="ascii"), max_size=8)


def story(profile: Profile, seed: str, name: str, count: int = 60) -> list[Turn]:
    return list(islice(turns(traits_of(profile, seed, name), seed, name, 5.0), count))


def messages(profile: Profile, chargers: int = 40, count: int = 60) -> list[dict[str, Any]]:
    return [
        turn.message(NOW) for n in range(chargers) for turn in story(profile, "s", str(n), count)
    ]


@given(profiles, names, names)
def test_the_same_seed_repeats_every_message(profile: Profile, seed: str, name: str) -> None:
    first, again = story(profile, seed, name), story(profile, seed, name)
    assert first == again
    assert [one.payload(NOW) for one in first] == [one.payload(NOW) for one in again]
    assert [one.at for one in first] == [5.0 * n for n in range(60)]


def test_another_seed_or_charger_has_another_story() -> None:
    stories = [story(Profile.DAY, seed, name) for seed in "ab" for name in "xy"]
    assert all(one != other for one in stories for other in stories if one is not other)


@given(profiles, names)
def test_exactly_the_flawed_messages_are_rejected(profile: Profile, seed: str) -> None:
    for turn in story(profile, seed, "wall"):
        assert check(turn.payload(NOW)).is_valid == (turn.flaw is None), turn.flaw


def test_a_message_carries_the_time_by_which_the_page_knows_it() -> None:
    for turn in story(Profile.CLOCK, "s", "wall"):
        sent = json.loads(turn.payload(NOW))["timestamp"]
        assert datetime.fromisoformat(sent) == turn.stamped(NOW)
        assert sent.endswith("Z")


def test_profiles_differ_in_what_they_are_named_for() -> None:
    day, night, faults = (messages(p) for p in (Profile.DAY, Profile.NIGHT, Profile.FAULTS))
    statuses = [Counter(m["status"] for m in kind) for kind in (day, night, faults)]
    assert statuses[0]["charging"] > 2 * statuses[1]["charging"] > 0
    assert statuses[2]["faulted"] > 20 * statuses[0]["faulted"]
    assert any(m["energy_source"] == "solar" for m in day)
    assert all(m["energy_source"] != "solar" for m in night)
    lost = [turn for n in range(40) for turn in story(Profile.RADIO, "s", str(n)) if turn.silent]
    assert 0.03 < len(lost) / 2400 < 0.07
    assert all(2 <= turn.silent <= 20 for turn in lost)
    clocks = {story(Profile.CLOCK, "s", str(n), 1)[0].clock for n in range(40)}
    assert min(clocks) < -3600 < 3600 < max(clocks)
    flaws = Counter(t.flaw for n in range(40) for t in story(Profile.BAD, "s", str(n)))
    assert set(flaws) == {None, *Flaw}
    assert 0.17 < 1 - flaws[None] / 2400 < 0.23


def test_a_mixed_fleet_has_every_kind_and_is_mostly_well() -> None:
    kinds = Counter(traits_of(Profile.MIXED, "s", str(n)).words for n in range(400))
    assert set(kinds) == {traits.words for traits in TRAITS.values()}
    assert kinds[TRAITS[Profile.DAY].words] > 200


def test_percentiles_are_within_five_percent_and_hold_little() -> None:
    latencies = Latencies()
    for n in range(100_000):
        latencies.add(1 + n / 100)
    assert latencies.percentile(0.5) == pytest.approx(501, rel=0.05)
    assert latencies.percentile(0.99) == pytest.approx(991, rel=0.05)
    assert len(latencies) < 200
    assert Latencies().percentile(0.5) is None


def test_what_the_page_shows_counts_once_and_only_if_it_is_ours() -> None:
    ticks = iter(range(100))
    tally = Tally(clock=lambda: float(next(ticks)), is_watched=True)
    first, second = (("wall", NOW), ("wall", NOW + timedelta(seconds=5)))
    sent = tally.send(first, is_flawed=False)
    tally.acknowledge("wall", sent, is_flawed=False)
    tally.send(second, is_flawed=True)
    for key in (first, first, second, ("another", NOW)):
        tally.see(key)
    told = tally.figures(1)
    assert (told.sent, told.acknowledged, told.seen) == (2, 1, 1)
    assert told.acknowledgement.p50 == pytest.approx(1000, rel=0.05)
    assert told.page.p99 == pytest.approx(3000, rel=0.05)
    assert tally.unseen == 0


def test_a_limit_of_messages_counts_those_of_all_chargers() -> None:
    tally = Tally()
    for name in ("wall", "yard"):
        tally.acknowledge(name, tally.send((name, NOW), is_flawed=False), is_flawed=False)
    assert Limits(messages=2).are_reached(tally)
    assert not Limits(messages=3).are_reached(tally)
    assert not NO_LIMITS.are_reached(tally)
