"""Presenter mode: what a room sees, and what it does not."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from textual.events import Key

from solarrally_tui.interview.steps import ORDER
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome
from solarrally_tui.screens.presenter import STORIES, shown_name, story
from solarrally_tui.screens.widgets.discreet import hide
from solarrally_tui.screens.widgets.field import LineInput
from solarrally_tui.wizard.run_progress import RunProgress
from tests.screens.scripted.services import ME, Scripted, at
from tests.screens.support import Open, screen_text, walk

ARN = "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/ada"


def test_every_step_has_its_story() -> None:
    assert set(STORIES) == set(ORDER)


@pytest.mark.parametrize(
    "text",
    [
        "Account 123456789012 · us-east-1",
        f"As {ARN} now",
        "role arn:aws-cn:iam::123456789012:role/x, then",
    ],
)
def test_numbers_and_arns_are_hidden_and_nothing_moves(text: str) -> None:
    hidden = hide(text)
    assert "123456789012" not in hidden
    assert "arn:" not in hidden
    assert len(hidden) == len(text)
    assert hidden.split()[0] == text.split(maxsplit=1)[0]


def test_what_is_typed_into_a_field_is_not_shown() -> None:
    assert shown_name(Key("a", "a"), LineInput()) == ""
    assert shown_name(Key("enter", "\r"), LineInput()) == "Enter"
    assert shown_name(Key("o", "o"), None) == "O"
    assert shown_name(Key("ctrl+n", None), None) == "Ctrl+N"
    assert shown_name(Key("f4", None), None) == "F4"


async def test_f12_shows_the_story_the_figure_and_the_keys_and_hides_the_account(
    at: Open, services: Scripted
) -> None:
    services.who_answers = [replace(ME, arn=ARN)]
    async with at("account", (120, 40), who=services.who_answers[0]) as (app, pilot):
        assert "123456789012" in screen_text(app)
        text = await walk(pilot, "f12")
        assert STORIES["account"].title in text
        assert not {"123456789012", "assumed-role"} & set(text.split())
        assert "123456789012" not in app.export_screenshot()
        text = await walk(pilot, "ctrl+n")
        assert "Ctrl+N" in text  # the key that led here
        assert STORIES["billing"].title in text
        assert "F3" in await walk(pilot, "f3")
        text = await walk(pilot, "f12")
        assert STORIES["billing"].title not in text
        assert "123456789012" in text


def test_the_story_of_a_run_follows_the_run() -> None:
    def told(*outcome: Exit, destroys: bool = False, data: State = State.RUNNING) -> str:
        run = RunProgress({"data": "Database"}, destroys=destroys)
        run.take(at(1, "data", data))
        for code in outcome:
            run.finish(Outcome(code, "It ended."))
        found = story("provision", run)
        assert found is not None
        return found.title

    assert story("provision", None) == STORIES["provision"]
    assert told() == STORIES["provision"].title
    assert told(data=State.FAILED) == "A step failed"
    assert told(Exit.FAILED, data=State.FAILED) == "It stopped"
    assert told(Exit.WAITING_FOR_YOU) == "It needs you"
    assert told(Exit.OUT_OF_SIGHT) == "The connection is lost"
    assert told(Exit.OK) == "It is up"
    assert told(destroys=True) == "AWS deletes it"
    assert told(Exit.OK, destroys=True) == "It is deleted"


async def test_the_price_is_in_large_digits(at: Open) -> None:
    async with at("size", (120, 40), presenting=True) as (app, _):
        text = screen_text(app)
        assert "▀▄█▄" in text  # the dollar of the price
        assert STORIES["size"].title in text


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
def test_presented(shown: Callable[..., bool], size: tuple[int, int]) -> None:
    assert shown("size", size, presenting=True)
