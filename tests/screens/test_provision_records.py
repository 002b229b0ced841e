"""What Provision waits for where the domain's DNS is elsewhere, ready to be copied."""

import pytest

from solarrally_tui.domains.certificates import PendingCertificate
from solarrally_tui.domains.dns_records import DnsRecord
from solarrally_tui.findings.finding import Finding
from solarrally_tui.findings.severity import Severity
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.screens.domain.copy import CopyScreen
from solarrally_tui.screens.provision.screen import ProvisionScreen
from solarrally_tui.wizard.run_progress import RunProgress
from solarrally_tui.wizard.session import Session
from tests.screens.scripted.services import Scripted
from tests.screens.scripted.services import at as event
from tests.screens.support import Open, screen_text, walk

NAME = "charging.example.net"
PROOF = DnsRecord(f"_a1.{NAME}", "CNAME", "_b2.acm-validations.aws")
PENDING = PendingCertificate(NAME, "us-east-1", "arn", "PENDING_VALIDATION", "", (PROOF,))


@pytest.fixture
def waiting(session: Session) -> RunProgress:
    run = RunProgress(Scripted().steps(), clock=lambda: 1767348060.0)
    run.take(event(1, "global", State.RUNNING))
    run.take(event(9, "global", State.WAITING_FOR_YOU, reason="Set this record [/x]."))
    session.site.draft.set("domain.name", NAME)
    session.site.draft.set("domain.dns", "external")
    return run


async def test_records_that_are_waited_for_are_listed(
    at: Open, waiting: RunProgress, services: Scripted
) -> None:
    services.domains.certificate_list = (PENDING,)
    async with at("provision", run=waiting) as (app, pilot):
        assert "Set this record [/x]." in screen_text(app)
        assert "F6 lists the records." in screen_text(app)
        await walk(pilot, "f6")
        assert isinstance(app.screen, CopyScreen)
        for word in (PROOF.name, "_a1.charging", PROOF.value):
            assert word in screen_text(app)
        assert "cloudfront" not in screen_text(app)


async def test_a_name_that_leads_nowhere_is_listed_and_nothing_once_all_is_set(
    at: Open, waiting: RunProgress, services: Scripted
) -> None:
    services.domains.cloudfront = "d111.cloudfront.net"
    async with at("provision", run=waiting) as (app, pilot):
        assert "d111.cloudfront.net" in await walk(pilot, "f6")
        await pilot.press("escape")
        services.domains.pointing = Finding("address", "Address", Severity.OK, "It points there.")
        await walk(pilot, "f6")
        assert isinstance(app.screen, ProvisionScreen)
        assert "Every record exists." in screen_text(app)
