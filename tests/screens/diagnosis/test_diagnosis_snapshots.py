"""What Status and its diagnosis look like, at 80x24 dark and where the layout differs."""

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from solarrally_tui.aws.errors import AwsError
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.diagnosis.model import Diagnosis
from solarrally_tui.wizard.model import SiteFacts
from solarrally_tui.wizard.session import Session
from tests.screens.scripted.diagnoses import PARTLY, WELL, WITH_CAUSE
from tests.screens.scripted.reports import report
from tests.screens.scripted.services import Scripted
from tests.screens.support import app_at, settle, walk

ENDED = AwsError(
    "ExpiredToken", "The security token included in the request is expired", "ssm", "get_parameter"
)
Shown = Callable[..., bool]


@pytest.fixture
def shown(
    snap_compare: Callable[..., bool],
    session: Session,
    services: Scripted,
) -> Shown:
    services.read_only = True
    services.facts = SiteFacts(report(Severity.FAIL), "https://d1.cloudfront.net", "us-east-1")
    session.site.deployed = "sunny-garage"

    def compare(answer: Diagnosis | AwsError, size: tuple[int, int], *keys: str) -> bool:
        services.diagnoses.answer = answer
        app = app_at("status", session)

        async def ready(pilot: Pilot[None]) -> None:
            await settle(app, pilot)
            for key in keys:
                await walk(pilot, key)

        return snap_compare(app, terminal_size=size, run_before=ready)

    return compare


@pytest.mark.parametrize(
    "answer", [WELL, WITH_CAUSE, PARTLY, ENDED], ids=["well", "cause", "partly", "ended"]
)
def test_diagnosis(shown: Shown, answer: Diagnosis | AwsError) -> None:
    assert shown(answer, (80, 24), "f4")


@pytest.mark.parametrize(
    "size", [(60, 20), (120, 40), (200, 60)], ids=["narrow", "wide", "very wide"]
)
def test_diagnosis_with_a_cause_elsewhere(shown: Shown, size: tuple[int, int]) -> None:
    assert shown(WITH_CAUSE, size, "f4")


def test_whole_words(shown: Shown) -> None:
    assert shown(WITH_CAUSE, (80, 24), "f4", "enter")


def test_diagnosis_in_contrast(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXTUAL_THEME", "contrast")
    assert shown(WITH_CAUSE, (80, 24), "f4")
