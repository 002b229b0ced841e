"""A secret pasted in the account screen is in the keyring and nowhere else, whatever happens."""

import base64
import json
import os
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backends import SecretService
from textual.pilot import Pilot
from textual.widgets import Button, Input, OptionList

from solarrally_tui.account.credentials.keyring_store import KeyringError, KeyringStore, check
from solarrally_tui.app import WizardApp
from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.aws.keys import Keys, Secret
from solarrally_tui.commands.shared.event_readers import RunLogFile
from solarrally_tui.screens.account.choose import ChooseScreen
from solarrally_tui.screens.account.paste import PasteScreen
from solarrally_tui.screens.account.screen import AccountScreen
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.files import from_answers
from solarrally_tui.wizard.engine import real_services
from tests.account.keyring_setup import keyring_of

ROOT = Path(__file__).parents[2]
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
        scratch = tmp_path / "tmp"
        scratch.mkdir()
        monkeypatch.setenv("TMPDIR", str(scratch))
        monkeypatch.setattr("tempfile.tempdir", str(scratch))
        monkeypatch.chdir(tmp_path)
        environment["TMPDIR"] = str(scratch)
        before = keyring.get_keyring()
        keyring.set_keyring(SecretService.Keyring())
        yield environment | account.environment
        keyring.set_keyring(before)


def forms(text: str) -> set[str]:
    """Return a text as it may be written: plain, in an address, in JSON, in base64, in hex.

    Base64 of a longer text holds that of the middle of ours, whatever stands before it.
    """
    told = {text, urllib.parse.quote(text, safe=""), json.dumps(text)[1:-1], text.encode().hex()}
    for skipped in range(3):
        middle = text.encode()[skipped:]
        told.add(base64.b64encode(middle[: len(middle) // 3 * 3]).decode()[:24])
    return told


def within(everything: str, *texts: str) -> list[str]:
    """Return the forms of some texts that occur in something."""
    return [form for text in texts for form in forms(text) if form in everything]


def holders(folder: Path, *texts: str) -> list[Path]:
    """Return the files below a folder that have one of some texts in them, in name or content."""
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and within(f"{path.name} {path.read_bytes().decode('latin-1')}", *texts)
    ]


def test_the_search_finds_what_it_looks_for(tmp_path: Path) -> None:
    for number, form in enumerate(sorted(forms(SECRET))):
        (tmp_path / f"{number}").write_text(f"before {form} after")
    (tmp_path / "b64").write_bytes(base64.b64encode(f"key={SECRET};".encode()))
    assert len(holders(tmp_path, SECRET)) == len(forms(SECRET)) + 1


async def until(pilot: Pilot[None], screen: type) -> None:
    for _ in range(1200):
        if isinstance(pilot.app.screen, screen):
            return
        await pilot.pause(0.05)
    pytest.fail(f"{screen.__name__} never came")


async def test_a_pasted_secret_is_in_the_keyring_and_nowhere_else(
    home: dict[str, str],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(0)
    app = WizardApp(real_services(open_log=RunLogFile))
    pictures: list[str] = []
    copied: list[str] = []
    async with app.run_test(size=(80, 40)) as pilot:
        app.copy_to_clipboard = copied.append  # type: ignore[method-assign]
        await pilot.press(*"canary-home", "enter")
        await until(pilot, AccountScreen)
        await pilot.press("ctrl+l")
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
        app.screen.query_one("#keep", Button).press()
        await until(pilot, AccountScreen)
        await pilot.pause(0.5)
        pictures.append(app.export_screenshot())
        assert app.session.services.accounts is not None
        who = app.session.who
        assert who is not None
        assert who.source == "keyring"
        shown = repr((app.session, vars(app.session.services), app.session.site.draft.answers))
    assert KeyringStore().load("solarrally").secret.reveal() == SECRET
    told = capfd.readouterr()
    everything = "".join([*pictures, *copied, shown, caplog.text, told.out, told.err])
    assert within(everything, SECRET, TOKEN) == []
    assert holders(tmp_path, SECRET, TOKEN) == []
    assert list((tmp_path / ".local/state").rglob("*.toml")), "the draft was saved"


class Held:
    """An account that repeats what was sent when the site's record is written."""

    def __init__(self, account: Account) -> None:
        self._url = f"{account.endpoint_url}/_solarrally/faults"

    def __enter__(self) -> None:
        sent = f"GET\n/\nhost:ssm\nx-amz-date:20260102\nx-amz-security-token:{TOKEN}\n\nhost"
        message = f"The signature does not match. The Canonical String should have been '{sent}'"
        fault = {
            "kind": "refuse",
            "target": "ssm.PutParameter",
            "code": "SignatureDoesNotMatch",
            "message": message,
        }
        body = json.dumps(fault).encode()
        request = urllib.request.Request(self._url, method="POST", data=body)
        with urllib.request.urlopen(request, timeout=60) as answer:
            self._id = json.loads(answer.read())["id"]

    def __exit__(self, *_: object) -> None:
        request = urllib.request.Request(f"{self._url}/{self._id}", method="DELETE")
        urllib.request.urlopen(request, timeout=60).close()


async def test_a_deployment_with_pasted_keys_tells_no_secret(
    home: dict[str, str], account: Account, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Events, outcome and run log, also where AWS repeats the token in its refusal."""
    caplog.set_level(0)
    services = real_services(open_log=RunLogFile)
    await services.accounts.use(None, Keys(KEY_ID, Secret(SECRET), Secret(TOKEN)))
    answers = {
        "name": "canary-site",
        "region": "us-east-1",
        "tier": "small",
        "alerts": {"email": "ops@example.com"},
    }
    events: list[str] = []
    with Held(account):
        outcome = await services.deploy(
            from_answers(answers), lambda event: events.append(json.dumps(event.to_json()))
        )
    await services.close()
    assert outcome.exit_code != 0
    assert events
    logs = list((tmp_path / ".local/state").rglob("*.jsonl"))
    assert logs, "the run log was written"
    assert "what was sent is not shown" in f"{outcome!r}"
    assert within("".join([*events, repr(outcome), caplog.text]), SECRET, TOKEN) == []
    assert holders(tmp_path, SECRET, TOKEN) == []


@pytest.mark.parametrize("token", ["canary\nTOKEN", "canary\r\nX: TOKEN"])
async def test_a_token_that_is_no_header_is_not_repeated(
    account: Account, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    for name, value in account.environment.items():
        monkeypatch.setenv(name, value)
    broken = Keys(KEY_ID, Secret(SECRET), Secret(token))
    with pytest.raises(KeyringError, match="incomplete"):
        check("canary", broken)
    async with await Door.open("us-east-1", keys=broken) as door:
        with pytest.raises(AwsError) as refused:
            await door.identity()
    assert MARK not in f"{refused.value} {refused.value.plain}"


@pytest.mark.parametrize(
    "where",
    [
        "worker",
        pytest.param("screen", marks=pytest.mark.torture),
        pytest.param("thread", marks=pytest.mark.torture),
    ],
)
def test_a_crash_shows_no_secret(home: dict[str, str], tmp_path: Path, where: str) -> None:
    program = Path(__file__).with_name("crash_program.py")
    ended = subprocess.run(
        [sys.executable, str(program), where],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **home},
        cwd=tmp_path,
        input=SECRET,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert ended.returncode == 1
    assert "Internal error in solarrally: " in ended.stderr
    assert MARK not in ended.stdout + ended.stderr
    assert holders(tmp_path, SECRET) == []
