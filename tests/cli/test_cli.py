"""The command line as a subprocess: usage, exit status, words instead of tracebacks."""

import argparse
import ast
import io
import json
import os
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from solarrally_tui.commands.shared.groups import COMMANDS
from solarrally_tui.commands.shared.options import CommonOptions
from solarrally_tui.commands.shared.terminal import coloured
from solarrally_tui.commands.tree import parser

ACTIONS = ("add", "simulate", "watch", "show", "refresh", "check", "find", "image", "list")
CALLS = (
    (),
    ("init", "x.toml"),
    ("validate", "x.toml"),
    ("estimate",),
    ("quote", "--customer", "Sun"),
    ("prices", "show"),
    ("prices", "refresh"),
    ("deploy", "x.toml"),
    ("plan", "x.toml"),
    ("status", "barn"),
    ("diagnose", "barn"),
    ("explain", "x"),
    ("access", "barn"),
    ("rotate", "barn"),
    ("import", "barn", "x.sql"),
    ("destroy", "barn"),
    ("chargers", "add", "evse", "--to", "x"),
    ("chargers", "simulate", "x"),
    ("chargers", "watch"),
    ("demo",),
    ("simulator",),
    ("policy", "support"),
    ("source", "check", "x"),
    ("source", "image"),
    ("credentials", "add", "x"),
    ("credentials", "list"),
    ("preflight", "x.toml"),
)
MINIMAL = (
    'name = "sunny-garage"\nregion = "us-east-1"\ntier = "small"\n[alerts]\nemail = "a@b.cd"\n'
)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A clean home without AWS credentials and without a way to reach anything."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
    return kept | {
        "HOME": str(tmp_path),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": str(tmp_path / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"),
    }


def solarrally(environment: dict[str, str], *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "solarrally_tui", *words],
        env=environment,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        stdin=subprocess.DEVNULL,
    )


def test_help_lists_the_exit_status(environment: dict[str, str]) -> None:
    told = solarrally(environment, "--help")
    assert told.returncode == 0
    assert "6 failed and rolled back" in told.stdout.replace("\n", " ")


