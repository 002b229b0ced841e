"""The steps that talk to AWS: provision, first charger, status, and leaving."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input

from solarrally_tui.aws.errors import AwsError
from solarrally_tui.chargers.fleet.power_course import PowerCourse
from solarrally_tui.chargers.intake.adding import Intake
from solarrally_tui.chargers.problems import ChargerError
from solarrally_tui.chargers.proof import PAGE, Proof
from solarrally_tui.deployed.dashboard.live_frames import Frame
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.report import Check
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.narrator import STACK_TYPE
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome, Unfinished
from solarrally_tui.screens.charger import ChargerScreen
from solarrally_tui.screens.charger_text import hops
from solarrally_tui.screens.presenter import STORIES
from solarrally_tui.screens.provision.other_answer import OtherAnswer, Price
from solarrally_tui.screens.provision.screen import ProvisionScreen
from solarrally_tui.screens.status import screen as status
from solarrally_tui.screens.status.screen import StatusScreen
from solarrally_tui.screens.widgets.live_power import LivePower, course_of, high_course, line
from solarrally_tui.site.files import load
from solarrally_tui.text.plain import Instead
from solarrally_tui.wizard.model import Added, SiteFacts
from solarrally_tui.wizard.run_progress import Earlier, RunProgress
from tests.screens.scripted.reports import report
from tests.screens.scripted.services import CAUSE, Scripted
from tests.screens.scripted.services import at as event
from tests.screens.support import Open, screen_text, until, walk
from tests.screens.test_provision_page import USUAL, new_run
from tests.screens.test_stage import Puppets


async def test_deploy_asks_once_and_no_means_no(at: Open, services: Scripted) -> None:
    async with at("review") as (app, pilot):
        await pilot.press("ctrl+n")
        await pilot.pause()
        assert "Deploy sunny-garage?" in screen_text(app)
        await pilot.press("escape")
        await pilot.pause()
        assert services.deployed == []


async def test_events_are_shown_as_they_come(at: Open, services: Scripted) -> None:
    services.hold.clear()
    services.events = [
        event(0, "data", State.RUNNING),
        event(1, "data", State.RUNNING, "Database", "AWS::RDS::DBInstance", "made [/odd] by AWS"),
        event(9, "network", State.RUNNING),
        event(9, "network", State.DONE),
    ]
    async with at("review") as (app, pilot):
        await walk(pilot, "ctrl+n", "right", "enter", seconds=0.6)
        assert isinstance(app.screen, ProvisionScreen)
        text = screen_text(app)
        assert "1 of 13 steps done" in text
        assert "You can close this. AWS finishes what it has begun." in text
        await walk(pilot, "f3", "end", seconds=0.2)
        await until(app, pilot, "[/odd] by AWS")
        await walk(pilot, "escape", seconds=0.1)
        services.hold.set()
        await pilot.pause(0.6)
        assert "The site is up." in screen_text(app)
        await walk(pilot, "ctrl+n")
        assert isinstance(app.screen, ChargerScreen)


async def test_a_failure_shows_its_cause_and_can_be_tried_again(
    at: Open, services: Scripted
) -> None:
    services.outcome = Outcome(Exit.FAILED, "Failed.", CAUSE)
    async with at("review") as (app, pilot):
        text = await walk(pilot, "ctrl+n", "right", "enter", seconds=0.6)
        assert "The database was not made." in text
        assert "us-east-1a [/capacity]" in " ".join(text.replace("▌", "").split())
        assert "Choose another database class" in text
        await pilot.press("ctrl+n")
        assert isinstance(app.screen, ProvisionScreen)
        services.outcome = Outcome(Exit.OK, "Deployed.")
        await walk(pilot, "enter", seconds=0.6)
        assert len(services.deployed) == 2
        assert "The site is up." in screen_text(app)


async def test_the_run_goes_on_while_other_steps_are_shown(at: Open, services: Scripted) -> None:
    services.hold.clear()
    async with at("review") as (app, pilot):
        await walk(pilot, "ctrl+n", "right", "enter", seconds=0.4)
        await walk(pilot, "escape", seconds=0.3)
        await walk(pilot, "ctrl+n", seconds=0.4)
        assert isinstance(app.screen, ProvisionScreen)
        assert len(services.deployed) == 1
        services.hold.set()


async def test_one_button_tries_again_with_the_answer_that_may_help(
    at: Open, services: Scripted
) -> None:
    instead = Instead("use another class", {"size.database_class": None})
    stays = Unfinished("sunny-garage", (("Load balancer", Decimal(26)),))
    cause = replace(CAUSE, instead=instead)
    services.outcome = Outcome(Exit.FAILED, "Failed.", cause, unfinished=stays)
    async with at("review") as (app, pilot):
        text = await walk(pilot, "ctrl+n", "right", "enter", seconds=0.6)
        assert "What was created stays. Unused, it costs about $26 a month." in text
        words = " ".join(text.replace("▌", "").split())
        assert "Use db.t3.micro, the same size on another processor: the button below" in words
        assert app.session.site.draft.site().size.database_class == "db.t4g.micro"
        assert app.focused is app.screen.query_one("#other-answer")  # the way that is recommended
        assert app.focused.variant == "primary"
        await walk(pilot, "right")
        assert app.focused.id == "again"
        await walk(pilot, "right")
        assert app.focused.id == "delete"
        await walk(pilot, "right", "enter")
        await pilot.pause(0.3)
    assert [site.size.database_class for site in services.deployed] == [
        "db.t4g.micro",
        "db.t3.micro",
    ]


async def test_an_answer_that_costs_more_or_gives_something_up_is_asked_for_first(
    at: Open, services: Scripted
) -> None:
    standby = Instead("use a standby database", {"size.multi_az": True}, "A second database.")
    services.outcome = Outcome(Exit.FAILED, "Failed.", replace(CAUSE, instead=standby))
    async with at("review") as (app, pilot):
        await walk(pilot, "ctrl+n", "right", "enter", seconds=0.6)
        await walk(pilot, "enter")
        asked = await until(app, pilot, "Use a standby database?")
        assert "A second database." in asked
        await walk(pilot, "enter")
        assert len(services.deployed) == 1
        assert not app.session.site.draft.site().size.multi_az
        await walk(pilot, "enter", "right", "enter", seconds=0.3)
    assert [site.size.multi_az for site in services.deployed] == [False, True]


def test_the_question_says_what_the_site_costs_then_and_what_costs_less_is_not_asked() -> None:
    dearer = OtherAnswer("Use db.t3.micro", {}, price=Price("+$1.46", "$79.02", rises=True))
    assert dearer.question
    assert "The site then costs $79.02 a month, $1.46 more than planned." in dearer.question.text
    cheaper = Price("-$8.30", "$69.26", rises=False)
    assert OtherAnswer("Use db.t4g.micro", {}, price=cheaper).question is None
    assert OtherAnswer("Do without", {}, means="No filter.", price=cheaper).question


async def test_quitting_never_waits(at: Open, services: Scripted) -> None:
    services.hold.clear()
    async with at("review") as (_, pilot):
        await walk(pilot, "ctrl+n", "right", "enter", seconds=0.3)
        start = time.monotonic()
        await pilot.press("ctrl+q")
        await pilot.pause()
    assert time.monotonic() - start < 2
    assert services.closed


async def test_review_saves_a_file_that_loads(
    at: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with at("review", size=(120, 40)) as (app, pilot):
        await pilot.press("s")
        await pilot.pause()
        assert load(tmp_path / "sunny-garage.toml") == app.session.site.draft.site()
        assert "Takes about 21 to 35 minutes" in screen_text(app)


async def test_a_charger_is_added_and_proven_with_enter_alone(at: Open) -> None:
    async with at("charger") as (app, pilot):
        assert "evse-1 is registered." in await walk(pilot, "enter")
        text = await walk(pilot, "enter")
        assert "The page shows evse-1. Its message took 218 ms in all." in text
        assert "TLS handshake                 46 ms" in text
        # Half a minute is over.
        assert "0.0 kW at the page now" in text
        assert "evse-1 has stopped. It drew 7.5 kW at most." in text
        await walk(pilot, "enter")
        assert isinstance(app.screen, StatusScreen)
        text = await walk(pilot, "f2", "a")
        assert "Add the charger" in text
        assert "evse-2.key.pem" in text
        assert "is registered" not in text


async def test_a_hop_that_fails_is_named_with_what_to_do(at: Open, services: Scripted) -> None:
    services.failing_hop = "page"
    async with at("charger") as (_, pilot):
        text = await walk(pilot, "enter", "enter")
        assert "✗ Application and page" in text
        assert "Diagnosis" in text
        assert "in all" not in text


async def test_a_charger_that_is_refused_is_explained(at: Open, services: Scripted) -> None:
    services.charger_error = ChargerError(
        what="evse-1 is taken.", why="[/x] owns it.", next="Choose another."
    )
    async with at("charger") as (app, pilot):
        assert "evse-1 is taken." in await walk(pilot, "enter")
        assert "[/x] owns it." in screen_text(app)


async def test_a_second_press_waits_for_the_registration_that_is_under_way(
    at: Open, services: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Begun anew, it would be cut off half way, and undone."""
    begun, go_on = list[str](), asyncio.Event()

    async def slow(names: Sequence[str], *_: object) -> Intake:
        begun.extend(names)
        await go_on.wait()
        return Intake(tuple(names))

    monkeypatch.setattr(services, "add_chargers", slow)
    async with at("charger") as (_, pilot):
        await walk(pilot, "enter", "enter", "enter", seconds=0.1)
        go_on.set()
        assert "evse-1 is registered." in await walk(pilot)
    assert begun == ["evse-1"]


