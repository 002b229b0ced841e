"""What the account screen and its dialogs look like."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import ModalScreen

from solarrally_tui.aws.errors import AwsError
from solarrally_tui.findings.finding import Finding
from solarrally_tui.findings.severity import Severity
from solarrally_tui.screens.account.guide import GuideScreen
from solarrally_tui.screens.account.paste import PasteScreen
from solarrally_tui.screens.account.role import RoleScreen
from solarrally_tui.screens.account.sso import SsoScreen
from solarrally_tui.wizard.session import Session
from tests.screens.account.test_account import LONG, QUOTA, REFUSED, ROOT, ROOT_USER, Invited
from tests.screens.scripted.billing import FIRST, PLAN
from tests.screens.scripted.services import FINDINGS, ME, NOBODY, Scripted
from tests.screens.support import app_at, settle, walk

SMALL, LARGE, WALL = (80, 24), (120, 40), (200, 60)
Shown = Callable[..., bool]
ROOT_STEP = Finding("user", "Your user", Severity.WARN, "You are signed in as the root user.")


@pytest.fixture
def shown(snap_compare: Callable[..., bool], session: Session) -> Shown:
    def compare(
        size: tuple[int, int] = SMALL, *keys: str, over: ModalScreen[Any] | None = None
    ) -> bool:
        app = app_at("account", session)

        async def ready(pilot: Pilot[None]) -> None:
            await settle(app, pilot)
            if over is not None:
                app.push_screen(over)
                await settle(app, pilot)
            for field in app.screen.query("Input"):
                field.cursor_blink = False  # type: ignore[attr-defined]
            for key in keys:
                await walk(pilot, key, seconds=0.1)

        return snap_compare(app, terminal_size=size, run_before=ready)

    return compare


@pytest.mark.parametrize("size", [SMALL, LARGE, WALL])
def test_account_with_something_to_fix(
    shown: Shown, services: Scripted, size: tuple[int, int]
) -> None:
    services.accounts.told = (ROOT, QUOTA, LONG, *FINDINGS[2:4])
    assert shown(size)


@pytest.mark.parametrize("size", [SMALL, LARGE, WALL])
def test_list_of_credentials(shown: Shown, size: tuple[int, int]) -> None:
    assert shown(size, "ctrl+l")


def test_list_of_credentials_with_a_long_name_in_use(shown: Shown, session: Session) -> None:
    name = "AWSReservedSSO_AdministratorAccess_1a2b3c4d5e6f7a8b/ada"
    session.who = replace(ME, arn=f"arn:aws:sts::123456789012:assumed-role/{name}")
    assert shown(SMALL, "ctrl+l")


def test_list_of_credentials_without_a_safe_keyring(shown: Shown, services: Scripted) -> None:
    services.accounts.refused = REFUSED
    assert shown(SMALL, "ctrl+l")


@pytest.mark.parametrize("size", [SMALL, LARGE, WALL])
def test_paste(shown: Shown, services: Scripted, size: tuple[int, int]) -> None:
    assert shown(size, over=PasteScreen(services.accounts))


def test_paste_without_a_safe_keyring(shown: Shown, services: Scripted) -> None:
    services.accounts.refused = REFUSED
    assert shown(over=PasteScreen(services.accounts))


@pytest.mark.parametrize("size", [SMALL, LARGE, WALL])
def test_sign_in_with_a_code(shown: Shown, services: Scripted, size: tuple[int, int]) -> None:
    services.accounts.invitation = Invited()
    start = SsoScreen(services.accounts, "https://example.awsapps.com/start", "eu-west-1")
    assert shown(size, "enter", over=start)


@pytest.mark.parametrize("size", [SMALL, LARGE, WALL])
def test_guide(shown: Shown, services: Scripted, size: tuple[int, int]) -> None:
    services.who_answers = [NOBODY]
    assert shown(size, over=GuideScreen(services, "us-east-1"))


@pytest.mark.parametrize("size", [SMALL, LARGE, WALL])
def test_way_out_of_the_root_user(shown: Shown, services: Scripted, size: tuple[int, int]) -> None:
    services.who_answers = [ROOT_USER]
    services.accounts.first = (*FIRST[:3], ROOT_STEP)
    assert shown(size, over=GuideScreen(services, "us-east-1", root=True))


def role(services: Scripted, *, read_only: bool = False) -> RoleScreen:
    return RoleScreen(services.accounts, "sunny-garage", "us-east-1", "", read_only=read_only)


@pytest.mark.parametrize("size", [SMALL, LARGE, WALL])
def test_role_before_it_is_made(shown: Shown, services: Scripted, size: tuple[int, int]) -> None:
    assert shown(size, over=role(services))


@pytest.mark.parametrize("size", [SMALL, LARGE, WALL])
def test_role_that_asks_for_a_code(shown: Shown, services: Scripted, size: tuple[int, int]) -> None:
    services.accounts.plan = replace(PLAN, mfa_serial="arn:aws:iam::1:mfa/ops", has_mfa=True)
    assert shown(size, "1", "enter", over=role(services))


def test_role_in_read_only(shown: Shown, services: Scripted) -> None:
    assert shown(over=role(services, read_only=True))


def test_role_that_is_refused(shown: Shown, services: Scripted) -> None:
    services.accounts.plan = AwsError("AccessDenied", "not authorized [/b]", "iam", "get_role")
    assert shown(over=role(services))


@pytest.mark.parametrize("size", [SMALL, LARGE, WALL])
def test_role_in_use(shown: Shown, services: Scripted, size: tuple[int, int]) -> None:
    assert shown(size, "enter", over=role(services))


@pytest.mark.parametrize("size", [SMALL, LARGE, WALL])
def test_each_check_and_where_its_answer_comes_from(shown: Shown, size: tuple[int, int]) -> None:
    assert shown(size, "f3")
