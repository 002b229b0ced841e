"""A support bundle on the wizard's screens: its diagnosis, its checks, and nothing from AWS."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from solarrally_tui.app import BundleApp
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.bundle.archive import Bundle, pack, unpack
from solarrally_tui.health.bundle.contents import LogExcerpt, LogLine, StackEvent, StackFacts
from solarrally_tui.health.observed_site import OutOfReachError
from solarrally_tui.wizard.opened_bundle import BundleJournals, session_of
from tests.health.bundle.test_bundle_file import EVIL, NOON, contents
from tests.screens.scripted.diagnoses import WITH_CAUSE
from tests.screens.support import screen_text, settle, walk


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    cause = replace(WITH_CAUSE.causes[1], what=f"Evil {EVIL}")
    content, _ = pack(
        replace(contents(), diagnosis=replace(WITH_CAUSE, causes=(WITH_CAUSE.causes[0], cause)))
    )
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    return unpack(path)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["small", "wide"])
async def test_the_screen_shows_the_diagnosis_and_asks_aws_for_nothing(
    bundle: Bundle, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        pytest.fail("nothing may be asked for")

    monkeypatch.setattr("solarrally_tui.aws.door.Door.open", refused)
    app = BundleApp(session_of(bundle))
    async with app.run_test(size=size) as pilot:
        await settle(app, pilot)
        shown = screen_text(app)
        assert "quota of Fargate vCPUs" in shown
        assert "XXXXXXXX9012" in shown
        assert "Bundle 2026-01-02 12:00" in shown
        assert "[email-1] has not confirmed" not in shown  # another cause's
        assert not any(sign in shown for sign in "\x1b\x07\x9b")
        assert "quota of Fargate vCPUs" in await walk(pilot, "f5")
        text = await walk(pilot, "escape")  # the checks, as the bundle holds them
        assert "503" in text
        assert "AWS bills" not in text
        await walk(pilot, "f1", "escape")


async def test_history_and_logs_are_those_of_the_bundle() -> None:
    stack = StackFacts(
        "solarrally-sunny-garage-app", "us-east-1", "UPDATE_COMPLETE", "", "2026-01-02T11:00:00Z"
    )
    events = [
        StackEvent(
            NOON + timedelta(minutes=at),
            "solarrally-sunny-garage-app",
            "Service",
            "AWS::ECS::Service",
            status,
        )
        for at, status in enumerate(("CREATE_IN_PROGRESS", "CREATE_FAILED"))
    ]
    lines = (LogLine(NOON, "hello"), LogLine(NOON, "Invalid telemetry"))
    excerpt = LogExcerpt("/x", "task/backend/1", "us-east-1", lines)
    told = contents()
    facts = replace(told.facts, stacks=(stack,))
    journals = BundleJournals(replace(told, facts=facts, events=tuple(events), logs=(excerpt,)))
    failed, deployed = (await journals.history("x")).events
    assert (deployed.part, deployed.text) == ("Application", "Changed.")
    assert failed.text == "Service (AWS::ECS::Service): CREATE_FAILED."
    assert (failed.part, failed.severity) == ("Application", Severity.WARN)
    assert [line.text for line in await journals.lines("x", "backend", "invalid")] == [
        "Invalid telemetry"
    ]
    with pytest.raises(OutOfReachError, match="holds no lines"):
        await journals.lines("x", "database", "")
    assert journals.period == "in the bundle"
