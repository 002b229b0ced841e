"""The budget comes from the estimate, or from the operator where prices are missing."""

from typing import Any

import pytest

from solarrally_tui.provisioning.deployment.budget import monthly_budget
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.provisioning.engine.steps import StepError
from solarrally_tui.site.files import from_answers
from solarrally_tui.site.model import Site


def site(region: str, amount: int | None = None, **size: Any) -> Site:
    alerts = {"email": "a@example.com"} | ({"monthly_budget_usd": amount} if amount else {})
    answers = {"name": "one", "region": region, "tier": "small", "alerts": alerts, "size": size}
    return from_answers(answers)


def test_the_budget_is_the_high_estimate() -> None:
    assert 60 < monthly_budget(site("us-east-1")) < 120


@pytest.mark.parametrize(
    ("region", "size"),
    [("af-south-1", {}), ("us-east-1", {"database_class": "db.x2g.large"})],
)
def test_without_prices_the_operator_must_say_a_budget(region: str, size: dict[str, Any]) -> None:
    with pytest.raises(StepError) as refused:
        monthly_budget(site(region, **size))
    assert refused.value.exit_code is Exit.REFUSED
    assert "alerts.monthly_budget_usd" in refused.value.plain.next
    assert monthly_budget(site(region, 90, **size)) == 90
