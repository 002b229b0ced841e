"""Keys in a real keyring; and every place that is not safe is refused."""

import os
import pickle
import pty
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backends import SecretService, fail, null

from solarrally_tui.account.credentials.keyring_store import KeyringError, KeyringStore
from solarrally_tui.aws.keys import MASK, Keys, Secret
from tests.account.keyring_setup import keyring_of

CANARY = "canary/Zk93hQw0+Lq7VtYb2Ns8XcD5mRfGpJ4eA1uH"
KEY_ID = "AKIAIOSFODNN7EXAMPLE"


@pytest.fixture(scope="module")
def at_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with keyring_of(tmp_path_factory.mktemp("home")) as environment:
        yield environment


@pytest.fixture
def store(at_home: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[KeyringStore]:
    for name, value in at_home.items():
        monkeypatch.setenv(name, value)
    before = keyring.get_keyring()
    keyring.set_keyring(SecretService.Keyring())
    yield KeyringStore()
    keyring.set_keyring(before)


def solarrally(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "solarrally_tui", *arguments],
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


def typed(environment: dict[str, str], arguments: list[str], lines: list[str]) -> tuple[int, str]:
    """Run a command on a terminal of its own and type lines when it asks."""
    child, terminal = pty.fork()
    if child == 0:
        os.execve(
            sys.executable,
            [sys.executable, "-m", "solarrally_tui", *arguments],
            {"PATH": os.environ["PATH"], **environment},
        )
    said, until = "", time.monotonic() + 120
    while time.monotonic() < until:
        ready, _, _ = select.select([terminal], [], [], 0.2)
        try:
            said += os.read(terminal, 4096).decode() if ready else ""
        except OSError:
            break
        if lines and said.rstrip().endswith(":") and not ready:
            os.write(terminal, f"{lines.pop(0)}\n".encode())
            said += "\n"
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), said


def test_keys_are_kept_listed_read_and_removed(store: KeyringStore) -> None:
    store.save("work", Keys(KEY_ID, Secret(CANARY)))
    store.save("visit", Keys("ASIAIOSFODNN7EXAMPLE", Secret("other"), Secret("token")))
    assert store.names() == ("visit", "work")
    keys = store.load("work")
    assert (keys.access_key_id, keys.secret.reveal(), keys.source) == (KEY_ID, CANARY, "keyring")
    assert store.load("visit").token.reveal() == "token"
    for name in ("work", "visit"):
        store.remove(name)
    assert store.names() == ()
    with pytest.raises(KeyringError, match="no keys named 'work'"):
        store.load("work")


def test_the_command_asks_for_keys_and_shows_none(at_home: dict[str, str]) -> None:
    status, said = typed(at_home, ["credentials", "add", "cli-work"], [KEY_ID, CANARY])
    assert status == 0, said
    assert "The access key is in the keyring as cli-work." in said
    assert CANARY not in said
    assert KEY_ID not in said
    listed = solarrally(at_home, "credentials", "list")
    assert (listed.returncode, listed.stdout) == (0, "cli-work\n")
    assert solarrally(at_home, "credentials", "remove", "cli-work").returncode == 0
    gone = solarrally(at_home, "credentials", "remove", "cli-work")
    assert gone.returncode == 4
    assert "The keyring has no keys named 'cli-work'." in gone.stderr


def test_keys_are_not_taken_from_a_pipe_or_an_argument(at_home: dict[str, str]) -> None:
    piped = solarrally(at_home, "credentials", "add", "piped")
    assert piped.returncode == 2
    assert "typed on a terminal" in piped.stderr
    assert solarrally(at_home, "credentials", "add", "piped", CANARY).returncode == 2


@pytest.mark.parametrize("backend", [fail.Keyring, null.Keyring])
def test_a_keyring_that_keeps_nothing_safe_is_refused(
    backend: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring, "get_keyring", backend)
    for action in (
        lambda: KeyringStore().save("work", Keys(KEY_ID, Secret(CANARY))),
        lambda: KeyringStore().load("work"),
        lambda: KeyringStore().names(),
    ):
        with pytest.raises(KeyringError) as refused:
            action()
        assert refused.value.plain.what == "This computer has no safe place for access keys."
        assert "Identity Center" in refused.value.plain.next


