"""The rules in the order in which they are tried: the first that matches evidence claims it."""

from typing import Final

from solarrally_tui.findings.reasons.table import IN_BUILDS, REASONS
from solarrally_tui.health.diagnosis.rules.checks import CHECKS
from solarrally_tui.health.diagnosis.rules.functions import FUNCTIONS
from solarrally_tui.health.diagnosis.rules.logs import LOGS
from solarrally_tui.health.diagnosis.rules.rule import ROOT, SYMPTOM, TASK, Rule
from solarrally_tui.health.diagnosis.rules.stacks import STACKS
from solarrally_tui.health.diagnosis.rules.tasks import TASKS
from solarrally_tui.health.diagnosis.rules.things import DATABASE, EDGE

_SYMPTOMS: Final = frozenset({"not-stable"})
_BUILD: Final = ("build-log", "build")
_REASONS: Final = tuple(
    Rule(
        id=reason.id,
        kinds=("stack-event", "refused", *TASK, *(_BUILD if reason in IN_BUILDS else ())),
        what=reason.what,
        next=reason.next,
        source=reason.source,
        words=reason.pattern,
        depth=SYMPTOM if reason.id in _SYMPTOMS else ROOT,
    )
    for reason in REASONS
)
"""What deploying knows about AWS's words is true here, too."""

RULES: Final = (*EDGE, *FUNCTIONS, *TASKS, *LOGS, *_REASONS, *DATABASE, *STACKS, *CHECKS)
