"""Hostile text in every field, and services that fail in ways nobody foresaw."""

import os
import re
from collections.abc import Sequence
from io import StringIO
from typing import Any

import pytest
from rich.segment import Segment
from textual.color import Color
from textual.widgets import Input

from solarrally_tui.interview.draft_store import DraftStore
from solarrally_tui.interview.questions import QuestionKind
from solarrally_tui.interview.steps import QUESTIONS
from solarrally_tui.screens.charger import ChargerScreen
from solarrally_tui.screens.review.screen import ReviewScreen
from solarrally_tui.screens.widgets.control_characters import Harmless
from solarrally_tui.screens.widgets.field import field_id
from solarrally_tui.wizard.session import Session
from tests.screens.scripted.services import Scripted
from tests.screens.support import Open, said, screen_text, settle, walk

HOSTILE = (
    "[/b][red]x[@click=app.quit]y[/]",
    "a\x1b]52;c;ZXZpbA==\x07\x1b[2Jb\x00\x9b1m",
    "x" * 10_000,
    "\u202eevil\u2066\u200b",
    "\U0001f600\U0001f468\u200d\U0001f469\u200d\U0001f467e\u0301",
    "'\"`$(rm -rf ~);&|>\\ {{7*7}} %s ${HOME}",
    "- !!python/object:os.system [x]\n---\n*a: &b # c",
)
FIELDS = [
    (step.id, question.path)
    for step in QUESTIONS
    for question in step.questions
    if question.kind in {QuestionKind.TEXT, QuestionKind.NUMBER}
    and question.path != "domain.hosted_zone_id"
]
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def some_of_them(path: str) -> Sequence[str]:
    """Two hostile texts for each field, so that all occur; in make torture, every one."""
    if "SOLARRALLY_TORTURE" in os.environ:
        return HOSTILE
    at = [field for _, field in FIELDS].index(path)
    return [HOSTILE[(at + off) % len(HOSTILE)] for off in (0, len(HOSTILE) // 2)]


@pytest.mark.parametrize("step", sorted({step for step, _ in FIELDS}))
async def test_hostile_text_is_refused_in_words(
    at: Open, session: Session, store: DraftStore, step: str
) -> None:
    if step == "domain":
        session.site.draft.set("domain.name", "sun.example.com")
    async with at(step) as (app, pilot):
        shown = app.screen
        for path in (path for where, path in FIELDS if where == step):
            field = shown.query_one(f"#{field_id(path)} Input", Input)
            sound = field.value
            await settle(app, pilot)
            assert "needs attention" not in said(app), path
            for text in some_of_them(path):
                field.value = text
                await pilot.pause()
                await pilot.press("ctrl+n")
                assert app.screen is shown, (path, text)
                shown_text, told = screen_text(app), said(app)
                assert "needs attention" in told or "Did you mean" in shown_text, (path, text)
                assert not CONTROL.search(shown_text), (path, text)
            store.save(session.site.draft)
            if path != "name":
                kept = store.load("sunny-garage")
                assert kept is not None
                assert kept.text(path) == session.site.draft.text(path)
            field.value = sound


@pytest.mark.parametrize(
    "text", [*HOSTILE[:3], *(pytest.param(text, marks=pytest.mark.torture) for text in HOSTILE[3:])]
)
async def test_hostile_answers_of_a_draft_are_shown_on_review(
    at: Open, session: Session, text: str
) -> None:
    for _, path in FIELDS:
        session.site.draft.set(path, text)
    async with at("review") as (app, pilot):
        await pilot.press("ctrl+n", "s")
        await pilot.pause()
        assert isinstance(app.screen, ReviewScreen)
        assert "needs an answer" in screen_text(app) or "Not saved" in screen_text(app)
        assert not CONTROL.search(screen_text(app))


async def test_hostile_names_of_a_charger_stay_text(at: Open) -> None:
    async with at("charger") as (app, pilot):
        for text in HOSTILE:
            for field in app.screen.query(Input):
                field.value = text
            await pilot.pause()
            app.screen.query_one("#add").focus()
            await walk(pilot, "enter")
            assert isinstance(app.screen, ChargerScreen), text
            assert not CONTROL.search(screen_text(app)), text


def test_nothing_that_a_terminal_obeys_is_drawn() -> None:
    line = [Segment("a\x1b[2J"), Segment("\x9b\u202eb\tc\r\n"), Segment("plain")]
    drawn = Harmless().apply(line, Color(0, 0, 0))
    assert "".join(segment.text for segment in drawn) == "a[2Jbcplain"


BREAKABLE = {
    "estimate": ("size", "review", "billing"),
    "plans.inventory": ("review",),
    "plans.preview": ("review",),
    "seconds": ("review",),
    "applications.known": ("application",),
    "zones": ("domain",),
    "sites": ("welcome",),
    "who": ("welcome", "account"),
    "status": ("status",),
}
BROKEN = [(name, step) for name, steps in BREAKABLE.items() for step in steps]


@pytest.mark.parametrize(("name", "step"), BROKEN)
async def test_a_service_that_breaks_is_told_in_place(
    at: Open,
    session: Session,
    services: Scripted,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    step: str,
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError("secret-value [/x]")

    owner: Any = services
    *rooms, last = name.split(".")
    for room in rooms:
        owner = getattr(owner, room)
    monkeypatch.setattr(owner, last, broken)
    if step == "domain":
        session.site.draft.set("domain.name", "sun.example.com")
    facts: dict[str, Any] = {"who": None} if name == "who" else {}
    facts["deployed"] = "sunny-garage" if step == "status" else ""
    async with at(step, (120, 40), **facts) as (app, pilot):
        await settle(app, pilot)
        if name == "plans.inventory":  # is shown under What happens
            await pilot.press("2")
            await settle(app, pilot)
        text = screen_text(app)
        if name == "seconds":
            assert "How long it takes is unknown." in text
        elif (name, step) != ("estimate", "billing"):
            assert "Internal error in solarrally" in text or "ZeroDivisionError" in text
        assert "secret-value" not in text
        assert app.is_running


async def test_a_charger_service_that_breaks_is_told_in_place(at: Open, services: Scripted) -> None:
    services.charger_error = ZeroDivisionError("secret-value")
    async with at("charger") as (_, pilot):
        assert "Internal error in solarrally" in await walk(pilot, "enter", "enter", "enter")


async def test_what_is_written_to_the_terminal_holds_no_foreign_escapes(
    at: Open, session: Session
) -> None:
    session.site.draft.set("alerts.email", HOSTILE[1])
    async with at("review") as (app, _):
        console, out = app.console, StringIO()
        for strip in app.screen._compositor.render_strips():
            out.write(strip.render(console))
        assert "\x1b]52" not in out.getvalue()
        assert "\x1b[2J" not in out.getvalue()
