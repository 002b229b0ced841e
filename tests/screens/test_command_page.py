"""Operations inside the wizard: access, what they ask, and how they end."""

import asyncio
import os
from datetime import UTC, datetime
from typing import Any

import pytest
from textual.widgets import Input

from solarrally_tui.aws.keys import Keys, Secret
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.screens.status.command_page import CommandScreen, ended, how_it_ended, settled
from solarrally_tui.screens.status.operations import OPERATIONS, Operation
from solarrally_tui.simulator.child import Account
from solarrally_tui.wizard.model import Access
from tests.screens.support import Open, screen_text, until, walk

SITES = Operation("Sites", "lists them", "free", "sites")
END = datetime(2026, 11, 30, 12, tzinfo=UTC)
KEYS = Keys("AKIAEXAMPLE", Secret("typed-secret"), Secret("typed-token"), END, "sso")


(DRILL,) = [one for one in OPERATIONS if one.title == "Drill"]
(IMPORT,) = [one for one in OPERATIONS if one.title == "Import"]


def given_to(monkeypatch: pytest.MonkeyPatch, account: Account) -> Keys:
    """Let what is started reach the simulated account; return the keys that open it."""
    for name, value in account.applied_to(os.environ).items():
        monkeypatch.setenv(name, value)
    return Keys(os.environ["AWS_ACCESS_KEY_ID"], Secret(os.environ["AWS_SECRET_ACCESS_KEY"]))


def test_each_operation_has_one_line_of_a_terminal_of_80_columns() -> None:
    widths = [max(map(len, column)) for column in zip(*map(_cells, OPERATIONS), strict=True)]
    assert sum(widths) + 4 <= 66


def _cells(one: Operation) -> tuple[str, str, str]:
    return one.title, one.what, one.costs


def test_each_step_has_one_line_which_its_end_replaces() -> None:
    printed = "Asked.\n● New: working\n✓ New: done\n● Tasks: working  Waits: 1.\n● Tasks: working\n"
    assert settled(printed).splitlines() == ["Asked.", "✓ New: done", "● Tasks: working"]


def test_what_has_ended_is_not_at_work() -> None:
    printed = "● New: working\nAbout 4 s left.\n○ Old: waiting  New.\n✓ Key: done\n▲ Mail: warning"
    assert ended(printed) == "✓ Key\n▲ Mail: warning"


def test_the_time_left_is_one_line() -> None:
    printed = "At least 9 s left.\n✓ New: done\nAbout 4 s left. Longest: Tasks.\n"
    assert settled(printed).splitlines() == ["About 4 s left. Longest: Tasks.", "✓ New: done"]


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


async def test_a_command_gets_the_keys_of_the_wizard(
    at: Open, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = given_to(monkeypatch, account)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAOTHER")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    async with at("status", deployed="sunny-garage") as (app, pilot):
        app.push_screen(CommandScreen(SITES, "", ["sites"], Access(keys=keys, read_only=True)))
        await until(app, pilot, "Sites: done.")
        assert keys.secret.reveal() not in screen_text(app)


async def test_another_word_than_the_sites_name_stays_to_be_mended(
    at: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = (
        "from solarrally_tui.commands.shared.terminal import confirm\n"
        "print(confirm('Type barn to confirm.', 'barn'))"
    )
    real = asyncio.create_subprocess_exec

    async def asks(program: str, *_: str, **how: Any) -> Any:
        return await real(program, "-c", script, **how)

    monkeypatch.setattr(asyncio, "create_subprocess_exec", asks)
    words = ["import", "barn", "DUMP"]
    async with at("status", (80, 24), deployed="barn") as (app, pilot):
        app.push_screen(CommandScreen(IMPORT, "barn", words, Access()))
        await until(app, pilot, "File that pg_dump wrote")
        await walk(pilot, "enter")  # nothing is started without an answer
        assert "File that pg_dump wrote" in screen_text(app)
        await walk(pilot, *"old.sql", "enter", seconds=0)
        await until(app, pilot, "Type barn to confirm.")
        for typed, wrong in (("bar", "bar"), ("s", "bars")):
            await walk(pilot, *typed, "enter", seconds=0)
            text = await until(app, pilot, "That is not barn. Nothing was done.")
            assert "Type barn to confirm." in text
            assert text.count("Nothing was done.") == 1
            assert app.screen.query_one("#command-answer", Input).value == wrong
        app.screen.query_one("#command-answer", Input).value = "barn"
        await walk(pilot, "enter", seconds=0)
        text = await until(app, pilot, "Import: done.")
        assert "True" in text
        assert "Type barn" not in text


async def test_what_was_begun_is_left_by_the_second_close_and_ends_as_by_ctrl_c(
    at: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = "input('> ')\nimport time\ntry:\n  time.sleep(600)\nexcept KeyboardInterrupt:\n  pass"
    real, started = asyncio.create_subprocess_exec, []

    async def asks(program: str, *_: str, **how: Any) -> Any:
        started.append(await real(program, "-c", script, **how))
        return started[-1]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", asks)
    async with at("status", (80, 24), deployed="sunny-garage") as (app, pilot):
        app.push_screen(CommandScreen(SITES, "", ["sites"], Access()))
        await until(app, pilot, " Continue ")
        await walk(pilot, *"yes", "enter", "escape", seconds=0)
        await until(app, pilot, "Sites is still at work. Close again to stop it here")
        assert started[0].returncode is None
        await walk(pilot, "escape")
        assert await asyncio.wait_for(started[0].wait(), 60) == 0
        assert "at work" not in screen_text(app)


async def test_how_a_run_ended_is_above_what_it_printed(
    at: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = asyncio.create_subprocess_exec

    async def drills(program: str, *_: str, **how: Any) -> Any:
        script = "print('This restores it.\\n' + 'line\\n' * 40 + '\\nIt can be restored.')"
        return await real(program, "-c", script, **how)

    monkeypatch.setattr(asyncio, "create_subprocess_exec", drills)
    async with at("status", (80, 24), deployed="sunny-garage") as (app, pilot):
        app.push_screen(CommandScreen(DRILL, "sunny-garage", ["drill"], Access()))
        await until(app, pilot, "✓ It can be restored.")
        text = await until(app, pilot, "This restores it.")
        assert text.count("It can be restored.") == 1
        assert text.index("It can be restored.") < text.index("This restores it.")


@pytest.mark.parametrize("one", OPERATIONS, ids=lambda one: one.title)
def test_every_blank_of_a_command_is_asked_for(one: Operation) -> None:
    words = one.command("barn", "eu-west-1").split()
    assert [word for word in words if word.isupper()] == list(one.blanks)


@pytest.mark.parametrize("status", Exit)
def test_every_exit_status_is_said_in_words(status: Exit) -> None:
    words = how_it_ended("Drill", status)[1]
    assert words.startswith("Drill: ")
    assert "exit status" not in words


def test_what_a_signal_ended_can_be_resumed() -> None:
    assert how_it_ended("Drill", -9)[1] == "Drill: stopped by signal 9. Run it again to resume."
