"""What a run kept of failing stacks before AWS rolled them back."""

from collections.abc import AsyncIterator
from datetime import datetime

from solarrally_tui.deployed import kept_evidence
from solarrally_tui.deployed.kept_evidence import KeptEvidence
from solarrally_tui.deployed.stack import GOOD
from solarrally_tui.health.diagnosis.evidence import Evidence, evidence_of
from solarrally_tui.health.diagnosis.examination import Case, NotNeededError


async def kept(case: Case) -> AsyncIterator[Evidence]:
    """Yield what was kept of the last operation of each stack that has not been well since."""
    found = await kept_evidence.read(case.door, case.name)
    if not found:
        raise NotNeededError
    for each in found:
        if each.stack in case.observed.stacks and await _counts(case, each):
            taken = datetime.fromisoformat(each.taken)
            for item in each.items:
                yield evidence_of(item, case.observed.name_of(each.stack), taken)


async def _counts(case: Case, each: KeptEvidence) -> bool:
    """Whether evidence is about how the stack is now. Of a deleted stack it is all that is left."""
    stack = case.stack(each.stack)
    if stack is None:
        return True
    if stack.status in GOOD:
        return False
    return any(event["EventId"] == each.event for event in await case.events(each.stack))
