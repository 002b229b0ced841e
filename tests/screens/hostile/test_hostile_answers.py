"""Hostile text from AWS, from DNS and from Git servers, on every screen that shows it."""

import dataclasses
from collections.abc import Mapping
from enum import Enum
from typing import Any

import pytest

from solarrally_tui.account.credentials.sign_in import AccountRole, Invitation
from solarrally_tui.aws.errors import AwsError, Plain
from solarrally_tui.domains.hosted_zones import Zone
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome
from solarrally_tui.screens.account.guide import GuideScreen
from solarrally_tui.screens.account.role import RoleScreen
from solarrally_tui.screens.account.sso import SsoScreen
from solarrally_tui.wizard.model import Who
from solarrally_tui.wizard.session import Session
from tests.screens.account.test_account import Invited
from tests.screens.domain.test_domain_snapshots import PENDING
from tests.screens.hostile.test_hostile import CONTROL, HOSTILE
from tests.screens.scripted.services import FINDINGS, HEAD, SOUND, Scripted, at
from tests.screens.support import Open, screen_text, settle, walk

SHORT = " ".join(text for text in HOSTILE if len(text) < 1000)
LONG = "x" * 10_000
BOTH = f"{SHORT} {LONG}"
KEPT = {"id", "number", "ended", "sure"}
"""Fields that the program itself fills, not somebody else."""


def poisoned(value: Any, text: str) -> Any:
    """Return a value in which every text of others is hostile."""
    if isinstance(value, Enum) or value in ("", None):
        return value
    if isinstance(value, str):
        return text
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {
            field.name: poisoned(getattr(value, field.name), text)
            for field in dataclasses.fields(value)
            if field.init and field.name not in KEPT
        }
        return dataclasses.replace(value, **fields)
    if isinstance(value, Mapping):
        return {key: poisoned(each, text) for key, each in value.items()}
    if isinstance(value, tuple):
        return tuple(poisoned(each, text) for each in value)
    return value


def poison(services: Scripted, session: Session, text: str) -> None:
    """Let everything that is asked answer with a text."""
    who = Who("123456789012", text, text, text)
    services.who_answers, session.who, session.label = [who], who, text
    services.known_sites = (text,)
    services.zone_list = (Zone("Z0", f"{text}.example.com"), Zone("Z1", "sun.example.com"))
    services.facts = poisoned(services.facts, text)
    accounts = services.accounts
    accounts.found_here = poisoned(accounts.found_here, text)
    accounts.told = poisoned(FINDINGS, text)
    accounts.first = poisoned(accounts.first, text)
    accounts.plan = dataclasses.replace(accounts.plan, trusted=text, mfa_serial=text)  # type: ignore[type-var]
    services.domains.findings = poisoned(services.domains.findings, text)
    services.domains.apex = text
    services.domains.certificate_list = poisoned(PENDING, text)
    services.domains.why = services.domains.findings
    services.domains.cloudfront = text
    services.applications.refs = {"": HEAD, "main": dataclasses.replace(HEAD, ref=text)}
    services.applications.recorded = poisoned(SOUND, text)
    services.diagnoses.answer = poisoned(services.diagnoses.answer, text)
    session.site.url = text


def ended(session: Session, text: str) -> None:
    """Give the session a run that failed, in hostile words."""
    from solarrally_tui.wizard.run_progress import RunProgress

    run = RunProgress(Scripted().steps(), clock=lambda: 1767348230.0)
    run.take(at(1, "data", State.RUNNING, text, text, text))
    run.take(at(2, "data", State.FAILED, "", "", text))
    run.take(at(2, text, State.FAILED, "", "", text))
    run.finish(Outcome(Exit.FAILED, text, Plain(what=text, why=text, next=text, detail=text)))
    session.site.run = run


def assert_calm(app: Any) -> str:
    assert app.is_running
    said = screen_text(app)
    assert not CONTROL.search(said)
    for strip in app.screen._compositor.render_strips():
        for segment in strip:
            links = segment.style.meta if segment.style else {}
            assert "app.quit" not in str(links.get("@click", ""))
    return said


SHOWN = {
    "welcome": ((), False),
    "account": (("ctrl+l",), True),
    "billing": ((), False),
    "domain": (("f6",), False),
    "application": (("shift+tab", "shift+tab"), True),
    "review": (("2", "3", "4", "ctrl+n"), True),
    "provision": ((), True),
    "charger": ((), False),
    "status": (("f4", "enter", "escape", "escape", "h"), True),
}
"""Keys that open what a screen has more, and whether the text itself stands somewhere."""


@pytest.mark.parametrize("step", SHOWN)
async def test_words_of_others_stay_words(
    at: Open, services: Scripted, session: Session, step: str
) -> None:
    poison(services, session, BOTH)
    session.site.draft.set("domain.name", "charging.example.com" if step == "domain" else "")
    session.site.draft.set("domain.dns", "external" if step == "domain" else None)
    if step == "provision":
        ended(session, BOTH)
    keys, literal = SHOWN[step]
    deployed = "sunny-garage" if step in {"status", "provision"} else ""
    async with at(step, (120, 40), deployed=deployed) as (app, pilot):
        said = assert_calm(app)
        for key in keys:
            await walk(pilot, key)
            said += assert_calm(app)
        if literal:
            assert "[/b][red]x[@click=app.quit]y[/]" in said


async def test_refusals_of_aws_stay_words(at: Open, services: Scripted, session: Session) -> None:
    error = AwsError("AccessDenied", SHORT, "iam", "get_role")
    services.accounts.plan = services.accounts.told = services.known_sites = error
    services.domains.offered = services.domains.zone_error = error
    services.diagnoses.answer = services.plans.plan = error
    services.charger_error = error
    services.zone_list = error
    for step, keys in (
        ("account", ("ctrl+r",)),
        ("domain", ()),
        ("review", ("ctrl+n",)),
        ("status", ("f4",)),
        ("charger", ("enter", "enter", "enter")),
    ):
        session.site.draft.set("domain.name", "charging.example.com" if step == "domain" else "")
        async with at(step, deployed="sunny-garage" if step == "status" else "") as (app, pilot):
            for key in keys:
                await walk(pilot, key)
            assert_calm(app)


class Lying(Invited):
    """IAM Identity Center in hostile words."""

    async def start(self) -> Invitation:
        self.agreed.set()
        return Invitation(SHORT, SHORT, SHORT, 600)

    async def roles(self) -> tuple[AccountRole, ...]:
        return (AccountRole(SHORT, SHORT, SHORT), AccountRole(LONG, LONG, LONG))


async def test_dialogs_of_the_account_show_words_of_others(
    at: Open, services: Scripted, session: Session
) -> None:
    async with at("account", (120, 40)) as (app, pilot):
        poison(services, session, SHORT)
        services.accounts.invitation = Lying()
        for dialog in (
            GuideScreen(services, "us-east-1"),
            RoleScreen(services.accounts, "barn", "us-east-1", "", read_only=False),
            SsoScreen(services.accounts, "https://example.awsapps.com/start", "eu-west-1"),
        ):
            app.push_screen(dialog)
            await settle(app, pilot)
            if isinstance(dialog, SsoScreen):
                dialog.begin()
                await settle(app, pilot)
            said = assert_calm(app)
            # Of whom a role trusts, the end of the ARN is shown.
            assert "[/b][red]x" in said or "&b # c" in said
            await walk(pilot, "escape")
