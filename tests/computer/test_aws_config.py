"""What people have in ~/.aws: read, or told with file, line and profile; AWS is not asked."""

import hashlib
import json
import os
import shlex
import sys
from pathlib import Path

import botocore.credentials
import botocore.tokens
import pytest

from solarrally_tui import cli
from solarrally_tui.account.credentials.sign_in import DeviceSignIn
from solarrally_tui.aws import credential_helper
from solarrally_tui.aws.credential_sources import find
from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind, Plain
from solarrally_tui.simulator.child import Account
from tests.account.sso_stand_in import identity_center
from tests.computer.environments import CANARY, CONFIGS, CREDENTIALS

SITE = str(Path(__file__).parents[2] / "examples" / "small.toml")
KEYS = "aws_access_key_id = 111111111101\naws_secret_access_key = embedded\n"
ROLE = "role_arn = arn:aws:iam::111111111108:role/ops\n"
LATER = "2999-01-01T00:00:00Z"
GOOD = f'{{"Version": 1, "AccessKeyId": "111111111109", "SecretAccessKey": "{CANARY}"'


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder of its own, and no settings of AWS's tools but those in it."""
    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    (tmp_path / ".aws").mkdir()
    return tmp_path


def write(home: Path, config: str | bytes = "", credentials: str | bytes = "") -> None:
    for name, content in (("config", config), ("credentials", credentials)):
        data = content.encode() if isinstance(content, str) else content
        if data:
            (home / ".aws" / name).write_bytes(data)


async def refusal(profile: str | None = "ops", kind: Kind = Kind.LOCAL) -> Plain:
    """Return the words for a profile that cannot be used."""
    with pytest.raises(AwsError) as refused:
        async with await Door.open(profile=profile) as door:
            await door.identity()
    assert refused.value.kind is kind, refused.value
    plain = refused.value.plain
    assert "AWS was not asked" in plain.what
    assert plain.why
    assert plain.next
    assert CANARY not in f"{plain} {plain.detail} {refused.value}"
    return plain


@pytest.mark.parametrize(
    ("config", "credentials", "number"),
    [
        ("\ufeff[default]\r\nregion = eu-west-1\r\n", f"\ufeff[default]\r\n{KEYS}", "1"),
        ("[default]\r\nregion = eu-west-1\r\n", f"[default]\r\n{KEYS}".replace("\n", "\r\n"), "1"),
        ("[default]\nregion = eu-west-1  # Dublin\noutput = json\n", f"[default]\n{KEYS}", "1"),
        (
            "[default]\nregion = eu-west-1\n".encode("utf-16"),
            f"[default]\n{KEYS}".encode("utf-16"),
            "",
        ),
        ("# größe\n[default]\nregion = eu-west-1 ; here\n".encode(), f"[default]\n{KEYS}", ""),
    ],
    ids=["byte order mark", "crlf", "inline comment", "utf-16", "umlaut in a comment"],
)
async def test_files_as_editors_write_them_work(
    home: Path,
    account: Account,
    monkeypatch: pytest.MonkeyPatch,
    config: str | bytes,
    credentials: str | bytes,
    number: str,
) -> None:
    write(home, config, credentials)
    monkeypatch.setenv("AWS_ENDPOINT_URL", account.endpoint_url)
    async with await Door.open() as door:
        assert door.region == "eu-west-1"
        assert (await door.identity()).account == "111111111101"


MISTAKES = {
    "sso gone": ("Line 2 of ~/.aws/config names the sso-session corp", "aws configure sso"),
    "helper text": ("Line 2 of ~/.aws/config names /bin/echo. It printed no JSON: Sign in", ""),
    "helper fails": ("exit status 3: expired", ""),
    "helper gone": ("names /proc/gone/helper. It cannot be started: No such file", ""),
    "helper quote": ("quotation mark", ""),
    "helper list": ("JSON that is no object", ""),
    "helper half": ("JSON without AccessKeyId", ""),
    "helper secret": ("no JSON", ""),
    "code": ("Line 5 of ~/.aws/config names the device", "on a terminal"),
    "loop": ("without end: ops, b, ops. Line 6 of ~/.aws/config", "source_profile"),
    "no source": ("Line 3 of ~/.aws/config names the source_profile gone", "--profile gone"),
    "role alone": ("Line 2 of ~/.aws/config names a role", "source_profile"),
    "both sources": ("Line 4 of ~/.aws/config has credential_source", "Keep one"),
    "odd source": ("credential_source Moon", "Environment"),
    "half a key": ("Line 2 of ~/.aws/config: aws_secret_access_key is missing", "aws configure"),
    "sso half": ("needs sso_account_id, too", "aws configure sso"),
    "sso odd": ("with another sso_start_url", "only"),
    "token file": ("/proc/gone/token cannot be read: No such file", "Correct"),
    "token alone": ("needs role_arn", "AWS_ROLE_ARN"),
    "twice": ("Line 3: the section [profile ops] is there for the second time", "~/.aws/config"),
    "setting twice": ("Line 3: the setting region", "~/.aws/config"),
    "no section": ("Line 1:", "~/.aws/config"),
    "open bracket": ("Line 1:", "~/.aws/config"),
    "no value": ("Line 2:", "~/.aws/config"),
    "bare section": ("[ops] in line 1 of ~/.aws/config is not read", "[profile ops]"),
    "nested": ("below s3", "~/.aws/config"),
    "binary": ("Line 1: this is not text in UTF-8", "~/.aws/config"),
    "none": ("The option --profile names it", "aws configure --profile ops"),
    "odd mode": ("defaults_mode in line 3 of ~/.aws/config", "defaults_mode"),
}
SIGNED_OUT = {
    "sso": ("IAM Identity Center", "aws sso login --profile ops"),
    "login": ("aws login", "aws login --profile ops"),
}


