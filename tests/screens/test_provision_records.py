"""What Provision waits for where the domain's DNS is elsewhere, ready to be copied."""

import pytest

from solarrally_tui.domains.certificates import PendingCertificate
from solarrally_tui.domains.dns_records import DnsRecord
from solarrally_tui.findings.finding import Finding
from solarrally_tui.findings.severity import Severity
from solarrally_tui.provisioning.engine.events import State
from solarrally_tui.screens.provision.screen import ProvisionScreen
from solarrally_tui.wizard.run_progress import RunProgress
from solarrally_tui.wizard.session import Session
from tests.screens.scripted.services import Scripted
from tests.screens.scripted.services import at as event
from tests.screens.support import Open, until

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


def proof(severity: Severity) -> Finding:
    return Finding("proof", "Proof in DNS", severity, "As DNS has it.")


async def test_records_that_are_waited_for_are_at_the_top_and_a_line_is_copied(
    at: Open, waiting: RunProgress, services: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.domains.certificate_list = (PENDING,)
    services.domains.cloudfront = "d111.cloudfront.net"
    services.domains.why = (proof(Severity.OK),)
    async with at("provision", run=waiting) as (app, pilot):
        text = await until(app, pilot, PROOF.value)
        for word in (PROOF.name, "_a1.charging", "d111.cloudfront.net", "DNS has the proof."):
            assert word in text
        assert "Waiting for you" not in text  # what AWS asked for is there
        assert text.index("in DNS") < text.index("not in DNS yet")
        assert "Set this record [/x]." not in text
        assert "slower than usual" not in text
        copied: list[str] = []
        monkeypatch.setattr(
            "solarrally_tui.app.WizardApp.copy_to_clipboard", lambda _, text: copied.append(text)
        )
        await pilot.press("down", "enter")
        for _ in range(300):
            if copied:
                break
            await pilot.pause(0.1)
        assert copied == ["_a1.charging"]


async def test_a_record_that_appears_is_shown_as_there_and_then_nobody_is_asked_for_it(
    at: Open, waiting: RunProgress, services: Scripted
) -> None:
    services.domains.cloudfront = "d111.cloudfront.net"
    async with at("provision", run=waiting) as (app, pilot):
        text = await until(app, pilot, "not in DNS yet")
        assert "Waiting for you" in text
        services.domains.pointing = Finding("address", "Address", Severity.OK, "It points there.")
        screen = app.screen
        assert isinstance(screen, ProvisionScreen)
        screen.look_for_records()
        text = await until(app, pilot, "\N{CHECK MARK} in DNS")
        assert "DNS has these records." in text
        assert "Waiting for you" not in text


async def test_nobody_is_asked_before_the_records_are_shown(
    at: Open, waiting: RunProgress, services: Scripted
) -> None:
    services.domains.certificate_list = (PENDING,)
    waiting.take(event(10, "global", State.RUNNING))
    async with at("provision", run=waiting) as (app, pilot):
        services.domains.hold.clear()
        waiting.take(event(11, "global", State.WAITING_FOR_YOU, reason="Set it."))
        assert "Waiting for you" not in await until(app, pilot, "needs you")
        services.domains.hold.set()
        assert "Add these records" in await until(app, pilot, "Waiting for you")


async def test_without_records_what_is_waited_for_is_said_in_words(
    at: Open, waiting: RunProgress
) -> None:
    async with at("provision", run=waiting) as (app, pilot):
        await until(app, pilot, "Set this record [/x].")
