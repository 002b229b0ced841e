"""What the fleet screen looks like at every size: no charger, three, thousands, and not allowed."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from solarrally_tui.aws.errors import AwsError
from solarrally_tui.screens.fleet import new_key, screen
from solarrally_tui.wizard.session import Session
from tests.screens.scripted.fleets import charger, many
from tests.screens.scripted.services import Scripted
from tests.screens.support import app_at, settle, walk

SIZES = [(80, 24), (120, 40), (200, 60)]
DENIED = AwsError(
    "AccessDeniedException",
    "User is not authorized to perform: iot:SearchIndex",
    "iot",
    "search_index",
)
BUILDING = AwsError(
    "IndexNotReadyException", "Index AWS_Things is not ready.", "iot", "search_index"
)
LOST = AwsError("EndpointConnectionError", "Could not connect", "iot", "search_index")
Shown = Callable[..., bool]


@pytest.fixture
def shown(
    snap_compare: Callable[..., bool],
    session: Session,
    services: Scripted,
    monkeypatch: pytest.MonkeyPatch,
) -> Shown:
    # What changes shows at once: nothing waits for the drawing of the next second.
    monkeypatch.setattr(screen, "_DRAW_SECONDS", 3600.0)
    session.site.deployed = "sunny-garage"

    def compare(size: tuple[int, int], *keys: str, after: Exception | None = None) -> bool:
        app = app_at("status", session)

        async def ready(pilot: Pilot[None]) -> None:
            await settle(app, pilot)
            await walk(pilot, "f2")
            services.fleets.error = after or services.fleets.error
            for key in keys:
                await walk(pilot, key)
            for field in app.screen.query("Input"):
                field.cursor_blink = False  # type: ignore[attr-defined]
            if "slash" in keys:  # what was typed is searched for a moment later
                await pilot.pause(0.4)
            await settle(app, pilot)

        return snap_compare(app, terminal_size=size, run_before=ready)

    return compare


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_three_chargers(shown: Shown, services: Scripted, size: tuple[int, int]) -> None:
    services.fleets.send(2)
    assert shown(size)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_seven_chargers_that_were_seen_for_a_while(
    shown: Shown, services: Scripted, size: tuple[int, int]
) -> None:
    services.fleets.chargers = tuple(charger(number) for number in range(1, 8))
    services.fleets.send(8)
    services.fleets.remember()
    assert shown(size, "down")


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_thousands(shown: Shown, services: Scripted, size: tuple[int, int]) -> None:
    services.fleets.chargers = many(5000)
    services.fleets.send()
    services.fleets.remember(1)
    assert shown(size, "end", "up")


def test_names_that_are_long(shown: Shown, services: Scripted) -> None:
    fleet = services.fleets
    names = ("east-harbour-solar-garage-left-0017", "b\x1b[2J[/x]", "x" * 64)
    known = zip(fleet.chargers, names, strict=True)
    fleet.chargers = tuple(replace(one, name=name) for one, name in known)
    assert shown((80, 24))


def test_no_charger_yet(shown: Shown, services: Scripted) -> None:
    services.fleets.chargers = ()
    assert shown((80, 24))


def test_a_search_without_hits(shown: Shown, services: Scripted) -> None:
    services.fleets.chargers = many(500)
    assert shown((80, 24), "slash", *"silent zz")


@pytest.mark.parametrize("error", [DENIED, BUILDING, LOST], ids=["denied", "building", "lost"])
def test_no_answer(shown: Shown, services: Scripted, error: Exception) -> None:
    services.fleets.error = error
    assert shown((80, 24))


def test_the_connection_is_lost_later(shown: Shown, services: Scripted) -> None:
    services.fleets.send(2)
    assert shown((80, 24), "f5", after=LOST)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_one_charger(shown: Shown, services: Scripted, size: tuple[int, int]) -> None:
    services.fleets.send(2)
    services.fleets.remember()
    assert shown(size, "down", "enter")


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("keys", [(), ("enter",)], ids=["asked for", "waited for"])
def test_new_key(
    shown: Shown,
    keys: tuple[str, ...],
    size: tuple[int, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOME", "/home/ops")
    monkeypatch.setattr(new_key, "today", lambda: "2026-01-02")
    assert shown(size, "down", "n", *keys)
