"""Hostile text in the fields of every dialog; the registry's fields are in test_hostile."""

import ast
import asyncio
import configparser
import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import astuple, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static, TabbedContent

from solarrally_tui.account.credentials.keyring_store import KeyringError, check
from solarrally_tui.account.deployer_role import snippet
from solarrally_tui.app import WizardApp
from solarrally_tui.aws.keys import Keys, Secret
from solarrally_tui.domains.registration import Contact
from solarrally_tui.screens.account.paste import PasteScreen
from solarrally_tui.screens.account.role import RoleScreen
from solarrally_tui.screens.account.sso import SsoScreen
from solarrally_tui.screens.common.confirm import TypedScreen
from solarrally_tui.screens.domain.buy import BuyScreen
from solarrally_tui.screens.domain.contact import first_wrong
from solarrally_tui.screens.status.command_page import CommandScreen
from solarrally_tui.screens.status.operations import OPERATIONS
from solarrally_tui.screens.widgets.secret_input import SecretInput
from solarrally_tui.wizard.model import Access
from solarrally_tui.wizard.quotes import EngineQuotes
from solarrally_tui.wizard.session import Session
from tests.screens.account.test_account import Invited
from tests.screens.domain.test_domain import CONTACT
from tests.screens.fleet.test_fleet_snapshots import LOST
from tests.screens.hostile import test_hostile
from tests.screens.hostile.test_hostile import CONTROL, HOSTILE
from tests.screens.scripted.billing import PLAN
from tests.screens.scripted.fleets import three
from tests.screens.scripted.services import Scripted
from tests.screens.support import Open, screen_text, settle, until, walk

TEXTS = (
    *HOSTILE,
    "<img src=x onerror=alert(1)>|`a`\n# b",
    "../../etc/passwd",
    "--yes -rf %(region)s = ; # [profile evil]",
    "\u0661\u0662\u0663\u0664\u0665\u0666",
    "\ud83d lone",
)
WARNED = re.compile("[!▲✗] ")
SCREENS = Path(__file__).parents[3] / "screens"


async def over(app: WizardApp, pilot: Pilot[None], dialog: ModalScreen[Any]) -> None:
    app.push_screen(dialog)
    await settle(app, pilot)


def assert_calm(app: WizardApp, text: str) -> str:
    """Assert that a text did nothing but stand there, and return what is shown."""
    assert app.is_running, text
    said = screen_text(app)
    assert not CONTROL.search(said), text
    for strip in app.screen._compositor.render_strips():
        for segment in strip:
            links = segment.style.meta if segment.style else {}
            assert "app.quit" not in str(links.get("@click", "")), text
    return said


def put(app: WizardApp, name: str, text: str) -> None:
    app.screen.query_one(f"#{name}", Input).value = text


async def test_currency(at: Open, session: Session) -> None:
    async with at("size") as (app, pilot):
        await walk(pilot, "ctrl+g", "tab", "tab", "enter")
        for text in (each for each in TEXTS if not each.isdecimal()):
            app.screen.query_one("#currency-code", Input).value = "EUR"
            app.screen.query_one("#currency-rate", Input).value = text
            app.screen.query_one("#currency-rate", Input).focus()
            shown = await walk(pilot, "enter")
            assert "exchange rate" in shown or "needs a rate" in shown, text
        assert not session.money.foreign


