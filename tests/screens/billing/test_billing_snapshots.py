"""What the billing screen looks like in each state of the way to the mailbox."""

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from solarrally_tui.account.billing_alerts import Delivery
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.wizard.session import Session
from tests.screens.billing.test_billing import incomplete
from tests.screens.scripted.services import Scripted
from tests.screens.support import app_at, settle, walk

SMALL, LARGE, WALL = (80, 24), (120, 40), (200, 60)
Shown = Callable[..., bool]


@pytest.fixture
def shown(snap_compare: Callable[..., bool], session: Session) -> Shown:
    def compare(size: tuple[int, int] = SMALL, *keys: str) -> bool:
        app = app_at("billing", session)

        async def ready(pilot: Pilot[None]) -> None:
            await settle(app, pilot)
            for field in app.screen.query("Input"):
                field.cursor_blink = False  # type: ignore[attr-defined]
            for key in keys:
                await walk(pilot, key)

        return snap_compare(app, terminal_size=size, run_before=ready)

    return compare


@pytest.mark.parametrize("size", [SMALL, LARGE, WALL])
@pytest.mark.parametrize("delivery", [Delivery.PENDING, Delivery.CONFIRMED])
def test_billing_of_a_deployed_site(
    shown: Shown, services: Scripted, delivery: Delivery, size: tuple[int, int]
) -> None:
    services.billing.told = delivery
    services.billing.metrics_on = delivery is Delivery.CONFIRMED
    assert shown(size, "pagedown")


def test_billing_with_another_address(shown: Shown, services: Scripted) -> None:
    services.billing.told = Delivery.MISSING
    services.billing.others = ("old@example.com",)
    assert shown(SMALL, "pagedown")


def test_billing_after_a_test_message(shown: Shown, services: Scripted) -> None:
    services.billing.told = Delivery.CONFIRMED
    assert shown(SMALL, "ctrl+y")


def test_billing_without_all_prices(shown: Shown, services: Scripted) -> None:
    services.estimate = incomplete  # type: ignore[method-assign]
    assert shown(SMALL, "ctrl+n")


def test_billing_that_is_not_known(shown: Shown, services: Scripted) -> None:
    services.billing.told = AwsError("ReadTimeoutError", "late", "sns", "list")
    assert shown(SMALL, "pagedown")