@pytest.mark.parametrize("case", MISTAKES)
async def test_a_mistake_is_told_with_its_place(home: Path, case: str) -> None:
    write(home, CONFIGS[case], f"[base]\n{KEYS}" if case == "code" else "")
    plain = await refusal()
    why, then = MISTAKES[case]
    assert why in plain.why
    assert then in plain.next


@pytest.mark.parametrize("case", SIGNED_OUT)
async def test_a_sign_in_that_is_over_names_the_command(home: Path, case: str) -> None:
    write(home, CONFIGS[case])
    plain = await refusal(kind=Kind.EXPIRED)
    why, then = SIGNED_OUT[case]
    assert why in plain.why
    assert "of ~/.aws/config" in plain.why
    assert then in plain.next
    assert "needs the AWS CLI" in plain.next
    assert "Account, Other credentials" in plain.next


@pytest.mark.parametrize(
    ("cached", "kind"),
    [
        (f'{{"accessToken": "{CANARY}", "expiresAt": "2020-01-01T00:00:00Z"}}', Kind.EXPIRED),
        (f'{{"accessToken": "{CANARY}", "expiresAt": "soon"}}', Kind.LOCAL),
        ("{", Kind.LOCAL),
        ("{}", Kind.EXPIRED),
    ],
    ids=["expired", "no time", "cut off", "empty"],
)
async def test_a_sign_in_whose_cache_is_of_no_use_names_the_command(
    home: Path, monkeypatch: pytest.MonkeyPatch, cached: str, kind: Kind
) -> None:
    cache = home / "cache"
    cache.mkdir()
    url = "https://x.example"
    for name in ("corp", url):
        (cache / f"{hashlib.sha1(name.encode()).hexdigest()}.json").write_text(cached)
    for provider in (botocore.credentials.SSOProvider, botocore.tokens.SSOTokenProvider):
        monkeypatch.setattr(provider, "_SSO_TOKEN_CACHE_DIR", str(cache))
    old = f"[profile old]\nsso_start_url = {url}\nsso_region = eu-west-1\nsso_account_id = 1\n"
    write(home, f"{CONFIGS['sso'].decode()}{old}sso_role_name = Ops\n")
    assert "aws sso login --profile old" in (await refusal("old", kind)).next


