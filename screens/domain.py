"""Domain and certificates: the site's own address, or CloudFront's."""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from solarrally_tui.screens.frame import StepScreen
from solarrally_tui.screens.ports import Zone
from solarrally_tui.screens.session import Session
from solarrally_tui.screens.trouble import plain_of
from solarrally_tui.screens.widgets.choice import Choice
from solarrally_tui.screens.widgets.field import Field
from solarrally_tui.site.problems import Problem


class DomainScreen(StepScreen):
    """Asks whether the site gets its own name."""

    STEP: ClassVar[str] = "domain"
    CSS_PATH = "domain.tcss"
    TITLE_TEXT: ClassVar[str] = "Domain and certificates"
    LEAD: ClassVar[str] = "People open the dashboard at this address, always over HTTPS."
    PLACED: ClassVar = frozenset({"domain.name", "domain.hosted_zone_id"})
    AUTO_FOCUS = "#kind"
    HELP_TEXT: ClassVar[str] = (
        "Without a domain the site gets an address from AWS, such as "
        "d111111abcdef8.cloudfront.net, with a certificate. It costs nothing and is ready at "
        "once. You can add a domain later.\n\n"
        "With your own domain the wizard asks AWS for certificates and adds the DNS records that "
        "prove the name is yours. For that the domain needs a hosted zone in Route 53, in this "
        "account. A hosted zone costs $0.50 a month. Certificates are free and renew "
        "themselves."
    )

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._own = bool(session.draft.text("domain.name"))
        self._zones: tuple[Zone, ...] | None = None

    def body(self) -> ComposeResult:
        """Ask for the kind of address and, for an own one, the name."""
        kinds = ("An address from AWS. Ready at once, free.", "My own domain.")
        yield Choice(kinds, int(self._own), widget_id="kind", path="domain.name")
        with Vertical(id="own"):
            yield self.ask("domain.name")
            yield Static("Hosted zones in this account", classes="field-label")
            yield OptionList(compact=True, id="zones")
            yield Static(id="zone-note", classes="field-note")

    def on_mount(self) -> None:
        """Show the part for an own domain only when it is wanted."""
        self._show_own()

    def _show_own(self) -> None:
        self.query_one("#own").display = self._own
        if self._own and self._zones is None:
            self.find_zones()

    @work(group="zones", exclusive=True, exit_on_error=False)
    async def find_zones(self) -> None:
        """List the hosted zones of the account."""
        note = self.query_one("#zone-note", Static)
        note.update("Looking in Route 53 …")
        try:
            self._zones = await self.session.services.zones(self.session.draft.text("region"))
        except Exception as error:  # noqa: BLE001 the name can be typed all the same
            note.update(Content(f"▲ The zones could not be read. {plain_of(error).what}"))
            return
        options = self.query_one("#zones", OptionList)
        options.clear_options()
        options.add_options([Option(Content(zone.name), id=zone.id) for zone in self._zones])
        options.display = bool(self._zones)
        options.highlighted = 0 if self._zones else None
        self._match()

    @on(Choice.Chosen)
    def _kind_chosen(self, event: Choice.Chosen) -> None:
        self._own = event.index == 1
        typed = self.query_one("#field-domain-name", Field).input.value
        self.session.draft.set("domain.name", typed if self._own else "")
        self.session.draft.set("domain.hosted_zone_id", self._zone_id() if self._own else "")
        self._show_own()

    @on(OptionList.OptionSelected, "#zones")
    def _zone_chosen(self, event: OptionList.OptionSelected) -> None:
        zone = next(zone for zone in self._zones or () if zone.id == event.option_id)
        field = self.query_one("#field-domain-name", Field)
        if not _inside(field.input.value, zone):
            field.input.value = f"charging.{zone.name}"
        field.input.focus()

    def take(self, field: Field, text: str) -> None:
        """Write the name, and the zone that it belongs to."""
        self.session.draft.set(field.path, text.strip().lower())
        self._match()

    def _match(self) -> None:
        self.session.draft.set("domain.hosted_zone_id", self._zone_id())
        name = self.session.draft.text("domain.name")
        zone = best_zone(name, self._zones or ())
        note = self.query_one("#zone-note", Static)
        if zone is not None:
            note.update(Content(f"✓ {name} belongs to the hosted zone {zone.name}."))
        elif not self._zones:
            note.update("None yet. Make one in Route 53 first, or take an address from AWS.")
        elif name:
            note.update("▲ No zone of this account fits. Choose one with Enter to fill the name.")
        else:
            note.update("Choose one with Enter to fill the name.")

    def _zone_id(self) -> str:
        zone = best_zone(self.session.draft.text("domain.name"), self._zones or ())
        return zone.id if zone else ""

    def check_fields(self) -> bool:
        """An own domain that is chosen needs a name."""
        if self._own and not self.session.draft.text("domain.name"):
            field = self.query_one("#field-domain-name", Field)
            problem = Problem("domain.name", "is missing.", 'name = "charging.example.com"')
            field.show_problem(problem)
            self.say("Type a name, or choose an address from AWS.", "warning")
            field.input.focus()
            return False
        return super().check_fields()


def best_zone(name: str, zones: tuple[Zone, ...]) -> Zone | None:
    """Return the most specific zone that a name is in."""
    fitting = [zone for zone in zones if _inside(name, zone)]
    return max(fitting, key=lambda zone: len(zone.name), default=None)


def _inside(name: str, zone: Zone) -> bool:
    return name == zone.name or name.endswith(f".{zone.name}")
