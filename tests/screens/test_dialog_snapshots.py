"""What the dialogs look like, and how a run ends that does not end well or ends a site."""

import ast
import html
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from solarrally_tui.account.credentials.sign_in import Invitation
from solarrally_tui.account.preflight import account_plan, quotas
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.chargers.problems import ChargerError
from solarrally_tui.domains.registration import Offer
from solarrally_tui.interview.draft import Draft
from solarrally_tui.provisioning.engine.events import WATCHED, State
from solarrally_tui.provisioning.engine.narrator import STACK_TYPE
from solarrally_tui.provisioning.engine.outcome import Exit, Outcome
from solarrally_tui.screens.account.paste import PasteScreen
from solarrally_tui.screens.account.role import RoleScreen
from solarrally_tui.screens.account.sso import SsoScreen
from solarrally_tui.screens.domain.buy import BuyScreen
from solarrally_tui.screens.domain.zone import ZoneScreen
from solarrally_tui.screens.status.command_page import CommandScreen
from solarrally_tui.screens.status.link import LinkScreen
from solarrally_tui.screens.status.operations import OPERATIONS
from solarrally_tui.wizard.model import Access
from solarrally_tui.wizard.run_progress import RunProgress
from solarrally_tui.wizard.session import Session
from tests.provisioning.engine_setup import site_named
from tests.screens.account.test_account import Invited
from tests.screens.scripted import plans
from tests.screens.scripted.billing import PLAN
from tests.screens.scripted.services import CAUSE, NOBODY, STEP_IDS, Scripted, at
from tests.screens.support import ANSWERS
from tests.screens.test_snapshots import half_way
from tests.screens.test_stage import Puppets

SMALL, LARGE = (80, 24), (120, 40)
Shown = Callable[..., bool]
SCREENS = Path(__file__).parents[2] / "screens"
THROTTLED = AwsError("Throttling", "Rate exceeded", "iam", "simulate_principal_policy")
REFUSED_CALL = AwsError("AccessDenied", "User is not authorized", "route53", "create_hosted_zone")
CERTIFICATE = "AWS::CertificateManager::Certificate"
UP = {"deployed": "sunny-garage", "url": "https://d111111abcdef8.cloudfront.net"}


class Refused(Invited):
    """A portal that nobody knows."""

    async def start(self) -> Invitation:
        raise AwsError(
            "InvalidRequestException", "Unknown start URL", "sso-oidc", "start_device_authorization"
        )


@pytest.mark.parametrize("size", [SMALL, LARGE, (200, 60)])
def test_handover(shown: Shown, size: tuple[int, int]) -> None:
    assert shown("status", size, "h", **UP)


@pytest.mark.parametrize("size", [SMALL, LARGE, (200, 60)])
def test_question_before_destroying(shown: Shown, size: tuple[int, int]) -> None:
    keys = ("h", *("tab",) * 4, "enter", "x", "enter")
    assert shown("status", size, *keys, before=Draft(ANSWERS), **UP)


def test_steps_and_log(shown: Shown) -> None:
    assert shown("provision", SMALL, "f3", run=half_way())


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_question_before_leaving_a_run(
    shown: Shown, session: Session, size: tuple[int, int]
) -> None:
    session.running = session.site
    assert shown("provision", size, "ctrl+q", run=half_way())


def watched() -> RunProgress:
    """A deployment of somebody else, whose stacks are followed."""
    run = RunProgress(Scripted().steps(), clock=half_way().clock, site="sunny-garage")
    title = (
        "deploy by arn:aws:sts::123456789012:assumed-role/solarrally-sunny-garage-deployer/anne on "
        "annes-laptop, since 2026-01-02 10:00 UTC"
    )
    run.take(at(1, "deploy", State.RUNNING, "annes-laptop", WATCHED, title))
    run.take(at(2, "network", State.UNCHANGED, reason="CREATE_COMPLETE"))
    run.take(at(3, "data", State.RUNNING, reason="CREATE_IN_PROGRESS"))
    run.take(at(4, "data", State.RUNNING, "Database", "AWS::RDS::DBInstance", "CREATE_IN_PROGRESS"))
    return run


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_a_run_of_somebody_else_is_watched(shown: Shown, size: tuple[int, int]) -> None:
    assert shown("provision", size, run=watched())


def test_question_before_leaving_what_is_only_watched(shown: Shown, session: Session) -> None:
    session.running = session.site
    assert shown("provision", SMALL, "ctrl+q", run=watched())