async def test_quote(
    at: Open, services: Scripted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = tmp_path / "quotes"
    made.mkdir()
    services.quotes = EngineQuotes(made)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    async with at("size") as (app, pilot):
        await walk(pilot, "ctrl+t")
        usual: set[str] = set()
        for text in ("ACME", *TEXTS):
            before = set(made.iterdir())
            put(app, "customer", text)
            app.screen.query_one("#html", Button).press()
            await settle(app, pilot)
            said = assert_calm(app, text)
            new = set(made.iterdir()) - before
            assert ("The quote is in" in said) == bool(new), text
            assert new or "▲ " in said
            for path in new:
                assert path.name.replace("-", "").replace(".", "").isalnum()
                usual = usual or tags(path.read_text(encoding="utf-8"))
                assert tags(path.read_text(encoding="utf-8")) == usual
        assert {each.name for each in tmp_path.iterdir()} <= {"drafts", "quotes"}


def tags(page: str) -> set[str]:
    found: set[str] = set()
    reader = HTMLParser()
    reader.handle_starttag = lambda tag, attrs: found.add(tag)  # type: ignore[method-assign]
    reader.feed(page)
    return found


GOOD_ID, GOOD_SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


def refused(name: str, keys: Keys) -> bool:
    try:
        check(name, keys)
    except KeyringError:
        return True
    return False


def test_keys_that_cannot_be_sent_are_refused() -> None:
    for text in TEXTS:
        whole = text.isascii() and text.isprintable() and " " not in text and len(text) <= 128
        keys = Keys(GOOD_ID, Secret(GOOD_SECRET), Secret(""))
        assert refused(text, keys)
        assert refused("barn", replace(keys, access_key_id=text))
        assert refused("barn", replace(keys, secret=Secret(text))) is not whole
        assert refused("barn", replace(keys, token=Secret(text))) is not whole


async def test_paste(at: Open, services: Scripted) -> None:
    names = ("keep-as", "key-id", "secret", "token")
    async with at("account") as (app, pilot):
        for number, text in enumerate(TEXTS):
            if not isinstance(app.screen, PasteScreen):
                await over(app, pilot, PasteScreen(services.accounts))
            typed = ["barn", GOOD_ID, GOOD_SECRET, ""]
            typed[number % 4] = text
            for name, each in zip(names, typed, strict=True):
                put(app, name, each)
            app.screen.query_one("#keep", Button).press()
            await settle(app, pilot)
            said = assert_calm(app, text)
            assert GOOD_SECRET not in said
            if isinstance(app.screen, PasteScreen):
                assert WARNED.search(said)
                if names[number % 4] == "keep-as":
                    assert "This name cannot be used." in said, text
                    assert all(field.value == "" for field in app.screen.query(SecretInput)), text
            else:
                assert typed[number % 4] in vars_of(services.accounts.ring.pop("barn"))
        assert services.accounts.ring == {}


def vars_of(keys: Keys) -> tuple[str, str, str]:
    return keys.access_key_id, keys.secret.reveal(), keys.token.reveal()


async def test_typed_word(at: Open) -> None:
    done: list[bool | None] = []
    async with at("review") as (app, pilot):
        app.push_screen(TypedScreen("Delete it?", "It is gone.", "barn", "Delete"), done.append)
        await settle(app, pilot)
        for text in TEXTS:
            put(app, "word", text)
            await walk(pilot, "enter")
            await until(app, pilot, "▲ That is not barn. Nothing was done.")
            assert_calm(app, text)
    assert done == []


async def test_code_of_a_device(at: Open, services: Scripted) -> None:
    services.accounts.plan = replace(PLAN, mfa_serial="arn:aws:iam::1:mfa/ops", has_mfa=True)
    async with at("account") as (app, pilot):
        role = RoleScreen(services.accounts, "barn", "us-east-1", "", read_only=False)
        await over(app, pilot, role)
        for text in TEXTS:
            put(app, "code", text)
            await walk(pilot, "enter")
            await until(app, pilot, "The code has 6 digits")
            assert_calm(app, text)
    assert services.accounts.taken == []


async def test_start_url_and_region(at: Open, services: Scripted) -> None:
    services.accounts.invitation = Invited()
    async with at("account") as (app, pilot):
        await over(app, pilot, SsoScreen(services.accounts, TEXTS[0], TEXTS[0]))
        for text in TEXTS:
            for url, region, words in (
                (text, "eu-west-1", "The start URL begins with https://"),
                ("https://example.awsapps.com/start", text, "Enter a Region"),
            ):
                put(app, "start-url", url)
                put(app, "sso-region", region)
                app.screen.query_one("#begin", Button).press()
                await until(app, pilot, words)
                assert_calm(app, text)


def test_a_contact_takes_plain_text_alone() -> None:
    good = dict(zip(Contact.__slots__, CONTACT, strict=True))
    for name in good:
        for text in TEXTS:
            key, wrong = first_wrong({**good, name: text.strip()})
            if not text.strip().isprintable() or len(text) > 255:
                assert (key, bool(wrong)) == (name, True), text


async def test_contact_of_a_domain(at: Open, services: Scripted) -> None:
    async with at("domain") as (app, pilot):
        await over(app, pilot, BuyScreen(services.domains, "garage.de", read_only=False))
        for place, text in enumerate(TEXTS):
            fields = list(app.screen.query(Input))
            for field, good in zip(fields, CONTACT, strict=True):
                field.value = good
            fields[place % len(fields)].value = text
            app.screen.query_one("#buy", Button).press()
            await settle(app, pilot)
            said = assert_calm(app, text)
            if isinstance(app.screen, TypedScreen):
                await pilot.press("escape")
                await pilot.pause()
            else:
                assert WARNED.search(said), text
            assert isinstance(app.screen, BuyScreen)
        assert services.domains.bought == []


async def test_a_hostile_contact_goes_to_the_registrar_as_it_is(
    at: Open, services: Scripted
) -> None:
    street = "'\"`$(rm -rf ~);&|>\\ {{7*7}} [/b]"
    async with at("domain") as (app, pilot):
        await over(app, pilot, BuyScreen(services.domains, "garage.de", read_only=False))
        for field, good in zip(app.screen.query(Input), CONTACT, strict=True):
            field.value = good
        put(app, "contact-street", street)
        app.screen.query_one("#buy", Button).press()
        await settle(app, pilot)
        put(app, "word", "garage.de")
        await walk(pilot, "enter")
    ((_, contact),) = services.domains.bought
    assert street in astuple(contact)


@pytest.mark.parametrize("text", TEXTS[:2] + TEXTS[-3:-1])
def test_a_profile_to_copy_stays_one_section(text: str) -> None:
    read = configparser.RawConfigParser()
    read.read_string(snippet(PLAN, text, "shared-credentials-file"))
    assert read.sections() == ["profile solarrally-sunny-garage"]
    assert set(read[read.sections()[0]]) == {
        "role_arn",
        "source_profile",
        "duration_seconds",
        "region",
    }


async def test_words_that_are_looked_for_in_a_log(at: Open, services: Scripted) -> None:
    async with at("status", deployed="sunny-garage") as (app, pilot):
        app.screen.query_one("#looks", TabbedContent).active = "look-logs"
        await settle(app, pilot)
        for text in TEXTS:
            put(app, "log-words", text)
            await settle(app, pilot)
            assert (
                services.journals.asked[-1][1]
                == app.screen.query_one("#log-words", Input).value.strip()
            )
            assert "No line with" in assert_calm(app, text)
            assert app.screen.query_one("#log-lines").region.height > 1, text


async def test_words_that_are_searched_for_in_a_fleet(at: Open, services: Scripted) -> None:
    async with at("status", deployed="sunny-garage") as (app, pilot):
        await pilot.press("f2")
        await settle(app, pilot)
        for text in TEXTS:
            put(app, "fleet-words", text)
            await pilot.pause(0.35)
            await settle(app, pilot)
            said = assert_calm(app, text)
            assert "No name or state contains" in said or "No charger's name can contain" in said


async def test_what_a_command_leaves_open(at: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    real, started = asyncio.create_subprocess_exec, []

    async def echo(*words: str, **how: Any) -> Any:
        started.append(words)
        return await real("echo", *words, **how)

    monkeypatch.setattr(asyncio, "create_subprocess_exec", echo)
    clone = next(one for one in OPERATIONS if one.title == "Clone")
    async with at("status", deployed="sunny-garage") as (app, pilot):
        for text in (each for each in TEXTS if each.strip()):
            await over(app, pilot, CommandScreen(clone, "sunny-garage", ["x", "NAME"], Access()))
            put(app, "command-answer", text)
            typed = app.screen.query_one("#command-answer", Input).value.strip()
            await walk(pilot, "enter")
            end = app.screen.query_one("#command-end", Static)
            while "at work" in str(end.content):
                await settle(app, pilot)
            assert_calm(app, text)
            assert started[-1][-1] == os.path.expanduser(typed)  # noqa: PTH111
            await walk(pilot, "escape")


async def test_folder_of_a_new_key(at: Open, services: Scripted) -> None:
    async with at("status", deployed="sunny-garage") as (app, pilot):
        await walk(pilot, "f2", "enter", "n")
        await until(app, pilot, f"New key for {three()[0].name}")
        services.fleets.error = LOST
        for text in TEXTS:
            put(app, "key-folder", text)
            app.screen.query_one("#create", Button).press()
            await until(app, pilot, "AWS cannot be reached.")
            assert_calm(app, text)
    assert services.fleets.given == []


FUZZED: dict[str, Callable[..., Any]] = {
    "account.paste": test_paste,
    "account.role": test_code_of_a_device,
    "account.sso": test_start_url_and_region,
    "charger": test_hostile.test_hostile_names_of_a_charger_stay_text,
    "common.confirm": test_typed_word,
    "currency": test_currency,
    "domain.contact": test_contact_of_a_domain,
    "fleet.new_key": test_folder_of_a_new_key,
    "fleet.screen": test_words_that_are_searched_for_in_a_fleet,
    "quote": test_quote,
    "status.command_page": test_what_a_command_leaves_open,
    "status.journal": test_words_that_are_looked_for_in_a_log,
    "size.screen": test_hostile.test_hostile_text_is_refused_in_words,
    "widgets.question_widget": test_hostile.test_hostile_text_is_refused_in_words,
    "widgets.field": test_hostile.test_hostile_text_is_refused_in_words,
}
"""Modules that make an input, and the test that types into it."""


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(SCREENS.rglob("*.py")):
        name = ".".join(path.relative_to(SCREENS).with_suffix("").parts)
        yield name, ast.parse(path.read_text(encoding="utf-8"))


def named(node: ast.expr) -> str:
    if isinstance(node, ast.Subscript):
        return named(node.value)
    return getattr(node, "id", getattr(node, "attr", ""))


def test_every_module_that_makes_an_input_is_fuzzed() -> None:
    known = {"Input", "TextArea", "MaskedInput", "Field"}
    trees = dict(modules())
    for tree in trees.values():
        known |= {
            node.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ClassDef) and known & set(map(named, node.bases))
        }
    making = {
        name
        for name, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and named(node.func) in known
    }
    assert making == set(FUZZED)


def test_the_words_that_are_looked_for_are_there() -> None:
    assert json.loads(json.dumps(TEXTS)) == list(TEXTS)
