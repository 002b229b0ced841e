"""What the engine asks a person to do, as the wizard says it: by its buttons and questions."""

import re

import pytest

from solarrally_tui.commands.shared.groups import COMMANDS
from solarrally_tui.deployed.stack_status import STATUSES, StackStatus
from solarrally_tui.findings.reasons.reason import Reason
from solarrally_tui.findings.reasons.table import REASONS
from solarrally_tui.health.diagnosis.rules.registry import RULES
from solarrally_tui.health.diagnosis.rules.rule import Rule
from solarrally_tui.interview.steps import STEPS
from solarrally_tui.screens.common.next_steps import PLACES, in_the_wizard
from solarrally_tui.screens.provision.cause import AGAIN
from solarrally_tui.site.model import Site

_ASKED = "|".join(re.escape(path) for step in STEPS for path in step.fields if "." in path)
_TERMINAL = re.compile(
    rf"\bsolarrally (?:{'|'.join(COMMANDS)})\b|the same command|\bFILE\b|\b(?:{_ASKED})\b"
)
_ANSWER = re.compile(rf"\b(?:{'|'.join(Site.model_fields)})\.[a-z]\w*_\w+")
"""The name of an answer in the site file."""
_COMMANDS_ONLY = {
    "telemetry-rejected": "chargers check takes a message that the charger's maker has in a file",
    "telemetry-was-rejected": "the same",
}
"""Rules whose next step the wizard has no place for, and why."""


@pytest.mark.parametrize("one", [*RULES, *REASONS], ids=lambda one: one.id)
def test_a_next_step_names_no_command_and_no_setting_that_the_wizard_asks(
    one: Rule | Reason,
) -> None:
    why = one.why if isinstance(one, Reason) else ""
    said = " ".join(in_the_wizard(text) for text in (one.what, why, one.next))
    assert bool(_TERMINAL.search(said)) is (one.id in _COMMANDS_ONLY), said
    assert not _ANSWER.search(said), said


@pytest.mark.parametrize("reason", REASONS, ids=lambda reason: reason.id)
def test_a_reason_names_the_button_of_the_page_and_never_the_class_of_the_site_file(
    reason: Reason,
) -> None:
    said = in_the_wizard(reason.next, AGAIN)
    assert "size.database_class" not in said
    assert not re.search(r"\b[Dd]eploy again\b", said)


def test_a_step_names_its_own_answers_without_the_place_and_ticks_them() -> None:
    text = "Set alerts.anomaly_detection = false, or set alerts.email."
    assert in_the_wizard(text, here="billing") == (
        "Untick Notify me about unusual spending, or set E-mail for alerts."
    )
    assert "unusual spending on Billing alerts to no" in in_the_wizard(text, here="account")


@pytest.mark.parametrize("status", STATUSES.values(), ids=lambda status: status.name)
def test_the_way_on_from_a_stack_names_no_command(status: StackStatus) -> None:
    said = in_the_wizard(status.next)
    assert not _TERMINAL.search(said), said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Run solarrally deploy FILE again.", "Deploy again."),
        ("Then run solarrally destroy again.", "Then destroy again."),
        ("solarrally maintain renews it.", "Operations, Maintain renews it."),
        ("Run solarrally diagnose barn: it says why.", "Open Diagnosis: it says why."),
        ("Run solarrally access barn to show it.", "Open Hand-over to show it."),
        ("solarrally rollback brings that back.", "Operations, Roll back brings that back."),
        (
            "Issue one: solarrally chargers replace NAME --to FOLDER --site barn",
            "Issue one: New key, on Fleet",
        ),
        ('Set size.egress = "public-tasks".', "Set Outbound access on Size to Direct."),
        ("Set size.database_class to it.", "Set database class in the site file to it."),
        (
            "Or choose another database class (size.database_class). Then wait.",
            "Or choose another size on Size: each has its own class of database. Then wait.",
        ),
        ("Raise the quota, then run deploy again.", "Raise the quota, then deploy again."),
        ("a newer solarrally than this", "a newer solarrally than this"),
    ],
)
def test_commands_and_settings_become_places(text: str, said: str) -> None:
    assert in_the_wizard(text) == said


def test_every_place_is_that_of_a_command() -> None:
    assert {command.split()[0] for command in PLACES} <= set(COMMANDS)