async def test_a_range_is_added_with_one_enter_and_says_so_before(at: Open) -> None:
    async with at("charger", (120, 40)) as (app, pilot):
        name = app.screen.query_one("#field-charger Input", Input)
        name.focus()
        name.value = "evse-2 to evse-10"
        text = await walk(pilot)
        assert "Add 9 chargers" in text
        assert "Next skips this step." in text
        assert "NAME.key.pem" in text
        text = " ".join((await walk(pilot, "enter")).replace("▌", "").split())
        assert "9 chargers are registered: evse-2 to evse-10." in text
        assert app.session.site.charger is not None
        assert app.session.site.charger.name == "evse-10"
        assert "one message as each of them, one after the other" in text
        assert "Next skips this step." not in text
        text = await walk(pilot, "enter")
        assert "✓ evse-10   at the page after 218 ms" in text
        assert "The page shows all 9." in text
        assert "Now copy each folder, evse-2 to evse-10, to its charger" in text
        await walk(pilot, "enter")
        assert isinstance(app.screen, StatusScreen)
        text = await walk(pilot, "escape")
        assert "9 chargers are registered" in text
        assert "The page shows all 9." in text
        assert app.focused is app.screen.query_one("#next")


async def test_chargers_are_told_in_the_order_that_was_typed(at: Open) -> None:
    async with at("charger", (120, 40)) as (app, pilot):
        app.screen.query_one("#field-charger Input", Input).value = "evse-1 to evse-3, gate"
        text = await walk(pilot, "enter")
        assert "4 chargers are registered: evse-1 to evse-3, gate." in text