def test_question_before_leaving_has_room_for_all_that_aws_does(
    shown: Shown, session: Session
) -> None:
    run = half_way()
    for step in ("network", "balancer", "global", "edge"):
        run.take(at(70, step, State.RUNNING))
        run.take(at(71, step, State.RUNNING, step, STACK_TYPE, "CREATE_IN_PROGRESS"))
    run.take(at(72, "global", State.RUNNING, "Certificate", CERTIFICATE, "CREATE_IN_PROGRESS"))
    run.take(at(73, "balancer", State.RUNNING, "Certificate", CERTIFICATE, "CREATE_IN_PROGRESS"))
    run.take(at(74, "iot", State.RUNNING, "iot", STACK_TYPE, "ROLLBACK_IN_PROGRESS"))
    run.take(at(75, "iot", State.RUNNING))
    session.running = session.site
    assert shown("provision", SMALL, "ctrl+q", run=run)


def test_a_site_that_is_destroyed(shown: Shown) -> None:
    run = RunProgress(Scripted().steps(destroys=True), clock=half_way().clock, destroys=True)
    for step in ("observe", "edge"):
        run.take(at(3, step, State.RUNNING))
        run.take(at(90, step, State.DONE))
    run.take(at(91, "app", State.RUNNING))
    assert shown("provision", SMALL, run=run, **UP)


def test_a_run_that_waits_for_the_person(shown: Shown) -> None:
    run = half_way()
    run.finish(Outcome(Exit.WAITING_FOR_YOU, "Waiting.", CAUSE))
    assert shown("provision", SMALL, run=run)


def test_a_run_out_of_sight(shown: Shown) -> None:
    run = half_way()
    run.finish(Outcome(Exit.OUT_OF_SIGHT, "Out of sight.", NOBODY.plain))
    assert shown("provision", SMALL, run=run, who=None)


def test_a_charger_that_is_refused(shown: Shown, services: Scripted) -> None:
    services.charger_error = ChargerError(
        what="evse-1 is taken.", why="Another site has it.", next="Choose one."
    )
    assert shown("charger", SMALL, "enter", "enter", "enter")


def test_a_charger_in_a_session_that_only_reads(shown: Shown, services: Scripted) -> None:
    services.read_only = True
    assert shown("charger", SMALL, "enter", "enter", "enter")


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_list_of_scenarios(shown: Shown, size: tuple[int, int]) -> None:
    assert shown("welcome", size, "f7", "down", stage=Puppets())


def test_question_before_a_new_demonstration(shown: Shown) -> None:
    assert shown("welcome", SMALL, "f10", stage=Puppets())


def test_question_before_answers_are_lost(shown: Shown, session: Session) -> None:
    session.site.draft.set("name", "")
    assert shown("billing", SMALL, "ctrl+q")


def test_welcome_with_nobody_signed_in(shown: Shown, services: Scripted) -> None:
    services.who_answers = [NOBODY]
    assert shown("welcome", SMALL, who=None, label="")


def test_letters_that_lead_to_fields(shown: Shown) -> None:
    assert shown("size", SMALL, "ctrl+o")


def test_address_that_signs_in_once(shown: Shown) -> None:
    link = LinkScreen("http://127.0.0.1:41999/4f1c8a7e2b", UP["url"])
    assert shown("status", SMALL, over=link, **UP)


@pytest.mark.parametrize("size", [SMALL, LARGE, (200, 60)])
def test_operations(shown: Shown, size: tuple[int, int]) -> None:
    assert shown("status", size, "p", **UP)


@pytest.mark.parametrize("size", [SMALL, LARGE, (200, 60)])
def test_a_command_asks_for_what_is_left_open(shown: Shown, size: tuple[int, int]) -> None:
    (export,) = [one for one in OPERATIONS if one.title == "Export"]
    words = export.command("sunny-garage", "").split()[1:]
    page = CommandScreen(export, "sunny-garage", words, Access())
    assert shown("status", size, over=page, **UP)


def test_palette(shown: Shown) -> None:
    assert shown("review", SMALL, "ctrl+p")


def test_palette_of_actions(shown: Shown) -> None:
    assert shown("size", SMALL, "ctrl+p", *"go to")


def test_everything_done(shown: Shown) -> None:
    run = half_way()
    for step in STEP_IDS:
        run.take(at(220, step, State.DONE))
    run.finish(Outcome(Exit.OK, "Deployed."))
    assert shown("provision", LARGE, run=run, **UP)


def test_first_charger(shown: Shown) -> None:
    assert shown("charger")


def test_an_account_that_does_not_answer(shown: Shown, services: Scripted) -> None:
    services.accounts.told = THROTTLED
    assert shown("account")


def sign_in(services: Scripted, start: str = "") -> SsoScreen:
    services.accounts.invitation = Invited()
    return SsoScreen(services.accounts, start, "eu-west-1")


