"""The handler around every command: words and a status for whatever happens, JSON with a result."""

import asyncio
import errno
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from solarrally_tui import cli
from solarrally_tui.account.credentials.keyring_store import KeyringError
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.chargers.problems import ChargerError
from solarrally_tui.commands.shared import guard
from solarrally_tui.commands.shared.terminal import explain, say, show_result
from solarrally_tui.computer.problem import ComputerError
from solarrally_tui.provisioning.engine.events import VERSION
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.engine.steps import StepError
from solarrally_tui.site.problems import Problem, SiteError
from solarrally_tui.text.plain import Plain

COMMANDS = Path(guard.__file__).parents[1]
CANARY = "wJalrXUtnFEMI-canary"
PLAIN = Plain(what="It broke.", why="It is old.", next="Fix it.", detail="the detail")


def raises(error: BaseException) -> Callable[[], int]:
    def work() -> int:
        secret = CANARY  # noqa: F841 a local variable that must not be shown
        raise error

    return work


async def _fails() -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(asyncio.to_thread(raises(ComputerError(PLAIN))))


ENDS: list[tuple[BaseException, Exit, str]] = [
    (RuntimeError(CANARY), Exit.INTERNAL, "Internal error in solarrally."),
    (AssertionError(), Exit.INTERNAL, ""),
    (RecursionError(), Exit.INTERNAL, ""),
    (MemoryError(), Exit.INTERNAL, ""),
    (ImportError(CANARY), Exit.INTERNAL, ""),
    (ImportError(CANARY, name="httpx"), Exit.INTERNAL, "The package httpx is missing"),
    (UnicodeEncodeError("ascii", CANARY, 0, 1, "no"), Exit.INTERNAL, ""),
    (ExceptionGroup("all", [ValueError(CANARY)]), Exit.INTERNAL, "ValueError"),
    (ExceptionGroup("all", [ComputerError(PLAIN)]), Exit.CREDENTIALS, "It broke."),
    (OSError(errno.ENOSPC, "No space left on device", "/x/y"), Exit.FAILED, "(/x/y)"),
    (ComputerError(PLAIN), Exit.CREDENTIALS, "It broke."),
    (KeyringError(PLAIN), Exit.CREDENTIALS, "It broke."),
    (StepError(PLAIN, Exit.WAITING_FOR_YOU), Exit.WAITING_FOR_YOU, "It broke."),
    (SiteError((Problem("name", "is missing.", ""),)), Exit.INVALID_SITE, "name: is missing."),
    (ChargerError(what="w", why="y", next="n"), Exit.REFUSED, "w"),
    (AwsError("ExpiredToken", "", "sts", "x"), Exit.CREDENTIALS, "expired"),
    (AwsError("ReadOnly", "", "sts", "x"), Exit.REFUSED, "Nothing was changed"),
    (AwsError("EndpointConnectionError", "", "sts", "x"), Exit.OUT_OF_SIGHT, "cannot be reached"),
    (AwsError("Whatever", "", "sts", "x"), Exit.FAILED, ""),
    (KeyboardInterrupt(), Exit.REFUSED, "Stopped."),
    (asyncio.CancelledError(), Exit.REFUSED, "Stopped."),
]


@pytest.mark.parametrize(("error", "status", "words"), ENDS, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("as_json", [False, True])
def test_whatever_a_command_raises_becomes_words_and_a_status(
    error: BaseException,
    status: Exit,
    words: str,
    as_json: bool,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert guard.guarded(raises(error), as_json=as_json) == status
    printed = capsys.readouterr()
    assert words in printed.err
    assert printed.err.strip()
    for text in printed:
        assert "Traceback" not in text
        assert CANARY not in text
    if not as_json:
        assert printed.out == ""
        return
    result = json.loads(printed.out)
    assert (result["type"], result["exit_code"], result["v"]) == ("result", status, VERSION)
    assert result["reason"]
    if not isinstance(error, KeyboardInterrupt | asyncio.CancelledError):
        assert result["cause"]["next"] or result["cause"]["what"]


def test_an_error_of_ours_says_where_it_arose_and_what_to_do(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def inner() -> int:
        try:
            raise KeyError(CANARY)
        except KeyError as error:
            raise RuntimeError(CANARY) from error

    assert guard.guarded(inner, as_json=False) == Exit.INTERNAL
    said = capsys.readouterr().err
    assert "send the detail below to the maintainers" in said
    assert "RuntimeError at " in said
    assert "KeyError at tests/computer/test_guard.py" in said
    assert "Python 3" in said
    assert str(Path(__file__).parents[2]) not in said


def test_a_status_that_a_command_returns_stays_and_its_words_are_the_reason(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def refuses() -> int:
        say("The file is not there.")
        return Exit.INVALID_SITE

    assert guard.guarded(refuses, as_json=True) == Exit.INVALID_SITE
    result = json.loads(capsys.readouterr().out)
    assert (result["reason"], result["state"]) == ("The file is not there.", "failed")


def test_a_command_that_printed_its_result_prints_no_other(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def prints() -> int:
        explain(PLAIN)
        return show_result({"site": "barn"}, Exit.WARN)

    assert guard.guarded(prints, as_json=True) == Exit.WARN
    assert json.loads(capsys.readouterr().out) == {
        "site": "barn",
        "type": "result",
        "exit_code": 10,
    }


@pytest.mark.parametrize(
    "words",
    [
        ("status", "--json"),
        ("fly", "--json"),
        ("status", "--js"),
        ("diagnose", "--format", "json"),
        ("estimate", "--format=json", "--chargers", "many"),
        ("deploy", "/proc/gone.toml", "--json"),
        ("chargers", "simulate", "/proc/gone", "--json"),
    ],
)
def test_json_ends_with_a_result_even_where_the_command_line_is_wrong(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(words)
    result = json.loads(capsys.readouterr().out)
    assert (result["type"], result["exit_code"]) == ("result", ended.value.code)
    assert result["reason"]
    assert ended.value.code in set(Exit) - {0}


@pytest.mark.parametrize("words", [("status", "x"), ("--help",), ("x", "--jason")])
def test_nobody_gets_json_unasked(words: tuple[str, ...]) -> None:
    assert not guard.wants_json(words)


def test_every_status_is_documented() -> None:
    help_text = " ".join(cli.parser().format_help().split())
    for status in set(Exit):
        assert f"{status.value} " in help_text, status


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_job_that_is_cancelled_ends_with_words_and_a_result(sent: signal.Signals) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        environment = os.environ | {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{silent.getsockname()[1]}",
            "AWS_ACCESS_KEY_ID": "111111111111",
            "AWS_SECRET_ACCESS_KEY": "x",
            "NO_PROXY": "127.0.0.1",
        }
        command = [sys.executable, "-m", "solarrally_tui", "status", "barn", "--json"]
        with subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            silent.settimeout(60)
            silent.accept()
            process.send_signal(sent)
            out, err = process.communicate(timeout=60)
    assert process.returncode == Exit.OUT_OF_SIGHT
    result = json.loads(out)
    assert (result["type"], result["exit_code"], result["state"]) == ("result", 8, "out_of_sight")
    assert b"Stopped watching" in err
    assert b"Traceback" not in err


def test_json_is_printed_by_what_marks_a_result() -> None:
    own = {"shared/terminal.py", "shared/event_readers.py", "demonstration/stage.py"}
    for path in COMMANDS.rglob("*.py"):
        name, text = path.relative_to(COMMANDS).as_posix(), path.read_text(encoding="utf-8")
        if name not in own and "demonstration" not in path.parts:
            assert "json.dumps" not in text, name