def test_plain_text_files_are_refused(tmp_path: Path) -> None:
    """As somebody has it who named such a backend in the environment."""
    folder = tmp_path / "keyrings" / "alt"
    folder.mkdir(parents=True)
    (folder / "file.py").write_text(
        "import keyring.backend, pathlib\n"
        "class PlaintextKeyring(keyring.backend.KeyringBackend):\n"
        "    priority = 9\n"
        "    def get_password(self, service, user): return None\n"
        "    def set_password(self, service, user, text):\n"
        "        (pathlib.Path.home() / 'keyring_pass.cfg').write_text(text)\n"
    )
    environment = {
        "HOME": str(tmp_path),
        "PYTHONPATH": str(tmp_path),
        "PYTHON_KEYRING_BACKEND": "keyrings.alt.file.PlaintextKeyring",
    }
    status, said = typed(environment, ["credentials", "add", "work"], [KEY_ID, CANARY])
    assert status == 4, said
    assert "This computer has no safe place for access keys." in said
    assert "keyrings.alt.file.PlaintextKeyring" in said
    assert not (tmp_path / "keyring_pass.cfg").exists()


@pytest.mark.parametrize(
    ("name", "key_id", "secret", "told"),
    [
        ("../x", KEY_ID, CANARY, "This name cannot be used."),
        ("", KEY_ID, CANARY, "This name cannot be used."),
        ("x" * 10_000, KEY_ID, CANARY, "This name cannot be used."),
        ("work", "hello [/x]", CANARY, "This is not an access key ID."),
        ("work", CANARY, CANARY, "This is not an access key ID."),
        ("work", KEY_ID, "", "The secret access key is missing or incomplete."),
        ("work", KEY_ID, "\u202eabc", "The secret access key is missing or incomplete."),
        ("work", "ASIAIOSFODNN7EXAMPLE", CANARY, "A temporary key needs its session token."),
    ],
)
def test_what_is_no_key_is_refused_without_repeating_it(
    name: str, key_id: str, secret: str, told: str
) -> None:
    with pytest.raises(KeyringError) as refused:
        KeyringStore().save(name, Keys(key_id, Secret(secret)))
    assert refused.value.plain.what == told
    assert CANARY not in str(refused.value.plain)


def test_a_secret_is_masked_wherever_text_is_made_of_it() -> None:
    keys = Keys(KEY_ID, Secret(CANARY), Secret(CANARY))
    shown = f"{keys!r} {keys} {keys.secret} {keys.secret!r} {keys.secret:>60} {[keys.token]}"
    assert CANARY not in shown
    assert MASK in shown
    with pytest.raises(TypeError):
        pickle.dumps(keys)


@pytest.mark.parametrize("name", ["gone.Keyring", "", "keyring.backends.null.Gone", "os.path"])
def test_a_backend_that_is_gone_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(keyring.core, "_keyring_backend", None)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", name)
    with pytest.raises(KeyringError) as refused:
        KeyringStore().names()
    plain = refused.value.plain
    assert f"PYTHON_KEYRING_BACKEND names {name}" in plain.why or not name
    assert "Every other way to sign in works" in plain.next


@pytest.mark.parametrize("settings", ["[backend]\ndefault-keyring=gone.Keyring\n", "[backend\n"])
def test_settings_that_name_a_backend_that_is_gone_are_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: str
) -> None:
    monkeypatch.setattr(keyring.core, "_keyring_backend", None)
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    path = tmp_path / "python_keyring" / "keyringrc.cfg"
    path.parent.mkdir()
    path.write_text(settings)
    with pytest.raises(KeyringError) as refused:
        KeyringStore().names()
    assert f"{path} chooses the backend." in refused.value.plain.why