async def test_more_chargers_than_the_site_is_sized_for_are_warned_of(at: Open) -> None:
    async with at("charger") as (app, pilot):
        name = app.screen.query_one("#field-charger Input", Input)
        name.value = "evse-1 to evse-10"
        assert "sized" not in await walk(pilot)
        name.value = "evse-1 to evse-500"
        text = await walk(pilot)
        assert "▲ The site is sized and priced for 10 chargers. Size changes that." in text
        assert "Add 500 chargers" in text
        assert "Then copy each folder to its charger" in text
        assert app.screen.query_one("#body").max_scroll_y == 0
        # Enter asks first, and Enter again answers no.
        app.screen.query_one("#add").focus()
        assert "Register 500 chargers?" in await walk(pilot, "enter")
        assert "are registered" not in await walk(pilot, "enter")
        assert "500 chargers are registered" in await walk(pilot, "enter", "tab", "enter")


async def test_without_a_name_it_asks_for_one(at: Open) -> None:
    async with at("charger") as (app, pilot):
        name = app.screen.query_one("#field-charger Input", Input)
        name.value = ""
        text = await walk(pilot)
        assert "▲ No charger is named. A name is, say, evse-1." in text
        assert "key.pem" not in text
        await walk(pilot, "enter")
        assert app.focused is name