def test_sign_in(shown: Shown, services: Scripted) -> None:
    assert shown("account", over=sign_in(services))


def test_sign_in_without_an_address(shown: Shown, services: Scripted) -> None:
    assert shown("account", SMALL, "enter", over=sign_in(services))


def test_sign_in_that_is_refused(shown: Shown, services: Scripted) -> None:
    dialog = sign_in(services, "https://example.awsapps.com/start")
    services.accounts.invitation = Refused()
    assert shown("account", SMALL, "enter", over=dialog)


def test_roles_after_sign_in(shown: Shown, services: Scripted) -> None:
    dialog = sign_in(services, "https://example.awsapps.com/start")
    services.accounts.invitation = agreed = Invited()
    agreed.agreed.set()
    assert shown("account", SMALL, "enter", over=dialog)


def test_keys_that_are_refused(shown: Shown, services: Scripted) -> None:
    assert shown("account", SMALL, *["enter"] * 4, over=PasteScreen(services.accounts))


def test_a_code_that_is_none(shown: Shown, services: Scripted) -> None:
    services.accounts.plan = replace(PLAN, mfa_serial="arn:aws:iam::1:mfa/ops", has_mfa=True)
    role = RoleScreen(services.accounts, "sunny-garage", "us-east-1", "", read_only=False)
    assert shown("account", SMALL, "1", "enter", over=role)


def purchase(services: Scripted, *, read_only: bool = False) -> BuyScreen:
    return BuyScreen(services.domains, "garage.de", read_only=read_only)


def test_a_contact_that_is_not_whole(shown: Shown, services: Scripted) -> None:
    assert shown("domain", SMALL, "shift+tab", "shift+tab", "enter", over=purchase(services))


def test_a_domain_that_is_taken(shown: Shown, services: Scripted) -> None:
    services.domains.offered = Offer("garage.de", "UNAVAILABLE", None, None)
    assert shown("domain", over=purchase(services))


def test_a_registrar_that_refuses(shown: Shown, services: Scripted) -> None:
    services.domains.offered = REFUSED_CALL
    assert shown("domain", over=purchase(services))


def test_buying_in_a_session_that_only_reads(shown: Shown, services: Scripted) -> None:
    assert shown("domain", over=purchase(services, read_only=True))


def test_a_zone_that_is_refused(shown: Shown, services: Scripted) -> None:
    services.domains.zone_error = REFUSED_CALL
    zone = ZoneScreen(services.domains, "charging.garage.de", "sunny-garage", "")
    assert shown("domain", SMALL, "tab", "enter", over=zone)


