"""Operations in the terminal that the wizard lends: access, blanks, and how they end."""

import io
import os
from datetime import UTC, datetime

import pytest

from solarrally_tui.aws.keys import Keys, Secret
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.screens.status.operations import OPERATIONS, Operation
from solarrally_tui.screens.status.terminal_run import how_it_ended, run_here
from solarrally_tui.simulator.child import Account
from solarrally_tui.wizard.model import Access

SITES = Operation("Sites", "lists them", "free", "sites")
END = datetime(2026, 11, 30, 12, tzinfo=UTC)
KEYS = Keys("AKIAEXAMPLE", Secret("typed-secret"), Secret("typed-token"), END, "sso")


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What a person types into the terminal."""
    lines = io.StringIO()
    monkeypatch.setattr("sys.stdin", lines)
    return lines


def test_each_operation_has_one_line_of_a_terminal_of_80_columns() -> None:
    widths = [max(map(len, column)) for column in zip(*map(_cells, OPERATIONS), strict=True)]
    assert sum(widths) + 4 <= 66


def _cells(one: Operation) -> tuple[str, str, str]:
    return one.title, one.what, one.costs


def test_access_keys_go_into_the_environment_and_on_no_command_line() -> None:
    access = Access("work", KEYS, read_only=True)
    assert access.options == ("--read-only",)
    own = {"AWS_ACCESS_KEY_ID": "other", "AWS_SECURITY_TOKEN": "old", "PATH": "/bin"}
    assert access.environment(own) == {
        "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "typed-secret",
        "AWS_SESSION_TOKEN": "typed-token",
        "AWS_CREDENTIAL_EXPIRATION": "2026-11-30T12:00:00+00:00",
        "AWS_PROFILE": "work",
        "PATH": "/bin",
    }
    assert "typed" not in repr(access)


def test_keys_without_a_token_take_no_token_of_the_environment_along() -> None:
    lasting = Access(None, Keys("AKIAEXAMPLE", Secret("typed-secret")))
    given = lasting.environment({"AWS_SESSION_TOKEN": "of somebody else", "AWS_PROFILE": "x"})
    assert set(given) == {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}


def test_a_profile_is_named_and_the_environment_passed_on() -> None:
    own = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}
    assert Access("work").options == ("--profile", "work")
    assert Access("work").environment(own) == own == Access().environment(own)
    assert Access().options == ()


def test_a_command_gets_the_keys_of_the_wizard(
    account: Account,
    typed: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    for name, value in account.applied_to(os.environ).items():
        monkeypatch.setenv(name, value)
    keys = Keys(os.environ["AWS_ACCESS_KEY_ID"], Secret(os.environ["AWS_SECRET_ACCESS_KEY"]))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAOTHER")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    run_here(SITES, ["sites"], Access(keys=keys, read_only=True))
    shown = capfd.readouterr()
    assert "Sites has ended well." in shown.out, shown
    assert keys.secret.reveal() not in shown.out + shown.err


@pytest.mark.parametrize("answer", ["\n", "", " \n"])
def test_nothing_is_started_without_an_answer(
    answer: str, typed: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    typed.write(answer)
    typed.seek(0)
    (export,) = [one for one in OPERATIONS if one.title == "Export"]
    run_here(export, export.command("barn", "").split()[1:], Access())
    shown = capsys.readouterr().out
    assert "A new folder for the Terraform files." in shown
    assert shown.startswith("Export: writes the site as Terraform. Price: free.\n")
    assert "Export was not started." in shown
    assert "$ solarrally" not in shown


def test_what_is_shown_meanwhile_leaves_the_terminal_as_it_was(
    typed: io.StringIO, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    (clone,) = [one for one in OPERATIONS if one.title == "Clone"]
    run_here(clone, clone.command("barn", "").split()[1:], Access())
    shown = capsys.readouterr().out
    assert shown.startswith("\x1b[?1049h")
    assert "Clone was not started." in shown
    assert shown.endswith("\x1b[?1049l")


@pytest.mark.parametrize("one", OPERATIONS, ids=lambda one: one.title)
def test_every_blank_of_a_command_is_asked_for(one: Operation) -> None:
    words = one.command("barn", "").split()
    assert [word for word in words if word.isupper()] == list(one.blanks)


@pytest.mark.parametrize("status", Exit)
def test_every_exit_status_is_said_in_words(status: Exit) -> None:
    assert how_it_ended("Drill", status).startswith("Drill ")
    assert "exit status" not in how_it_ended("Drill", status)


def test_what_a_signal_ended_can_be_resumed() -> None:
    assert how_it_ended("Drill", -9) == "Drill was stopped by signal 9. Run it again to resume."