@pytest.mark.parametrize("together", [(), ("evse-1",)])
def test_one_charger_is_proved_with_the_files_of_its_own_folder(together: tuple[str, ...]) -> None:
    one = Added("evse-1", Path("/home/ops/evse-1"), together)
    assert [each.folder for each in one.each] == [one.folder]


def test_each_of_several_is_proved_with_the_files_of_its_own_folder() -> None:
    two = Added("evse-2", Path("/home/ops/evse-2"), ("evse-1", "evse-2"))
    assert [each.folder for each in two.each] == [Path("/home/ops/evse-1"), two.folder]


async def test_of_several_the_first_that_fails_is_named_and_the_others_are_not_tried(
    at: Open, services: Scripted
) -> None:
    services.failing_hop, services.proven = "tls", ("evse-2",)
    async with at("charger", (120, 40)) as (app, pilot):
        app.screen.query_one("#field-charger Input", Input).value = "evse-2 to evse-5"
        text = await walk(pilot, "enter", "enter")
        assert "✗ evse-3 is not proved." in text
        assert "✓ evse-2   at the page after 218 ms" in text
        assert "✗ evse-3   TLS handshake" in text
        assert "Not tried: evse-4, evse-5." in text
        assert "Now copy" not in text


async def test_a_proof_that_was_stopped_says_so_and_goes_on_with_the_others(
    at: Open, services: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried, prove = list[str](), services.prove_charger

    async def endless(charger: Added, *how: Any) -> Proof:
        tried.append(charger.name)
        if tried == ["evse-1", "evse-2"]:
            await asyncio.Event().wait()
        return await prove(charger, *how)

    monkeypatch.setattr(services, "prove_charger", endless)
    async with at("charger", (120, 40), deployed="sunny-garage") as (app, pilot):
        name = app.screen.query_one("#field-charger Input", Input)
        name.focus()
        name.value = "evse-1 to evse-3, gate"
        text = " ".join((await walk(pilot)).replace("▌", "").split())
        assert "Add registers evse-1 to evse-3, gate, with a folder each in" in text
        name.value = "evse-1 to evse-3"
        await walk(pilot, "enter")
        text = await walk(pilot, "enter", seconds=0.1)
        assert "○ evse-3   waits" in text
        assert "1 of 3 proved so far." in text
        await walk(pilot, "ctrl+n", seconds=0.1)
        text = await walk(pilot, "escape")
        assert "○ evse-2   not proved yet" in text
        assert "1 of 3 proved. The proof was stopped before the others." in text
        assert "Prove the other 2" in text
        text = await walk(pilot, "enter")
        assert "The page shows all 3." in text
        assert "Prove all 3" in text
    assert tried == ["evse-1", "evse-2", "evse-2", "evse-3"]


async def test_a_name_that_cannot_be_is_said_as_it_is_typed_and_no_file_is_promised(
    at: Open,
) -> None:
    async with at("charger") as (app, pilot):
        name = app.screen.query_one("#field-charger Input", Input)
        name.focus()
        name.value = "My charger"
        text = await walk(pilot, "enter")
        assert "'My charger' cannot be the name of a charger." in text
        assert "key.pem" not in text
        assert app.session.site.charger is None


async def test_a_name_that_exists_is_said_and_can_be_typed_over(
    at: Open, services: Scripted
) -> None:
    services.intake = Intake(present=("evse-1",))
    async with at("charger") as (app, pilot):
        text = await walk(pilot, "enter")
        assert "evse-1 exists already." in text
        assert "Choose another name." in text
        assert app.focused is app.screen.query_one("#field-charger Input")


async def test_add_another_asks_for_the_next_name_and_a_typed_one_replaces_it(at: Open) -> None:
    async with at("charger") as (app, pilot):
        await walk(pilot, "enter", "enter")
        assert isinstance(app.screen, ChargerScreen)
        assert app.screen.story().sign == "PROVED"
        await walk(pilot, "shift+tab", "shift+tab", "enter")
        assert app.screen.story() == STORIES["charger"]
        text = await walk(pilot, *"left", "enter")
        assert "left is registered." in text
        assert app.screen.story() == STORIES["charger"]


@pytest.mark.parametrize("keys", [["escape"], ["tab", "tab", "tab", "enter"]])
async def test_add_another_can_be_taken_back(at: Open, keys: list[str]) -> None:
    async with at("charger") as (app, pilot):
        await walk(pilot, "enter", "enter")
        app.screen.query_one("#another").focus()
        text = await walk(pilot, "enter")
        assert "Cancel" in text
        assert "Next skips this step." not in text
        text = await walk(pilot, *keys)
        assert isinstance(app.screen, ChargerScreen)
        assert "evse-1 is registered." in text
        assert "The page shows evse-1." in text
        assert "evse-1 has stopped." in text  # nothing sends while another is asked for


def test_a_message_that_came_before_its_acknowledgement_says_so() -> None:
    proof = Proof("evse-1").passed(PAGE, 0.0)
    assert "0 ms  there before the acknowledgement" in hops(proof).plain


async def test_a_proof_shows_again_on_return_and_one_that_failed_is_not_green(
    at: Open, services: Scripted
) -> None:
    async with at("charger", deployed="sunny-garage") as (app, pilot):
        await walk(pilot, "enter", "enter")
        await walk(pilot, "enter")
        assert isinstance(app.screen, StatusScreen)
        text = await walk(pilot, "escape")
        assert "The page shows evse-1. Its message took 218 ms in all." in text
        assert "evse-1 has stopped. It drew 7.5 kW at most." in text
        services.failing_hop = "connect"
        app.screen.query_one("#test").focus()
        text = await walk(pilot, "enter")
        assert "evse-1 is not proved." in text
        assert "✓ evse-1" not in text


async def test_the_power_at_the_page_moves_on_first_charger_and_status(
    at: Open, services: Scripted
) -> None:
    now, sight = datetime.now(UTC), services.fleets.sight
    sight.listening_since = now - timedelta(minutes=1)
    sight.last.update(
        {
            f"garage-{number}": Frame(f"garage-{number}", now, now, 7000.0, "charging", source)
            for number, source in enumerate(("solar", "grid"))
        }
    )
    said = "14.0 kW   50 % from the sun   2 chargers send"
    async with at("charger", (120, 40), deployed="sunny-garage") as (app, pilot):
        # Before chargers are added, the power of others is not what the screen is about.
        assert said not in await walk(pilot, seconds=1.3)
        app.screen.query_one("#field-charger Input", Input).value = "evse-1 to evse-3"
        assert said in await walk(pilot, "enter", seconds=1.3)
    async with at("status", (80, 24), deployed="sunny-garage") as (app, pilot):
        assert said in await walk(pilot, seconds=1.3)
        await pilot.resize_terminal(120, 40)
        words = (await walk(pilot, seconds=0.3)).split()
        assert said not in " ".join(words)
        assert {"kW", "now", "50"} < set(words)
        assert app.screen.query_one("#live-digits").size.height == 4


async def test_status_says_which_chargers_are_those_of_the_demonstration(
    at: Open, services: Scripted
) -> None:
    now, sight = datetime.now(UTC), services.fleets.sight
    sight.listening_since = now - timedelta(minutes=1)
    name = "sunny-garage-1"
    sight.last[name] = Frame(name, now, now, 7000.0, "charging", "grid")
    async with at("status", (80, 24), stage=Puppets(), deployed="sunny-garage") as (app, pilot):
        app.screen.query_one(LivePower).draw()
        assert "1 demo charger sends" in await walk(pilot, seconds=1.3)


def test_a_course_that_hardly_moves_is_flat_on_a_scale_from_zero() -> None:
    assert course_of([29.5, 29.6, 29.5], 8).plain == "  ···▅▅▅ 0 to 50 kW"
    assert course_of([2.2], 8).plain == "    ···▄ 0 to 5 kW"
    assert course_of([0.0], 8).plain == "    ···▁"
    drawn = high_course(course([29.5, 29.6, 0.0, 50.0]), (20, 5)).plain.splitlines()
    assert drawn == [
        "50 kW              ⡟",
        "                ⣤⣤⡄⡇",
        "                  ⡇⡇",
        "    0        ···  ⣧⡇",
        "      1 min ago  now",
    ]
    assert "10 min ago" in high_course(course([29.5] * 200), (150, 5)).plain
    assert "·" in high_course(course([29.5, None, 29.5]), (20, 5)).plain
    assert high_course(course([]), (20, 5)).plain.strip()


def course(kilowatts: list[float | None]) -> PowerCourse:
    found = PowerCourse()
    for step, value in enumerate(kilowatts):
        found.note(step, None if value is None else value * 1000)
    return found


def test_the_line_stays_one_line_at_eighty_columns() -> None:
    told = ("39 % from the sun", "7 chargers send, 6 of the demo")
    for width in (76, 72, 68):
        assert line(29.6, told, [29.6] * 90, width).cell_length <= width
    assert "0 to 50 kW" in line(29.6, told, [29.6] * 90, 100).plain


async def test_a_sum_waits_until_each_charger_had_the_time_to_send(
    at: Open, services: Scripted
) -> None:
    now, sight = datetime.now(UTC), services.fleets.sight
    sight.listening_since = now
    sight.last["garage-0"] = Frame("garage-0", now, now, 7000.0, "charging", "grid")
    async with at("status", (80, 24), deployed="sunny-garage") as (app, pilot):
        live = app.screen.query_one(LivePower)
        live.draw()
        assert live.kilowatts is None
        assert "Listening at the page …" in screen_text(app)
        sight.listening_since = now - timedelta(minutes=1)
        live.draw()
        await pilot.pause()
        assert (live.kilowatts, live.size.height) == (7.0, 1)


async def test_power_from_before_the_connection_was_lost_is_not_shown_as_now(
    at: Open, services: Scripted
) -> None:
    now, sight = datetime.now(UTC), services.fleets.sight
    sight.listening_since = now - timedelta(minutes=1)
    sight.last["garage-0"] = Frame("garage-0", now, now, 7000.0, "charging", "grid")
    async with at("status", (120, 40), deployed="sunny-garage") as (app, pilot):
        live = app.screen.query_one(LivePower)
        live.draw()
        assert live.has_class("-flows")
        live.doubt(now)
        assert not live.has_class("-flows")
        assert "No message at the page now." in await until(app, pilot, "No message")
        # The page may go on where only AWS's API refuses.
        later = now + timedelta(seconds=1)
        sight.last["garage-0"] = Frame("garage-0", later, later, 7000.0, "charging", "grid")
        live.draw()
        assert live.has_class("-flows")


async def test_status_tells_that_the_deployment_was_interrupted(
    at: Open, services: Scripted
) -> None:
    line = "It stopped without ending: deploy by ada on vm, since 2026-11-30 19:03 UTC."
    broken = report(Severity.FAIL)
    checks = (*broken.checks, Check("run", "Deployment", Severity.WARN, line))
    services.facts = SiteFacts(replace(broken, checks=checks), "", "us-east-1")
    async with at("status", deployed="sunny-garage") as (app, _):
        assert "✗ Failing  The deployment was interrupted." in screen_text(app)


async def test_status_shows_every_check_with_a_word(at: Open, services: Scripted) -> None:
    services.facts = SiteFacts(report(Severity.FAIL), "https://x.example", "us-east-1")
    async with at("status", deployed="sunny-garage") as (app, _):
        text = screen_text(app)
        assert "✗ Failing  Something is broken." in text
        assert "https://x.example" in text
        assert "Storage is full [/tag]." in text


async def test_status_probes_again_by_itself_and_rests_when_covered(
    at: Open, services: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(status, "PROBE_SECONDS", 0.1)
    async with at("status", deployed="sunny-garage") as (_, pilot):
        await pilot.pause(0.5)
        assert services.status_calls > 2
        await walk(pilot, "f1", seconds=0.2)
        before = services.status_calls
        await pilot.pause(0.4)
        assert services.status_calls == before


async def test_status_of_a_site_that_cannot_be_read_is_unknown(
    at: Open, services: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(name: str, **_: bool) -> SiteFacts:
        raise AwsError("ExpiredToken", "gone", "ssm", "get_parameter")

    monkeypatch.setattr(services, "status", refuse)
    async with at("status", deployed="sunny-garage") as (app, _):
        assert "The AWS sign-in session has expired." in screen_text(app)


async def test_what_a_step_waits_for_is_said_while_it_waits(at: Open, services: Scripted) -> None:
    services.hold.clear()
    asked = event(5, "global", State.WAITING_FOR_YOU, reason="Set these name servers: ns-1 [/x].")
    services.events = [asked]
    services.outcome = Outcome(Exit.WAITING_FOR_YOU, "Waiting.", CAUSE)
    async with at("review") as (app, pilot):
        text = await walk(pilot, "ctrl+n", "right", "enter", seconds=0.5)
        assert "Certificate and firewall needs you" in text
        assert "ns-1 [/x]" in text
        services.hold.set()
        await pilot.pause(0.5)
        assert "Waiting for you." in screen_text(app)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_picture_stays_where_it_is_when_a_line_is_added_above_it(
    at: Open, size: tuple[int, int]
) -> None:
    run = new_run()
    run.prospects = USUAL
    run.take(event(1, "network", State.RUNNING))
    async with at("provision", size, run=run) as (app, pilot):
        screen, picture = app.screen, app.screen.query_one("#picture")
        before = picture.region
        assert before.height
        for seen in (
            event(80, "data", State.WAITING, reason="Begins once AWS has begun Load balancer."),
            event(85, "network", State.RUNNING, reason="AWS waits for a network interface."),
            event(88, "network", State.RUNNING, "stack", STACK_TYPE, "ROLLBACK_IN_PROGRESS"),
        ):
            run.take(seen)
            await walk(pilot)
            assert isinstance(screen, ProvisionScreen)
            screen.redraw()
            await walk(pilot)
            assert picture.region == before
        assert "Network failed" in screen_text(app)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_picture_stays_where_it_is_when_the_forecast_of_a_second_try_arrives(
    at: Open, size: tuple[int, int]
) -> None:
    first = new_run()
    run = RunProgress(
        first.titles, clock=first.clock, earlier=Earlier(steps=frozenset({"network"}))
    )
    async with at("provision", size, run=run) as (app, pilot):
        screen, picture = app.screen, app.screen.query_one("#picture")
        before = picture.region
        assert before.height
        assert "1 step of the last try is kept." in screen_text(app)
        run.prospects = USUAL
        run.take(event(2, "network", State.RUNNING))
        await walk(pilot)
        assert isinstance(screen, ProvisionScreen)
        screen.redraw()
        await walk(pilot)
        assert picture.region == before