PICTURES = {
    "CurrencyScreen": ("test_size_snapshots/test_another_currency", "Units of it for one USD"),
    "CurveScreen": ("test_size_snapshots/test_the_curve[size0]", "one charger more"),
    "AccountScreen": ("test_snapshots/test_screen[account-size0]", "Other credentials"),
    "ApplicationScreen": ("test_snapshots/test_screen[application-size0]", "Built from"),
    "BillingScreen": ("test_snapshots/test_screen[billing-size0]", "Monthly budget"),
    "BuyScreen": ("test_domain_snapshots/test_the_price_of_a_domain", "Buy garage.de"),
    "ChargerDetailScreen": ("test_fleet_snapshots/test_one_charger[(80, 24)]", "8f3a8f3a8f3a"),
    "ChargerScreen": ("test_dialog_snapshots/test_first_charger", "Add the charger"),
    "ChoiceScreen": (
        "test_dialog_snapshots/test_question_before_leaving_a_run[size0]",
        "Leave while the run",
    ),
    "ChooseScreen": ("test_account_snapshots/test_list_of_credentials[size0]", "Sign in with"),
    "ConfirmScreen": ("test_snapshots/test_question_before_deploy", "Deploy sunny-garage?"),
    "CopyScreen": ("test_domain_snapshots/test_records_to_copy", "For the DNS of"),
    "CostLinesScreen": ("test_size_snapshots/test_every_line[size0]", "Database computer"),
    "DetailScreen": ("test_diagnosis_snapshots/test_whole_words", "stack-event"),
    "DiagnosisScreen": ("test_diagnosis_snapshots/test_diagnosis[cause]", "quota"),
    "DomainScreen": ("test_snapshots/test_screen[domain-size0]", "Who sees the dashboard"),
    "GuideScreen": ("test_account_snapshots/test_guide[size0]", "Your first AWS account"),
    "NewKeyScreen": ("test_fleet_snapshots/test_new_key[asked for-(80, 24)]", "New key for"),
    "FleetScreen": ("test_fleet_snapshots/test_three_chargers[(80, 24)]", "3 chargers"),
    "HandoverScreen": ("test_dialog_snapshots/test_handover[size0]", "It costs"),
    "DetailsScreen": ("test_dialog_snapshots/test_steps_and_log", "Steps and log"),
    "FindingsScreen": ("test_application_snapshots/test_findings[size0]", "What was found"),
    "KeptScreen": ("test_stuck_and_kept/test_each_kept_thing_has_its_price[size0]", "What stays"),
    "JumpScreen": ("test_dialog_snapshots/test_letters_that_lead_to_fields", " a "),
    "CheckScreen": ("test_wall/test_check_in_full[chargers-(80, 24)]", "not switched on yet"),
    "LinkScreen": ("test_dialog_snapshots/test_address_that_signs_in_once", "works once"),
    "HelpScreen": ("test_snapshots/test_help", "The size decides most of the price."),
    "KioskScreen": ("test_wall/test_display[(80, 24)]", "kW now"),
    "CommandScreen": (
        "test_dialog_snapshots/test_a_command_asks_for_what_is_left_open[size0]",
        "New folder",
    ),
    "OperationsScreen": ("test_dialog_snapshots/test_operations[size0]", "Enter does it"),
    "OtherAccountsScreen": ("test_other_accounts/test_other_accounts[size0]", "customer"),
    "PasteScreen": ("test_account_snapshots/test_paste[size0]", "Paste access keys"),
    "ProvisionScreen": ("test_snapshots/test_provision_half_way[size0]", "Database"),
    "QuoteScreen": ("test_quote_dialog/test_the_dialog[keys0-size0]", "A quote for a customer"),
    "ReviewScreen": ("test_snapshots/test_screen[review-size0]", "Review"),
    "RoleScreen": (
        "test_account_snapshots/test_role_before_it_is_made[size0]",
        "A role that deploys",
    ),
    "ScenarioScreen": ("test_dialog_snapshots/test_list_of_scenarios[size0]", "Scenario of the"),
    "SizeScreen": ("test_snapshots/test_screen[size-size0]", "$60 a month"),
    "SsoScreen": ("test_dialog_snapshots/test_sign_in", "IAM Identity Center"),
    "StatusScreen": ("test_snapshots/test_screen[status-size0]", "Status"),
    "TypedScreen": (
        "test_dialog_snapshots/test_question_before_destroying[size0]",
        "Destroy sunny-garage?",
    ),
    "WelcomeScreen": ("test_snapshots/test_screen[welcome-size0]", "Name of the site"),
    "ZoneScreen": ("test_domain_snapshots/test_making_a_zone", "Create a hosted zone"),
}
"""Each screen and dialog: a picture of it, 80 columns wide, and words that stand in it."""
BASES = {"StepScreen", "Dialog"}


def screens() -> set[str]:
    """Return the name of every class in screens/ that is a screen or a dialog."""
    found = {"Screen", "ModalScreen"}
    before = 0
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in SCREENS.rglob("*.py")]
    while before != len(found):
        before = len(found)
        found |= {
            node.name
            for tree in trees
            for node in ast.walk(tree)
            if isinstance(node, ast.ClassDef)
            and found & {ast.unparse(base).partition("[")[0] for base in node.bases}
        }
    return found - {"Screen", "ModalScreen"} - BASES


def test_every_screen_has_a_picture() -> None:
    assert screens() == set(PICTURES)


@pytest.mark.parametrize("screen", PICTURES)
def test_a_picture_shows_its_screen_at_80_columns(screen: str) -> None:
    name, words = PICTURES[screen]
    test, _, picture = name.partition("/")
    (folder,) = Path(__file__).parent.rglob(f"__snapshots__/{test}")
    drawn = (folder / f"{picture}.svg").read_text(encoding="utf-8")
    text = html.unescape(re.sub("<[^>]*>", "", drawn)).replace("\u00a0", " ")
    assert words in text
    assert 'viewBox="0 0 994' in drawn


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_an_account_that_is_not_ready(
    shown: Shown, services: Scripted, size: tuple[int, int]
) -> None:
    site = site_named("sunny-garage", size={"backup_days": 7})
    plan = account_plan.judge({"accountPlanType": "FREE"}, datetime.now(UTC), site.size)
    released = ("builds", "balancers")
    needs = (need for need in quotas.needs(site, exists=False) if need.id in released)
    found = (plan, *(quotas.judge(need, 0, None) for need in needs))
    services.plans.plan = replace(plans.FIRST, obstacles=found)
    assert shown("review", size, "ctrl+n", "pagedown")