async def test_the_own_sign_in_needs_no_profile(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(home, CONFIGS["twice"], CREDENTIALS["binary"])
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    with identity_center() as (address, _):
        monkeypatch.setenv("AWS_ENDPOINT_URL", address)
        sign_in = DeviceSignIn("https://x.example/start", "eu-west-1")
        assert (await sign_in.start()).code
        sign_in.close()


@pytest.mark.parametrize("case", ["sso gone", "helper text", "code", "login"])
@pytest.mark.parametrize(
    "words", [("status", "barn", "--json"), ("deploy", SITE, "--yes", "--json")]
)
def test_a_command_ends_with_the_place_and_status_4(
    home: Path, capsys: pytest.CaptureFixture[str], case: str, words: tuple[str, ...]
) -> None:
    write(home, CONFIGS[case], f"[base]\n{KEYS}" if case == "code" else "")
    with pytest.raises(SystemExit) as ended:
        cli.main([*words, "--profile", "ops"])
    printed = capsys.readouterr()
    result = json.loads(printed.out.splitlines()[-1])
    assert (ended.value.code, result["type"], result["exit_code"]) == (4, "result", 4)
    assert "AWS was not asked" in result["reason"]
    assert "of ~/.aws/config" in result["cause"]["why"]
    assert "of ~/.aws/config" in printed.err or "deploy" in words


async def test_the_default_profile_needs_no_option(home: Path) -> None:
    write(home, "[default]\nlogin_session = arn:aws:iam::111111111107:user/ops\n")
    plain = await refusal(None, Kind.EXPIRED)
    assert "aws login, which needs" in plain.next


async def test_a_profile_behind_a_role_is_the_one_to_sign_in_with(home: Path) -> None:
    write(home, f"{CONFIGS['sso'].decode()}[profile role]\n{ROLE}source_profile = ops\n")
    assert "--profile ops" in (await refusal("role", Kind.EXPIRED)).next


@pytest.mark.parametrize(
    ("credentials", "why"),
    [
        ("binary", "this is not text in UTF-8"),
        ("quoted", "Line 2 of ~/.aws/credentials has it"),
        ("letters", "Line 2 of ~/.aws/credentials has it"),
        ("empty", "Line 2 of ~/.aws/credentials has it"),
        ("temporary", "aws_session_token is missing"),
    ],
)
async def test_a_mistake_in_credentials_is_told(home: Path, credentials: str, why: str) -> None:
    write(home, credentials=CREDENTIALS[credentials])
    assert why in (await refusal()).why


@pytest.mark.parametrize(
    ("config", "credentials", "why"),
    [
        (
            "[profile ops]\nregion = eu-west-1\n",
            "",
            "Line 1 of ~/.aws/config begins the profile ops",
        ),
        ("", "[ops]\naws_secret_access_key = x\n", "aws_access_key_id is missing"),
    ],
)
async def test_a_profile_without_credentials_is_told(
    home: Path, config: str, credentials: str, why: str
) -> None:
    write(home, config, credentials)
    with pytest.raises(AwsError) as refused:
        async with await Door.open(profile="ops") as door:
            await door.identity()
    assert refused.value.kind is Kind.NO_CREDENTIALS
    assert why in refused.value.plain.why


async def test_an_unknown_profile_gets_a_suggestion(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(home, "[profile production]\nregion = eu-west-1\n", f"[staging]\n{KEYS}")
    monkeypatch.setenv("AWS_PROFILE", "prodction")
    plain = await refusal(None)
    assert "AWS_PROFILE names it. There are: production, staging." in plain.why
    assert plain.next.startswith("Use production")


@pytest.mark.parametrize("variable", ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"])
async def test_a_variable_that_names_no_file_is_told(
    home: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "/proc/gone/file")
    assert f"{variable} names /proc/gone/file, which is no file." in (await refusal()).why
    with pytest.raises(AwsError) as refused:
        async with await Door.open() as door:
            await door.identity()
    assert refused.value.kind is Kind.NO_CREDENTIALS
    assert f"{variable} names /proc/gone/file" in refused.value.plain.why


@pytest.mark.parametrize(
    ("variables", "why"),
    [
        ({"AWS_ACCESS_KEY_ID": "111111111111"}, "AWS_SECRET_ACCESS_KEY is not set"),
        (
            {"AWS_ACCESS_KEY_ID": "1 1", "AWS_SECRET_ACCESS_KEY": "x"},
            "The environment, in AWS_ACCESS_KEY_ID",
        ),
        ({"AWS_ENDPOINT_URL": "nonsense"}, "It comes from AWS_ENDPOINT_URL"),
        ({"AWS_DEFAULTS_MODE": "maybe"}, "It comes from AWS_DEFAULTS_MODE"),
        ({"AWS_METADATA_SERVICE_TIMEOUT": "soon"}, "AWS_METADATA_SERVICE_TIMEOUT"),
        ({"HTTP_PROXY": "socks5://127.0.0.1:9"}, "HTTP_PROXY names socks5://127.0.0.1:9, which"),
        ({"HTTP_PROXY": "http://u:p@h:port"}, "HTTP_PROXY names http://h:port, which is not"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
async def test_a_variable_with_a_mistake_is_named(
    home: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], why: str
) -> None:
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    write(home, credentials=f"[default]\n{KEYS}")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert why in (await refusal(None)).why


def helper(home: Path, program: str) -> None:
    """Let the profile ops run a program of Python."""
    command = f"{sys.executable} -c {shlex.quote(program)}"
    write(home, f"[profile ops]\nregion = eu-west-1\ncredential_process = {command}\n")


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("import time; time.sleep(60)", "did not end within 0 seconds"),
        (f'print({GOOD!r} + \', "Expiration": "2001-01-01T00:00:00Z"}}\')', "expired on 2001"),
        (f'print({GOOD!r} + \', "Expiration": "soon"}}\')', "that is no time"),
        (f"print({GOOD!r}[:-4])", "no JSON"),
        ("print('{\"Version\": 2}')", '"Version": 1'),
    ],
    ids=["hangs", "expired", "no time", "cut off", "version"],
)
async def test_a_helper_that_is_of_no_use_is_told(
    home: Path, monkeypatch: pytest.MonkeyPatch, program: str, why: str
) -> None:
    monkeypatch.setattr(credential_helper, "LIMIT_SECONDS", 0.3 if "sleep" in program else 20.0)
    helper(home, program)
    plain = await refusal()
    assert why in plain.why
    assert plain.why.startswith("Line 3 of ~/.aws/config names")


async def test_a_helper_that_works_is_used(
    home: Path, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", account.endpoint_url)
    text = f'\ufeff{GOOD}, "Expiration": "{LATER}"}}'
    helper(home, f"import sys; sys.stdout.buffer.write({text!r}.encode())")
    async with await Door.open(profile="ops") as door:
        assert (await door.identity()).account == "111111111109"


async def test_a_file_that_nobody_may_read_is_told(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(home, "[profile ops]\n")

    def closed(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", closed)
    assert "cannot be read: Permission denied" in (await refusal()).why


def test_what_can_be_listed_is_listed_beside_a_broken_file(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(home, CONFIGS["twice"])
    with pytest.raises(AwsError) as refused:
        find()
    assert "Line 3" in refused.value.plain.why
