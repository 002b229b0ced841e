"""Which credentials there are, of which kind, and signing in with IAM Identity Center."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from solarrally_tui.account.credentials.sign_in import AccountRole, DeviceSignIn
from solarrally_tui.aws.credential_sources import find
from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.simulator.child import Account
from tests.account.sso_stand_in import CLIENT_SECRET, KEYS, TOKEN, identity_center

CONFIG = """
[sso-session office]
sso_start_url = https://example.awsapps.com/start
sso_region = eu-west-1
[profile new-sso]
sso_session = office
sso_account_id = 111111111111
sso_role_name = Deployer
[profile old-sso]
sso_start_url = https://old.awsapps.com/start
sso_region = us-east-1
sso_role_name = Admin
[profile signed]
login_session = arn:aws:iam::111111111111:user/me
[profile other-account]
role_arn = arn:aws:iam::222222222222:role/path/Deployer
source_profile = plain
[profile vault]
credential_process = /usr/bin/vault
[profile region-only]
region = eu-central-1
[profile odd-name]
aws_access_key_id = AKIAODD
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "config").write_text(CONFIG)
    (tmp_path / "credentials").write_text(
        "[plain]\naws_access_key_id = AKIA1\naws_secret_access_key = file-canary\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    return tmp_path


def test_every_kind_of_profile_is_told_apart(home: Path) -> None:
    found = {each.name: each for each in find({})}
    kinds = {name: each.kind for name, each in found.items()}
    assert kinds == {
        "new-sso": "sso",
        "old-sso": "sso",
        "signed": "login",
        "other-account": "assume-role",
        "vault": "process",
        "plain": "static",
        "odd-name": "static",
    }
    assert found["new-sso"].start_url == "https://example.awsapps.com/start"
    assert found["new-sso"].sso_region == "eu-west-1"
    assert found["other-account"].detail == "assumes a role, Deployer"
    assert found["plain"].profile == "plain"
    assert "canary" not in repr(found)


def test_environment_and_container_are_found_and_are_no_profiles(home: Path) -> None:
    found = find({"AWS_ACCESS_KEY_ID": "AKIA1", "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://x"})
    assert [each.kind for each in found][:1] == ["environment"]
    assert found[-1].kind == "container"
    assert {found[0].profile, found[-1].profile} == {None}


def test_without_any_file_there_is_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    assert find({}) == ()


def test_a_broken_file_is_said_in_plain_words(home: Path) -> None:
    (home / "config").write_text("[profile x\nnonsense")
    with pytest.raises(AwsError) as broken:
        find({})
    assert broken.value.plain.next


LOGIN = "arn:aws:iam::111111111111:user/me"


def write_login(folder: Path, minutes: int) -> None:
    """Write what aws login leaves: keys in a cache named after the session, and a signing key."""
    until = datetime.now(UTC) + timedelta(minutes=minutes)
    key = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    token = {
        "accessToken": {
            "accessKeyId": "ASIALOGIN",
            "secretAccessKey": "login-canary",
            "sessionToken": "t",
            "accountId": "1" * 12,
            "expiresAt": until.strftime("%Y-%m-%dT%H:%M:%SZ"),
        },
        "refreshToken": "r",
        "clientId": "arn:aws:signin:::devtools/same-device",
        "dpopKey": key.decode(),
    }
    folder.mkdir()
    name = hashlib.sha256(LOGIN.encode()).hexdigest()
    (folder / f"{name}.json").write_text(json.dumps(token))


@pytest.fixture
def no_keys(account: Account, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The embedded account, without the keys that its environment brings."""
    for name, value in account.environment.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(home / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(home / "credentials"))
    monkeypatch.setenv("AWS_LOGIN_CACHE_DIRECTORY", str(home / "login"))
    return home


async def test_what_aws_login_left_is_used_and_renewed(no_keys: Path) -> None:
    write_login(no_keys / "login", minutes=12)
    async with await Door.open("us-east-1", "signed") as door:
        assert (await door.credential_source(), await door.credentials_renewed()) == ("login", True)
        key_id, until = await door.credential_facts()
        assert key_id == "ASIALOGIN"
        assert until
        await door.identity()


async def test_an_aws_login_that_is_not_there_is_said_in_plain_words(no_keys: Path) -> None:
    with pytest.raises(AwsError) as missing:
        async with await Door.open("us-east-1", "signed") as door:
            await door.identity()
    assert missing.value.kind is Kind.EXPIRED
    assert "Sign in again" in missing.value.plain.next


async def test_the_role_of_a_container_is_used_and_renewed(
    no_keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    until = (datetime.now(UTC) + timedelta(hours=6)).strftime("%Y-%m-%dT%H:%M:%SZ")
    keys = {
        "AccessKeyId": "ASIACONTAINER",
        "SecretAccessKey": "container-canary",
        "Token": "t",
        "Expiration": until,
    }
    with serving(keys) as (address, asked):
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{address}/role")
        monkeypatch.setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN", "pod-token")
        assert [each.kind for each in find()][-1] == "container"
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(no_keys / "none"))
        async with await Door.open("us-east-1") as door:
            assert await door.credential_source() == "container-role"
            assert await door.credentials_renewed()
            assert (await door.credential_facts())[0] == "ASIACONTAINER"
            await door.identity()
    assert asked == ["pod-token"]


@contextmanager
def serving(answer: dict[str, str]) -> Iterator[tuple[str, list[str]]]:
    """Serve what the agent beside a container serves; yields the address and the tokens sent."""
    asked: list[str] = []

    class Agent(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.headers.get("Authorization", ""))
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Agent)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def no_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("solarrally_tui.account.credentials.sign_in._SLOWER_SECONDS", 0.05)


async def test_sign_in_shows_a_code_waits_and_ends_in_temporary_keys(
    no_wait: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    pending = (
        "AuthorizationPendingException",
        "SlowDownException",
        "AuthorizationPendingException",
    )
    with identity_center(*pending) as (address, center):
        monkeypatch.setenv("AWS_ENDPOINT_URL", address)
        sign_in = DeviceSignIn("https://example.awsapps.com/start", "eu-west-1")
        told = await sign_in.start()
        assert told.code == "QRST-WXYZ"
        assert told.url_with_code.endswith("?user_code=QRST-WXYZ")
        sign_in._every = 0.05
        await sign_in.wait()
        assert center.pending == []
        roles = await sign_in.roles()
        assert roles == (
            AccountRole("111111111111", "live", "Deployer"),
            AccountRole("222222222222", "test", "Deployer"),
        )
        keys = await sign_in.keys(roles[1])
        assert keys.secret.reveal() == KEYS["secretAccessKey"]
        assert keys.expires
        assert keys.expires > datetime.now(UTC)
        assert keys.source == "sso"
        shown = f"{vars(sign_in)!r} {keys!r}"
        for secret in (TOKEN, CLIENT_SECRET, KEYS["secretAccessKey"]):
            assert secret not in shown
        sign_in.close()


@pytest.mark.parametrize(
    ("code", "kind"),
    [("ExpiredTokenException", Kind.EXPIRED), ("AccessDeniedException", Kind.DENIED)],
)
async def test_a_code_that_ran_out_or_was_refused_ends_the_waiting(
    code: str, kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    with identity_center(code) as (address, _):
        monkeypatch.setenv("AWS_ENDPOINT_URL", address)
        sign_in = DeviceSignIn("https://example.awsapps.com/start", "eu-west-1")
        await sign_in.start()
        with pytest.raises(AwsError) as ended:
            await sign_in.wait()
        assert ended.value.kind is kind


async def test_a_wrong_address_is_refused_before_anything_is_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with identity_center() as (address, _):
        monkeypatch.setenv("AWS_ENDPOINT_URL", address)
        with pytest.raises(AwsError):
            await DeviceSignIn("https://elsewhere.invalid", "eu-west-1").start()