def test_an_unknown_command_is_a_usage_error(environment: dict[str, str]) -> None:
    assert solarrally(environment, "fly").returncode == 2


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_action_explains_itself(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in ([command, "--help"], *([command, action, "--help"] for action in ACTIONS)):
        with pytest.raises(SystemExit) as ended:
            parser().parse_args(words)
        printed = capsys.readouterr()
        if ended.value.code == 0:
            assert "--read-only" in printed.out
        else:
            assert words[1:2] != ["--help"]


@pytest.mark.parametrize("words", [("status", "barn"), ("chargers", "add", "one", "--to", "x")])
def test_common_options_stand_anywhere(words: tuple[str, ...]) -> None:
    for place in range(len(words) + 1):
        given = [*words[:place], "--profile", "work", "--read-only", *words[place:]]
        if place == len(words) or words[place - 1] != "--to":
            parsed = parser().parse_args(given)
            assert (parsed.profile, parsed.credentials, parsed.read_only) == ("work", None, True)
    parsed = parser().parse_args(words)
    assert (parsed.profile, parsed.credentials, parsed.read_only) == (None, None, False)


@pytest.mark.parametrize("words", CALLS)
def test_every_option_of_a_command_is_on_its_parser(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise the command would fail when its options are built from what was parsed."""

    class BuiltError(Exception):
        pass

    def build(cls: type[CommonOptions], parsed: argparse.Namespace) -> CommonOptions:
        assert {field.name for field in fields(cls)} <= set(vars(parsed))
        raise BuiltError

    monkeypatch.setattr(CommonOptions, "of", classmethod(build))
    parsed = parser().parse_args(words)
    with pytest.raises(BuiltError):
        parsed.run(parsed)


def test_a_command_imports_no_other() -> None:
    code = (
        "import sys; from solarrally_tui.commands.tree import parser;"
        "parser().parse_args(['status', 'x']);"
        "print([name for name in sys.modules if 'commands.' in name])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    modules = set(ast.literal_eval(done.stdout))
    assert "solarrally_tui.commands.watching.status" in modules
    assert not modules & {f"solarrally_tui.commands.{name}" for name in ("deploy", "wizard")}


def test_validate_accepts_the_minimal_file(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text(MINIMAL)
    told = solarrally(environment, "validate", str(tmp_path / "site.toml"))
    assert (told.returncode, told.stderr) == (0, "")
    assert "sunny-garage" in told.stdout


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("us-east-1", "eu-south-1"), "no prices for eu-south-1"),
        (("us-east-1", "eu-central-2"), "AWS does not offer AWS IoT Core in eu-central-2"),
        (("[alerts]", '[size]\ndatabase_class="db.x2g.large"\n[alerts]'), "no price for db.x2g"),
    ],
)
def test_validate_warns_of_what_has_no_price(
    environment: dict[str, str], tmp_path: Path, change: tuple[str, str], words: str
) -> None:
    (tmp_path / "site.toml").write_text(MINIMAL.replace(*change))
    done = solarrally(environment, "validate", str(tmp_path / "site.toml"))
    assert (done.returncode, done.stderr) == (0, "")
    assert words in " ".join(done.stdout.split())


def test_validate_names_every_problem(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text(
        MINIMAL.replace("a@b.cd", "nobody") + "[size]\nchargers=0\n"
    )
    told = solarrally(environment, "validate", str(tmp_path / "site.toml"))
    assert told.returncode == 3
    assert "alerts.email: must be an e-mail address" in told.stderr
    assert "size.chargers: must be at least 1" in told.stderr
    assert "Traceback" not in told.stderr


def test_deploy_without_a_terminal_needs_yes(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text(MINIMAL)
    told = solarrally(environment, "deploy", str(tmp_path / "site.toml"), "--yes")
    assert told.returncode == 4
    assert "No usable AWS credentials" in told.stderr
    assert "Traceback" not in told.stderr


def test_delete_data_must_repeat_the_name(environment: dict[str, str]) -> None:
    told = solarrally(environment, "destroy", "one", "--yes", "--delete-data", "two")
    assert told.returncode == 5
    assert "repeat the site's name" in told.stderr


def test_a_new_password_of_a_user_is_shown_to_no_pipe(environment: dict[str, str]) -> None:
    told = solarrally(environment, "users", "add", "one", "anne@example.com", "--role", "operator")
    assert (told.returncode, told.stdout) == (5, "")
    assert "--password-stdin" in told.stderr
    short = solarrally(environment, "users", "reset-password", "one", "a@b.c", "--password-stdin")
    assert short.returncode == 2
    assert solarrally(environment, "users", "remove", "one", "anne").returncode == 2
    assert solarrally(environment, "users", "remove", "one", "a@b.c").returncode == 5


def test_the_wizard_needs_a_terminal(environment: dict[str, str]) -> None:
    told = solarrally(environment)
    assert told.returncode == 2
    assert "needs a terminal" in told.stderr


def test_a_reader_that_leaves_is_no_traceback(environment: dict[str, str]) -> None:
    site = Path(__file__).parents[2] / "examples" / "small.toml"
    command = [sys.executable, "-m", "solarrally_tui", "estimate", str(site)]
    reading, writing = os.pipe()
    os.close(reading)
    told = subprocess.run(
        command, env=environment, stdout=writing, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writing)
    assert (told.returncode, told.stderr) == (0, "")


def test_a_file_that_is_not_there_is_misuse_and_gets_the_nearest(
    environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "barn.toml").write_text(MINIMAL)
    for words in (["validate"], ["plan"], ["deploy", "--yes", "--json"], ["estimate"]):
        told = solarrally(environment, *words, str(tmp_path / "bran.toml"))
        assert told.returncode == 2
        assert "Did you mean barn.toml?" in told.stderr
        assert not told.stdout or json.loads(told.stdout.splitlines()[-1])["exit_code"] == 2


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1"])
def test_no_encoding_ends_in_a_traceback(environment: dict[str, str], encoding: str) -> None:
    site = str(Path(__file__).parents[2] / "examples" / "small.toml")
    for words in (["--help"], ["estimate", site], ["deploy", "\N{CHECK MARK}"], ["depl\u00f6y"]):
        told = solarrally(environment | {"PYTHONIOENCODING": encoding}, *words)
        assert told.returncode in (0, 2)
        assert "Traceback" not in told.stdout + told.stderr
        assert "Error" not in told.stderr


@pytest.mark.parametrize(
    ("is_terminal", "environ", "is_coloured"),
    [
        (True, {"TERM": "xterm"}, True),
        (True, {"TERM": "xterm", "NO_COLOR": ""}, False),
        (True, {"TERM": "dumb"}, False),
        (False, {"TERM": "xterm"}, False),
    ],
)
def test_glyphs_bars_and_prices_stand_out_on_terminals_alone(
    is_terminal: bool,
    environ: dict[str, str],
    is_coloured: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    stream = io.StringIO()
    monkeypatch.setattr(stream, "isatty", lambda: is_terminal)
    text = "  ✓ ok\n✗ no\nit is ✓ so\n✓tight\n○ Wait\nBox  4  ━━━"
    plain = (
        "  \x1b[32m✓\x1b[39m ok\n\x1b[31m✗\x1b[39m no\nit is ✓ so\n✓tight\n"
        "\x1b[90m○\x1b[39m Wait\nBox  4  \x1b[34m━━━\x1b[39m"
    )
    assert coloured(text, stream) == (plain if is_coloured else text)
    text = "64.64 USD a month in us-east-1.\nStart:\n  demo  Try it."
    plain = "\x1b[1m64.64 USD a month\x1b[22m in us-east-1.\n\x1b[1mStart:\x1b[22m\n  demo  Try it."
    assert coloured(text, stream) == (plain if is_coloured else text)
