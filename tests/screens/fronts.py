"""Everything that can be in front: each screen and dialog of the wizard, and how it is reached."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, cast

from textual.pilot import Pilot
from textual.screen import Screen

from solarrally_tui.app import WizardApp
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.sites import AccountSummary
from solarrally_tui.pricing.money import Money
from solarrally_tui.provisioning.engine.outcome import Kept
from solarrally_tui.screens.account.guide import GuideScreen
from solarrally_tui.screens.account.others import OtherAccountsScreen
from solarrally_tui.screens.account.paste import PasteScreen
from solarrally_tui.screens.account.role import RoleScreen
from solarrally_tui.screens.account.sso import SsoScreen
from solarrally_tui.screens.catalogue import screen_of
from solarrally_tui.screens.common.confirm import ChoiceScreen
from solarrally_tui.screens.domain.buy import BuyScreen
from solarrally_tui.screens.domain.copy import CopyScreen
from solarrally_tui.screens.domain.zone import ZoneScreen
from solarrally_tui.screens.provision.kept import KeptScreen
from solarrally_tui.screens.status.check_detail import CheckScreen
from solarrally_tui.screens.status.command_page import CommandScreen
from solarrally_tui.screens.status.link import LinkScreen
from solarrally_tui.screens.status.operations import OPERATIONS
from solarrally_tui.site.model import Site
from solarrally_tui.wizard.model import Access, SiteFacts
from solarrally_tui.wizard.session import Session
from tests.screens.scripted.diagnoses import WITH_CAUSE
from tests.screens.scripted.reports import report
from tests.screens.scripted.services import Scripted, summary
from tests.screens.support import ANSWERS, app_at, settle, take
from tests.screens.test_snapshots import half_way
from tests.screens.test_stage import Puppets

UP = {"deployed": "sunny-garage", "url": "https://d111111abcdef8.cloudfront.net"}


@dataclass(frozen=True)
class Front:
    """What is in front after these keys on a step, with these facts."""

    step: str
    keys: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    prepare: Callable[[Scripted], None] = lambda _: None
    over: Callable[[Scripted], Screen[Any]] | None = None

    def app(self, session: Session) -> WizardApp:
        """Return the wizard at the step, not yet running."""
        self.prepare(cast("Scripted", session.services))
        take(session, {name: one() if callable(one) else one for name, one in self.facts.items()})
        return app_at(self.step, session)

    async def reach(self, app: WizardApp, pilot: Pilot[None]) -> None:
        """Bring it to the front, from its step."""
        if not isinstance(app.screen, screen_of(self.step)):
            await app.replace_screen(screen_of(self.step)(app.session))
        await settle(app, pilot)
        for key in self.keys:
            await pilot.press(key)
            await settle(app, pilot)
        if self.over is not None:
            app.push_screen(self.over(cast("Scripted", app.session.services)))
            await settle(app, pilot)


def _failing(services: Scripted) -> None:
    services.facts = SiteFacts(report(Severity.FAIL), "https://d1.cloudfront.net", "us-east-1")
    services.diagnoses.answer = WITH_CAUSE


def _sending(services: Scripted) -> None:
    services.fleets.send(2)


def _role(services: Scripted) -> RoleScreen:
    return RoleScreen(services.accounts, "sunny-garage", "us-east-1", "", read_only=False)


def _elsewhere(services: Scripted) -> OtherAccountsScreen:
    site = Site.model_validate(ANSWERS)
    services.accounts.elsewhere = (AccountSummary("work", "111111111111", (summary(site),)),)
    return OtherAccountsScreen(services, Money(), ("work",))


_RECORDS = [(f"Record {n}", f"_{n}a79865eb4cd1a6ab990a45779b4e0b96.example.com") for n in range(6)]
_KEPT = [Kept("audit log bucket", "sunny-garage--audit-1x2y3z", Decimal("0.04"))] * 9
(_EXPORT,) = [one for one in OPERATIONS if one.title == "Export"]
_WORDS = _EXPORT.command("sunny-garage", "").split()[1:]
_ONCE = "http://127.0.0.1:41999/4f1c8a7e2b"
_LONG = "AWS finishes what it has begun. Further steps wait until the wizard is started again. " * 8
_ANSWERS = {"stay": "Stay", "leave": "Leave", "remove": "Delete what is there"}

FRONTS: Mapping[str, Front] = {
    "WelcomeScreen": Front("welcome"),
    "AccountScreen": Front("account"),
    "BillingScreen": Front("billing"),
    "DomainScreen": Front("domain"),
    "SizeScreen": Front("size"),
    "ApplicationScreen": Front("application"),
    "ReviewScreen": Front("review"),
    "ProvisionScreen": Front("provision", facts={"run": half_way}),
    "ChargerScreen": Front("charger", facts=UP),
    "StatusScreen": Front("status", facts=UP),
    "FleetScreen": Front("status", ("f2",), UP, _sending),
    "DiagnosisScreen": Front("status", ("f4",), UP, _failing),
    "ChargerDetailScreen": Front("status", ("f2", "enter"), UP, _sending),
    "NewKeyScreen": Front("status", ("f2", "n"), UP, _sending),
    "DetailScreen": Front("status", ("f4", "enter"), UP, _failing),
    "HandoverScreen": Front("status", ("h",), UP),
    "TypedScreen": Front("status", ("h", *("tab",) * 4, "enter"), UP),
    "ConfirmScreen": Front("review", ("ctrl+n",)),
    "HelpScreen": Front("size", ("f1",)),
    "CurveScreen": Front("size", ("ctrl+g",)),
    "CurrencyScreen": Front("size", ("ctrl+g", "tab", "tab", "enter")),
    "CostLinesScreen": Front("size", ("f3",)),
    "QuoteScreen": Front("size", ("ctrl+t",)),
    "JumpScreen": Front("size", ("ctrl+o",)),
    "ChooseScreen": Front("account", ("ctrl+l",)),
    "OtherAccountsScreen": Front("welcome", over=_elsewhere),
    "RoleScreen": Front("account", over=_role),
    "PasteScreen": Front("account", over=lambda s: PasteScreen(s.accounts)),
    "SsoScreen": Front("account", over=lambda s: SsoScreen(s.accounts, "", "")),
    "GuideScreen": Front("account", over=lambda s: GuideScreen(s, "us-east-1", root=True)),
    "BuyScreen": Front("domain", over=lambda s: BuyScreen(s.domains, "garage.de", read_only=False)),
    "ZoneScreen": Front(
        "domain", over=lambda s: ZoneScreen(s.domains, "charging.garage.de", "sunny-garage", "")
    ),
    "CopyScreen": Front("domain", over=lambda _: CopyScreen("For the DNS", "Enter.", _RECORDS)),
    "CheckScreen": Front(
        "status", over=lambda s: CheckScreen(report().checks[0], None, s.fleets, "sunny-garage")
    ),
    "LinkScreen": Front("status", over=lambda _: LinkScreen(_ONCE, UP["url"])),
    "ScenarioScreen": Front("welcome", ("f7",), {"stage": Puppets}),
    "OperationsScreen": Front("status", ("p",), UP),
    "CommandScreen": Front(
        "status", over=lambda _: CommandScreen(_EXPORT, "sunny-garage", _WORDS, Access()), facts=UP
    ),
    "DetailsScreen": Front("provision", ("f3",), {"run": half_way}),
    "FindingsScreen": Front("application", ("f3",)),
    "KeptScreen": Front(
        "status", over=lambda s: KeptScreen(s, "sunny-garage", _KEPT, print), facts=UP
    ),
    "ChoiceScreen": Front("welcome", over=lambda _: ChoiceScreen("Leave?", _LONG, _ANSWERS)),
}
"""By the name of their class."""
