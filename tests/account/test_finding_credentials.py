"""Which credentials there are, of which kind, and signing in with IAM Identity Center."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sso_stand_in import CLIENT_SECRET, KEYS, TOKEN, identity_center

from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.aws.finding import find
from solarrally_tui.aws.sign_in import Role, SignIn

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
        "new-sso": "sso", "old-sso": "sso", "signed": "login", "other-account": "assume-role",
        "vault": "process", "plain": "static", "odd-name": "static",
    }  # fmt: skip
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


@pytest.fixture
def no_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("solarrally_tui.aws.sign_in._SLOWER_SECONDS", 0.05)


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
        sign_in = SignIn("https://example.awsapps.com/start", "eu-west-1")
        told = await sign_in.start()
        assert told.code == "QRST-WXYZ"
        assert told.url_with_code.endswith("?user_code=QRST-WXYZ")
        sign_in._every = 0.05
        await sign_in.wait()
        assert center.pending == []
        roles = await sign_in.roles()
        assert roles == (Role("111111111111", "live", "Deployer"),
                         Role("222222222222", "test", "Deployer"))  # fmt: skip
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
        sign_in = SignIn("https://example.awsapps.com/start", "eu-west-1")
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
            await SignIn("https://elsewhere.invalid", "eu-west-1").start()
