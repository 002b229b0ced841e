"""Counts of chargers that are all listed are those of their lines, also while the index lags."""

from dataclasses import replace
from datetime import date

from solarrally_tui.chargers.fleet.overview import Overview
from solarrally_tui.screens.fleet.text import counts
from tests.screens.scripted.fleets import ScriptedFleets, charger


def _of(fleets: ScriptedFleets) -> Overview:
    return Overview.of(fleets.chargers, fleets.sight)


def test_who_was_revoked_just_now_is_neither_silent_nor_connected() -> None:
    fleets = ScriptedFleets()
    fleets.chargers = tuple(charger(number) for number in (1, 2, 4))
    fleets.send()
    fleets.sight.lock_out(fleets.chargers[0].name)
    shown = {one.name: one.number for one in counts(_of(fleets), fleets.sight)}
    assert (shown["connected"], shown["sending"], shown["silent"]) == ("2", "2", "0")
    assert shown["revoked"] == "1"


def test_each_charger_is_counted_once_and_as_its_line_has_it() -> None:
    fleets = ScriptedFleets()
    fleets.chargers = (
        charger(1),
        charger(3),
        charger(5, "AUTH_ERROR"),
        charger(7, "CONNECTION_LOST"),
        charger(8, None),
        replace(charger(9, "AUTH_ERROR"), revoked=date(2026, 1, 1)),
    )
    fleets.send()
    found = _of(fleets)
    fleet = found.fleet
    assert (fleet.registered, fleet.connected, fleet.failing) == (5, 2, 1)
    assert (fleet.offline, fleet.waiting, found.revoked) == (1, 1, 1)
    assert (found.sending, found.silent) == (1, 1)
