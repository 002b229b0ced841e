"""What Review looks like in each state of what AWS was asked."""

from collections.abc import Callable

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from solarrally_tui.interview.draft import Draft
from solarrally_tui.provisioning.change.plan import Plan
from solarrally_tui.site.tiers import Tier
from solarrally_tui.wizard.session import Session
from tests.screens.scripted import plans
from tests.screens.scripted.services import Scripted
from tests.screens.support import ANSWERS, app_at, settle

SMALL, LARGE = (80, 24), (120, 40)
Compare = Callable[..., bool]
Snap = Callable[..., bool]
READING = plans.planned(trouble=plans.DENIED, data=plans.LARGER)


@pytest.fixture
def compare(snap_compare: Snap, session: Session) -> Compare:
    def shown(*keys: str, size: tuple[int, int] = SMALL, still: bool = True) -> bool:
        app = app_at("review", session)

        async def ready(pilot: Pilot[None]) -> None:
            if still:
                await settle(app, pilot)
            else:
                await pilot.pause()
            await pilot.press(*keys)
            await pilot.pause()
            for field in app.screen.query(Input):
                field.cursor_blink = False

        return snap_compare(app, terminal_size=size, run_before=ready)

    return shown


@pytest.fixture
def standing(session: Session, services: Scripted) -> Callable[[Plan | Exception], None]:
    """A site that is there already, and whose tier was changed."""

    def stand(plan: Plan | Exception) -> None:
        services.plans.plan = plan
        session.site.deployed, session.site.before = "sunny-garage", Draft(ANSWERS)
        if plan is not plans.SAME:
            session.site.draft.choose_tier(Tier.MEDIUM)

    return stand


Stand = Callable[[Plan | Exception], None]


@pytest.mark.parametrize("key", ["2", "3", "4", "5"])
def test_first(compare: Compare, key: str) -> None:
    assert compare(key)


@pytest.mark.parametrize("size", [LARGE, (200, 60)])
def test_all_answers(compare: Compare, size: tuple[int, int]) -> None:
    assert compare("4", size=size)


@pytest.mark.parametrize("size", [SMALL, LARGE, (200, 60)])
def test_harmless(compare: Compare, standing: Stand, size: tuple[int, int]) -> None:
    standing(plans.HARMLESS)
    assert compare(size=size)


def test_what_it_costs(compare: Compare, standing: Stand) -> None:
    standing(plans.HARMLESS)
    assert compare("1")


def test_nothing_to_change(compare: Compare, standing: Stand) -> None:
    standing(plans.SAME)
    assert compare()


@pytest.mark.parametrize("size", [SMALL, LARGE, (200, 60)])
def test_dangerous(compare: Compare, standing: Stand, size: tuple[int, int]) -> None:
    standing(plans.DANGEROUS)
    assert compare(size=size)


def test_name_is_asked_for(compare: Compare, standing: Stand) -> None:
    standing(plans.DANGEROUS)
    assert compare("ctrl+n")


def test_under_way(compare: Compare, standing: Stand, services: Scripted) -> None:
    standing(plans.HARMLESS)
    services.plans.hold.clear()
    assert compare(still=False)


def test_asking_failed(compare: Compare, standing: Stand) -> None:
    standing(plans.DENIED_CALL)
    assert compare()


def test_read_only(compare: Compare, standing: Stand, services: Scripted) -> None:
    standing(READING)
    services.read_only = True
    assert compare()
