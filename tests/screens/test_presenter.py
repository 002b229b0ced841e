"""Presenter mode: what a room sees, and what it does not."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from textual.events import Key
from textual.widgets import Static

from solarrally_tui.aws.errors import AwsError, Plain
from solarrally_tui.chargers.proof import CERTIFICATE, Hop, Proof
from solarrally_tui.deployed.dashboard.live_frames import Frame
from solarrally_tui.findings.glyphs import Tone
from solarrally_tui.findings.severity import Severity
from solarrally_tui.interview.steps import ORDER
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome, Unfinished
from solarrally_tui.screens.charger_text import story as of_proof
from solarrally_tui.screens.presenter import STORIES, Presenter, shown_name
from solarrally_tui.screens.provision.story import story as of_run
from solarrally_tui.screens.status.story import story as of_health
from solarrally_tui.screens.widgets.discreet import hide
from solarrally_tui.screens.widgets.field import LineInput
from solarrally_tui.screens.widgets.large_figure import columns
from solarrally_tui.text.large_letters import has_letters
from solarrally_tui.wizard.plain_errors import plain_of
from solarrally_tui.wizard.run_progress import RunProgress
from solarrally_tui.wizard.session import Session
from tests.screens.fronts import UP
from tests.screens.scripted.services import CAUSE, ME, Scripted, at, report
from tests.screens.support import Open, screen_text, walk
from tests.screens.test_time_chart import run_after

EXPIRED = plain_of(AwsError("ExpiredToken", "The security token is expired", "", ""))
ARN = "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/ada"


def test_every_step_has_its_story_whose_sign_fits_a_terminal_of_120_columns() -> None:
    assert set(STORIES) == set(ORDER)
    assert all(has_letters(told.sign) for told in STORIES.values())
    assert max(columns(told.sign) for told in STORIES.values()) <= 116
    assert max(len(told.text) for told in STORIES.values()) <= 76  # one line of 80 columns


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
        assert STORIES["account"].text in text
        assert not {"123456789012", "assumed-role"} & set(text.split())
        assert "123456789012" not in app.export_screenshot()
        text = await walk(pilot, "ctrl+n")
        assert "Ctrl+N" in text  # the key that led here
        assert STORIES["billing"].text in text
        assert "F3" in await walk(pilot, "f3")
        text = await walk(pilot, "f12")
        assert STORIES["billing"].text not in text
        assert "123456789012" in text


def run_with(data: State, *, destroys: bool = False) -> RunProgress:
    titles = {"network": "Network", "data": "Database"}
    run = RunProgress(titles, destroys=destroys, clock=lambda: 1767348000.0)
    for event in (at(1, "network", State.DONE), at(2, "data", data)):
        run.take(event)
    return run


def ended(code: Exit, *, cause: Plain | None = None, destroys: bool = False) -> RunProgress:
    run = run_with(State.DONE if code is Exit.OK else State.FAILED, destroys=destroys)
    run.finish(Outcome(code, "It ended.", cause))
    return run


@pytest.mark.parametrize(
    ("run", "sign", "words", "tone"),
    [
        (None, "NOT BEGUN", "Deploy", Tone.PRIMARY),
        (RunProgress({"data": "Database"}), "BEGUN", "your own account", Tone.PRIMARY),
        (run_with(State.RUNNING), "1 OF 2 STEPS", "your own account", Tone.PRIMARY),
        (
            run_with(State.RUNNING, destroys=True),
            "1 OF 2 STEPS",
            "Only what was created for this site",
            Tone.PRIMARY,
        ),
        (run_with(State.FAILED), "A STEP FAILED", "Database failed.", Tone.ERROR),
        (run_with(State.WAITING_FOR_YOU), "NEEDS YOU", "Database", Tone.WARNING),
        (ended(Exit.FAILED, cause=CAUSE), "STOPPED", "The database was not made.", Tone.ERROR),
        (ended(Exit.FAILED), "STOPPED", "It ended.", Tone.ERROR),
        (ended(Exit.WAITING_FOR_YOU, cause=CAUSE), "NEEDS YOU", "not made.", Tone.WARNING),
        (ended(Exit.OUT_OF_SIGHT), "NO CONNECTION", "Try again", Tone.WARNING),
        (ended(Exit.OUT_OF_SIGHT, cause=EXPIRED), "SIGNED OUT", "Sign in", Tone.WARNING),
        (ended(Exit.OK), "IT IS UP", "without this program", Tone.SUCCESS),
        (ended(Exit.OK, destroys=True), "DELETED", "Nothing of it remains.", Tone.SUCCESS),
    ],
)
def test_the_story_of_a_run_follows_the_run(
    run: RunProgress | None, sign: str, words: str, tone: Tone
) -> None:
    told = of_run(run)
    assert (told.sign, told.tone) == (sign, tone)
    assert words in told.text
    assert has_letters(sign)


def test_the_story_of_a_run_names_what_it_left_undone() -> None:
    run = run_with(State.DONE)
    run.finish(Outcome(Exit.OK, "Deployed.", warnings=(CAUSE,)))
    told = of_run(run)
    assert told.tone is Tone.WARNING
    assert CAUSE.what in told.text


@pytest.mark.parametrize(
    ("health", "sign", "tone"),
    [
        (Severity.OK, "ALL IS WELL", Tone.SUCCESS),
        (Severity.WARN, "A WARNING", Tone.WARNING),
        (Severity.FAIL, "NOT WELL", Tone.ERROR),
        (Severity.UNKNOWN, "NOT KNOWN", Tone.WARNING),
    ],
)
def test_the_story_of_a_site_is_never_better_than_its_health(
    health: Severity, sign: str, tone: Tone
) -> None:
    told = of_health(report(health))
    assert (told.sign, told.tone) == (sign, tone)
    assert has_letters(sign)
    assert of_health(None) == STORIES["status"]
    past = of_health(replace(report(health), is_past=True))
    assert (past.sign, past.tone) == (sign, tone)  # The last verdict, while a check runs.
    assert past.text.startswith("As of ")
    assert "Checking again." in past.text
    assert of_health(replace(report(health), lost=CAUSE)).sign == "NO CONNECTION"


def test_the_story_of_a_charger_follows_its_proof() -> None:
    proof = Proof("evse-1").passed(CERTIFICATE, 3.0)
    assert of_proof(None, [], ["evse-1"]) == STORIES["charger"]
    assert of_proof(proof, [], ["evse-1"]).sign == "PROOF"
    failed = replace(proof, failed=Hop.NETWORK, plain=CAUSE)
    told = of_proof(failed, [failed], ["evse-1"])
    assert (told.sign, told.tone) == ("NOT PROVED", Tone.ERROR)


def test_nothing_is_called_proved_while_one_of_several_is_not() -> None:
    now, names = datetime(2026, 3, 1, 12, tzinfo=UTC), ["evse-1", "evse-2"]
    first, second = (
        replace(Proof(name), frame=Frame(name, now, now, 7360.0, "charging")) for name in names
    )
    assert of_proof(first, [first], names).sign == "1 OF 2 PROVED"
    assert of_proof(second, [first, second], names).sign == "ALL 2 PROVED"
    assert of_proof(first, [first], names[:1]).sign == "PROVED"


async def test_the_price_is_in_large_letters(at: Open) -> None:
    async with at("size", (120, 40), presenting=True) as (app, _):
        text = screen_text(app)
        assert "▀▄█▄" in text  # the dollar of the price
        assert STORIES["size"].text in text


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
def test_presented(shown: Callable[..., bool], size: tuple[int, int]) -> None:
    assert shown("size", size, presenting=True)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
def test_a_run_presented(shown: Callable[..., bool], size: tuple[int, int]) -> None:
    assert shown("provision", size, run=run_after(400), presenting=True)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
def test_a_site_that_is_up_presented(shown: Callable[..., bool], size: tuple[int, int]) -> None:
    run = run_after(5000)
    run.finish(Outcome(Exit.OK, "Deployed."))
    assert shown("provision", size, run=run, presenting=True, **UP)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
def test_what_aws_creates_presented(shown: Callable[..., bool], size: tuple[int, int]) -> None:
    assert shown("review", size, "2", presenting=True)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
def test_an_own_name_presented(
    shown: Callable[..., bool], session: Session, size: tuple[int, int]
) -> None:
    session.site.draft.set("domain.dns", "external")
    session.site.draft.set("domain.name", "charging.example.org")
    assert shown("domain", size, presenting=True)


async def test_the_page_does_not_move_when_keys_are_shown(at: Open, session: Session) -> None:
    async with at("status", (80, 24), presenting=True) as (app, pilot):
        before = app.screen.query_one("#page").size
        session.pressed += [(f"Ctrl+Page {n}", time.monotonic()) for n in range(4)]
        card = app.screen.query_one(Presenter)
        card.draw()
        await pilot.pause()
        assert "Ctrl+Page 3" in str(card.border_title)
        assert app.screen.query_one("#page").size == before


def stopped(outcome: Outcome) -> RunProgress:
    run = run_after(400)
    run.take(at(400, "data", State.FAILED))
    run.finish(outcome)
    return run


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
def test_a_stop_presented(shown: Callable[..., bool], size: tuple[int, int]) -> None:
    run = stopped(Outcome(Exit.FAILED, "Failed.", CAUSE))
    assert shown("provision", size, run=run, presenting=True)


async def test_the_buttons_of_a_stop_are_on_the_smallest_screen_too(at: Open) -> None:
    why = "AWS has no capacity for this class of database in the zones of the Region just now."
    cause = replace(CAUSE, why=why, next=f"Choose another class, or try again later. {why * 6}")
    stays = Unfinished("sunny-garage", (("Network", Decimal(2)), ("Load balancer", Decimal(24))))
    run = stopped(Outcome(Exit.FAILED, "Failed.", cause, unfinished=stays))
    async with at("provision", (80, 24), run=run, presenting=True) as (app, pilot):
        await pilot.pause()
        body, ways = app.screen.query_one("#body"), app.screen.query_one("#ways")
        assert body.region.contains_region(ways.region)
        assert {"Try", "again", "Destroy"} <= set(screen_text(app).split())
        said = str(app.screen.query_one("#presenter #story", Static).content)
        assert said == CAUSE.what  # whole, in place of two that are cut


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
@pytest.mark.parametrize("keys", [(), ("enter", "enter")], ids=["asked for", "proved"])
def test_a_charger_presented(
    shown: Callable[..., bool], keys: tuple[str, ...], size: tuple[int, int]
) -> None:
    assert shown("charger", size, *keys, presenting=True, **UP)
