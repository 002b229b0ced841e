"""A secret pasted in the account screen is in the keyring and nowhere else, whatever happens."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backends import SecretService
from keyring_bench import keyring_of
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from solarrally_tui.account.keyring_store import KeyringStore
from solarrally_tui.app import WizardApp
from solarrally_tui.commands.readers import RunLog
from solarrally_tui.screens.account import AccountScreen
from solarrally_tui.screens.account_choose import ChooseScreen
from solarrally_tui.screens.account_paste import PasteScreen
from solarrally_tui.screens.services import real_services
from solarrally_tui.simulator.child import Account

SECRET = "canary+Zk93hQw0/Lq7VtYb2Ns8XcD5mRfGpJ4eA"
TOKEN = "canary-token-Qq81/ZZ+plmokn"
KEY_ID = "ASIACANARYCANARY0001"
MARK = "canary"


@pytest.fixture
def home(
    account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dict[str, str]]:
    with keyring_of(tmp_path) as environment:
        for name, value in {**environment, **account.environment}.items():
            monkeypatch.setenv(name, value)
        before = keyring.get_keyring()
        keyring.set_keyring(SecretService.Keyring())
        yield environment | account.environment
        keyring.set_keyring(before)


def holders(folder: Path, *texts: str) -> list[Path]:
    """Return the files below a folder that have one of some texts in them."""
    wanted = [text.encode() for text in texts]
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and any(text in path.read_bytes() for text in wanted)
    ]


async def until(pilot: Pilot[None], screen: type) -> None:
    for _ in range(100):
        if isinstance(pilot.app.screen, screen):
            return
        await pilot.pause(0.05)
    pytest.fail(f"{screen.__name__} never came")


async def test_a_pasted_secret_is_in_the_keyring_and_nowhere_else(
    home: dict[str, str], tmp_path: Path, caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    caplog.set_level(0)
    app = WizardApp(real_services(open_log=RunLog))
    pictures: list[str] = []
    copied: list[str] = []
    async with app.run_test(size=(80, 40)) as pilot:
        app.copy_to_clipboard = copied.append  # type: ignore[method-assign]
        await pilot.press(*"canary-home", "enter")
        await until(pilot, AccountScreen)
        await pilot.press("f2")
        await until(pilot, ChooseScreen)
        await app.workers.wait_for_complete()
        options = app.screen.query_one(OptionList)
        options.highlighted = options.option_count - 2
        await pilot.press("enter")
        await until(pilot, PasteScreen)
        for name, text in (("key-id", KEY_ID), ("secret", SECRET), ("token", TOKEN)):
            field = app.screen.query_one(f"#{name}", Input)
            field.focus()
            await pilot.pause()
            field.insert_text_at_cursor(text)
            await pilot.press("ctrl+a", "shift+home", "ctrl+c", "ctrl+x")
            field.value = text
        pictures.append(app.export_screenshot())
        await pilot.press("ctrl+n")
        await until(pilot, AccountScreen)
        await pilot.pause(0.5)
        pictures.append(app.export_screenshot())
        assert app.session.services.accounts is not None
        who = app.session.who
        assert who is not None
        assert who.source == "keyring"
        shown = repr((app.session, vars(app.session.services), app.session.draft.answers))
    assert KeyringStore().load("solarrally").secret.reveal() == SECRET
    told = capfd.readouterr()
    everything = "".join([*pictures, *copied, shown, caplog.text, told.out, told.err])
    for text in (SECRET, TOKEN):
        assert text not in everything
    assert holders(tmp_path, SECRET, TOKEN) == []
    assert list((tmp_path / ".local/state").rglob("*.toml")), "the draft was saved"


def test_a_crash_shows_no_secret(home: dict[str, str], tmp_path: Path) -> None:
    program = Path(__file__).with_name("crash_program.py")
    ended = subprocess.run(
        [sys.executable, str(program), SECRET],
        env={"PATH": os.environ["PATH"], **home},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert ended.returncode == 1
    assert "solarrally met a fault of its own: RuntimeError" in ended.stderr
    assert MARK not in ended.stdout + ended.stderr
    assert holders(tmp_path, SECRET) == []
