"""Domain and certificates: the site's own address or CloudFront's, and who may see it."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, OptionList, Static
from textual.widgets.option_list import Option

from solarrally_tui.aws.errors import AwsError
from solarrally_tui.domains.certificates import PendingCertificate
from solarrally_tui.domains.dns_check import NameCheck
from solarrally_tui.domains.dns_records import DnsRecord, likely_zone
from solarrally_tui.domains.external_dns import zone_of
from solarrally_tui.domains.hosted_zones import HostedZone, Zone, most_specific
from solarrally_tui.findings.finding import Finding
from solarrally_tui.findings.severity import Severity
from solarrally_tui.interview.questions import Question
from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.words import READ_ONLY
from solarrally_tui.screens.domain.buy import BuyScreen
from solarrally_tui.screens.domain.copy import CopyScreen
from solarrally_tui.screens.domain.findings_view import NameFindings
from solarrally_tui.screens.domain.records import still_to_set
from solarrally_tui.screens.domain.viewers import ADDRESSES, VIEWING, Viewers
from solarrally_tui.screens.domain.viewers import PLACED as VIEWERS
from solarrally_tui.screens.domain.words import (
    Value,
    addresses,
    certificate_findings,
    external_finding,
    lead_of_records,
    values_of_records,
    values_of_servers,
    viewing,
    zone_finding,
)
from solarrally_tui.screens.domain.zone import ZoneScreen
from solarrally_tui.screens.frame import SIGN_IN, StepScreen
from solarrally_tui.screens.presenter import Story
from solarrally_tui.screens.widgets.choice import Choice
from solarrally_tui.screens.widgets.facts import Table
from solarrally_tui.screens.widgets.field import Field
from solarrally_tui.site.problems import Problem, SiteError
from solarrally_tui.wizard.plain_errors import plain_of
from solarrally_tui.wizard.session import Session

CHECK_SECONDS: Final = 10.0
"""Between checks of certificates that wait."""

_TYPING_SECONDS: Final = 0.4
_KINDS: Final = (
    "An address from AWS. Ready at once, free.",
    "My own domain, with DNS in Route 53.",
    "My own domain, with DNS elsewhere.",
)
_FROM_AWS, _ROUTE53, _ELSEWHERE = range(3)
_NOTES: Final = (
    "Such as d111111abcdef8.cloudfront.net. You can add your own domain later.",
    "Deploy writes the records into a hosted zone. It costs $0.50 a month.",
    "Deploy shows two records to add at your provider, and waits for them.",
)
"""What each kind of address means."""
_COSTS: Final = (
    "It costs nothing, and neither does its certificate.",
    "You pay for the domain, and $0.50 a month for its hosted zone. Certificates are free.",
    "You pay your provider for the domain. Certificates are free.",
)
"""What each kind costs, for who asks what the name is."""
_NOTE_ROWS: Final = 3
"""Of what is said below the question for the viewers, with the blank one."""
_ROWS_OF_DNS: Final = 3
"""Of what DNS says of a name in a hosted zone: its servers, who may certify it, and its use."""
_STORIES: Final = {
    _ROUTE53: Story(
        "YOUR OWN NAME",
        "Deploy requests the certificate and writes the DNS records. AWS renews it automatically.",
    ),
    _ELSEWHERE: Story(
        "YOUR OWN NAME",
        "Your DNS stays where it is. Deploy shows two records to add there, and waits for them.",
    ),
}
"""What presenter mode says of an own name, by the kind of address."""


class DomainScreen(StepScreen):
    """Asks whether the site gets its own name, and who may see it."""

    STEP: ClassVar[str] = "domain"
    CSS_PATH = "domain.tcss"
    TITLE_TEXT: ClassVar[str] = "Domain and certificates"
    PLACED: ClassVar = frozenset({"domain.name", "domain.dns", "domain.hosted_zone_id"} | VIEWERS)
    ABOUT: ClassVar[bool] = False
    BESIDE: ClassVar[str] = "F6 copies what you need to enter elsewhere. F5 asks DNS again."
    AUTO_FOCUS = "#kind"
    BUTTONS: ClassVar = (SIGN_IN,)
    BINDINGS: ClassVar[list[BindingType]] = [
        keys.REFRESH,
        # The first is offered only while there is something to enter elsewhere.
        replace(keys.COPY, action="list_values"),
        keys.COPY_QUIETLY,
    ]
    HELP_TEXT: ClassVar[str] = (
        "Without a domain, the site gets an address from AWS, such as "
        "d111111abcdef8.cloudfront.net, with a certificate. It costs nothing and is ready at "
        "once. You can add a domain later.\n\n"
        "With your own domain, Deploy requests certificates from AWS. They are free and renew "
        "automatically. With a hosted zone in Route 53 ($0.50 a month), Deploy writes the records "
        "that prove the name is yours. With DNS elsewhere, it shows you two records to add, and "
        "waits for them. F6 copies what you need to enter elsewhere, F5 asks DNS again.\n\n"
        "Below you choose who may see the dashboard. A password that Deploy creates keeps "
        "strangers out; changing anything also needs a user's own password."
    )

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        draft = session.site.draft
        external = draft.text("domain.dns") == "external"
        own = bool(draft.text("domain.name"))
        self._kind = (_ELSEWHERE if external else _ROUTE53) if own else _FROM_AWS
        self._zones: tuple[Zone, ...] | None = None
        self._trouble: Finding | None = None
        self._asked: tuple[str, str] | None = None
        self._name_check: NameCheck | None = None
        self._certificates: tuple[PendingCertificate, ...] = ()
        self._why: tuple[Finding, ...] = ()
        self._target = ""
        self._points: Finding | None = None
        self._of_chargers: DnsRecord | None = None
        """What must still lead chargers from their host to AWS IoT."""

    def body(self) -> ComposeResult:
        """Ask for the kind of address, for the name of an own one, and for the viewers."""
        self.set_class(bool(self._kind), "-own")  # before there are widgets to style again
        yield Choice(_KINDS, self._kind, widget_id="kind", path="domain.name")
        yield Static(id="kind-note")
        with Vertical(id="own"):
            yield self.ask("domain.name")
            yield OptionList(compact=True, id="zones")
            yield NameFindings()
            with Horizontal(id="ways"):
                yield Button(" Create a hosted zone ", id="make", compact=True)
                yield Button(" Buy the domain ", id="buy", compact=True)
            yield from self.more(of_none_yet=True)
        yield Viewers(self.ask, self.site.draft)

    def on_mount(self) -> None:
        """Show the part for an own domain only where it is chosen."""
        self.query_one("#field-domain-name .field-note").display = False
        self._show_own()
        self.repeat(CHECK_SECONDS, self._check_certificates)

    def facts(self) -> Sequence[Table]:
        """Compare the kinds of address, and of viewers."""
        return addresses(self._kind), viewing(self.site.draft.text(VIEWING))

    def asked(self) -> Question | None:
        """Return the question that has the cursor; that for the name costs what its kind does."""
        asked = super().asked()
        if asked is None or asked.path != "domain.name":
            return asked
        label = asked.label if self._kind else "Address"
        return replace(asked, label=label, cost=_COSTS[self._kind])

    def story(self) -> Story:
        """Say what the chosen kind of address means."""
        return _STORIES.get(self._kind, super().story())

    def on_resize(self) -> None:
        """Show more or less in the new room."""
        self.call_after_refresh(self._fit_note)

    def _fit_note(self) -> None:
        """Explain who sees the dashboard where all else has room, too."""
        if not self.is_attached:
            return  # this is called after a refresh, and the screen was left meanwhile
        hidden = 0 if self.query_one("#viewing-note").display else _NOTE_ROWS
        needed = self.query_one(Viewers).virtual_region.bottom + hidden
        self.set_class(needed > self.query_one("#body").size.height, "-full")

    # What kind of address

    @property
    def _domain(self) -> str:
        return self.site.draft.text("domain.name")

    @property
    def _zone(self) -> Zone | None:
        return most_specific(self._domain, self._zones or ())

    @property
    def _valid(self) -> bool:
        return bool(self._domain) and not self.site.draft.problems_in(("domain.name",))

    @property
    def _apex(self) -> str:
        """The zone that the name is in, as DNS reports it, or the likely one."""
        return zone_of(self._domain, self._name_check.apex if self._name_check else "")

    @on(Choice.Chosen)
    def _kind_chosen(self, event: Choice.Chosen) -> None:
        self._kind, self._asked = event.index, None
        typed = self.query_one("#field-domain-name", Field).input.value.strip().lower()
        self.site.draft.set("domain.name", typed if self._kind else "")
        external = self._kind == _ELSEWHERE
        self.site.draft.set("domain.dns", "external" if external else None)
        self._show_own()
        self.explain_field()
        self.refresh_frame()

    def _show_own(self) -> None:
        self.query_one("#own").display = bool(self._kind)
        self.set_class(bool(self._kind), "-own")
        self.query_one("#kind-note", Static).update(Content(_NOTES[self._kind]))
        self.refresh_bindings()
        if not self._kind:
            self.site.draft.set("domain.hosted_zone_id", "")
        elif self._kind == _ROUTE53 and self._zones is None:
            self.find_zones()
        else:
            self._match()
        self._check_certificates()

    @work(group="zones", exclusive=True, exit_on_error=False)
    async def find_zones(self) -> None:
        """List the hosted zones of the account."""
        self._trouble = None
        rows = _ROWS_OF_DNS + 1 if self._valid else 1
        self.query_one(NameFindings).show((), "Asking Route 53 …", rows)
        try:
            self._zones = await self.session.services.zones(self.site.draft.text("region"))
        except Exception as error:  # noqa: BLE001 the name can be typed all the same
            line = f"The hosted zones could not be read. {plain_of(error).what}"
            self._trouble = Finding("zone", "Hosted zone", Severity.UNKNOWN, line)
            self.refused(error)
        options = self.query_one("#zones", OptionList)
        options.clear_options()
        options.add_options(Option(Content(zone.name), id=zone.id) for zone in self._zones or ())
        options.highlighted = 0 if self._zones else None
        self._match()

    @on(OptionList.OptionSelected, "#zones")
    def _zone_chosen(self, event: OptionList.OptionSelected) -> None:
        zone = next(zone for zone in self._zones or () if zone.id == event.option_id)
        field = self.query_one("#field-domain-name", Field)
        if not zone.contains(field.input.value):
            field.input.value = f"charging.{zone.name}"
        field.input.focus()

    def take(self, field: Field, text: str) -> None:
        """Write the name, and the zone that it belongs to; or the viewers' addresses."""
        if field.path == ADDRESSES:
            self.site.draft.set(field.path, text.strip())
            return
        self.site.draft.set(field.path, text.strip().lower())
        self._match()

    def _match(self) -> None:
        """Find the zone of the name, and ask DNS about what changed."""
        zone = self._zone if self._kind == _ROUTE53 else None
        if self._zones is not None or self._kind != _ROUTE53:
            self.site.draft.set("domain.hosted_zone_id", zone.id if zone else "")
        asked = (self._domain, zone.id if zone else "")
        if not self._valid:
            self._asked = self._name_check = None
            self.workers.cancel_group(self, "look")
        elif asked != self._asked:
            self._asked, self._name_check = asked, None
            self._certificates, self._why, self._target, self._points = (), (), "", None
            self._of_chargers = None
            self.look_up(self._domain, zone)
        self._draw()

    # What DNS reports

    @work(group="look", exclusive=True, exit_on_error=False)
    async def look_up(self, name: str, zone: Zone | None) -> None:
        """Ask DNS once typing pauses. A newer name replaces an older one."""
        await asyncio.sleep(_TYPING_SECONDS)
        before = self.site.before
        ours = before is not None and before.text("domain.name") == name
        self._name_check = await self.session.services.domains.check_name(name, zone, ours=ours)
        self._draw()

    def _draw(self) -> None:
        """Show what is known now, and the buttons that fit it."""
        if not self._kind:
            return
        check, zone = self._name_check, self._zone
        by_hand = self._kind == _ELSEWHERE
        findings = list(certificate_findings(self._certificates, self._why, by_hand=by_hand))
        if self._kind == _ROUTE53 and (self._valid or not self._domain):
            findings.append(self._trouble or zone_finding(self._domain, zone, self._zones))
        elif self._valid and not self._certificates:
            findings.append(external_finding(self._domain, self._apex))
        findings += [self._points] if self._points else []
        shown = {finding.id for finding in findings}
        findings += [f for f in check.findings if f.id not in shown] if check else []
        asking = self._valid and check is None
        rows = _ROWS_OF_DNS - by_hand
        self.query_one(NameFindings).show(findings, "Asking DNS …" if asking else "", rows)
        lost = self._kind == _ROUTE53 and zone is None
        self.query_one("#zones").display = bool(lost and self._zones)
        self.query_one("#ways").display = lost and self._valid and self._zones is not None
        self.call_after_refresh(self._fit_note)
        self.refresh_bindings()

    # Hosted zones and domains

    @on(Button.Pressed, "#make")
    def _create_zone(self) -> None:
        if self.session.services.read_only:
            self.say(READ_ONLY, "warning")
            return
        apex = self._name_check.apex if self._name_check else ""
        site = self.site.draft.name
        screen = ZoneScreen(self.session.services.domains, self._domain, site, apex)
        self.app.push_screen(screen, self._zone_created)

    def _zone_created(self, zone: HostedZone | None) -> None:
        if zone is None:
            return
        self._zones = (*(self._zones or ()), Zone(zone.id, zone.name))
        self._match()
        lead = "Set exactly these name servers for the domain. Enter copies one."
        self.app.push_screen(
            CopyScreen(f"{zone.name} has a hosted zone", lead, values_of_servers(zone.servers))
        )

    @on(Button.Pressed, "#buy")
    def _buy_pressed(self) -> None:
        services = self.session.services
        domain = likely_zone(self._domain)
        screen = BuyScreen(services.domains, domain, read_only=services.read_only)
        self.app.push_screen(screen, self._bought)

    def _bought(self, done: bool | None) -> None:
        if done:
            self.find_zones()

    def _values(self) -> tuple[Value, ...]:
        """Return what must be entered elsewhere now."""
        check = self._name_check
        if self._kind == _ELSEWHERE:
            records = still_to_set(
                self._certificates, self._domain, self._target, self._points, self._of_chargers
            )
            return values_of_records(records, self._apex)
        open_ = check and any(
            f.id == "delegation" and f.severity is Severity.WARN for f in check.findings
        )
        return values_of_servers(check.servers) if check and open_ else ()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the list of values only while there are any, and DNS only for an own name."""
        if action == "list_values":
            return bool(self._values())
        if action == "check_again":
            return bool(self._kind)
        return super().check_action(action, parameters)

    def action_list_values(self) -> None:
        """List what must be entered elsewhere, to copy it."""
        values = self._values()
        title = f"For the DNS of {self._domain}"
        lead = lead_of_records(self._apex)
        if self._kind == _ROUTE53:
            title, lead = "Name servers", "Set exactly these. Enter copies one."
        self.app.push_screen(CopyScreen(title, lead, values))

    def action_check_again(self) -> None:
        """Read the zones and ask DNS again."""
        self._asked = None
        if self._kind == _ROUTE53:
            self.find_zones()
        elif self._kind:
            self._match()
        self._check_certificates()

    # Certificates

    def _check_certificates(self) -> None:
        """Check while a site with this name is deployed, or is being deployed."""
        before, run = self.site.before, self.site.run
        there = before is not None and before.text("domain.name") == self._domain
        busy = run is not None and run.active and not run.destroys
        if self._kind and self._valid and (there or busy):
            self.follow_certificates()

    @work(group="certificates", exclusive=True, exit_on_error=False)
    async def follow_certificates(self) -> None:
        """Ask how far the certificates are. Without an answer, what is shown stays."""
        domains, name = self.session.services.domains, self._domain
        target, points, of_chargers = "", None, None
        try:
            site = self.site.draft.site()
            certificates = await domains.certificates(site)
            if self._kind == _ELSEWHERE:
                target = await domains.target(site)
                of_chargers = await domains.charger_record(site)
        except (AwsError, SiteError):
            return
        waiting = [c for c in certificates if not c.is_issued and not c.reason]
        why = await domains.why_pending(waiting) if waiting else ()
        if target:
            points = await domains.check_address(name, target)
        if name == self._domain:
            self._certificates, self._why = certificates, why
            self._target, self._points, self._of_chargers = target, points, of_chargers
            self._draw()

    def check_fields(self) -> bool:
        """Require a name where an own domain is chosen."""
        if self._kind and not self._domain:
            field = self.query_one("#field-domain-name", Field)
            problem = Problem("domain.name", "is missing.", 'name = "charging.example.com"')
            field.show_problem(problem)
            self.say("Enter a name, or choose an address from AWS.", "warning")
            field.input.focus()
            return False
        return super().check_fields()
