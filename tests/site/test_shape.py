"""What a site whose application runs as functions cannot have, in words."""

from typing import Any

import pytest

from solarrally_tui.site.files import from_answers
from solarrally_tui.site.problems import SiteError
from solarrally_tui.site.tiers import Shape


def answers(**sections: Any) -> dict[str, Any]:
    base = {"name": "barn", "region": "us-east-1", "tier": "small", "alerts": {"email": "a@b.co"}}
    return base | {"size": {"shape": "functions"}} | sections


def test_a_site_of_functions_needs_nothing_else() -> None:
    assert from_answers(answers()).size.shape is Shape.FUNCTIONS


@pytest.mark.parametrize(
    ("sections", "words"),
    [
        ({"governance": {"github_repository": "owner/name"}}, "use solarrally update"),
        (
            {"domain": {"name": "a.example.com", "origin": "public-alb"}},
            "functions have no load balancer",
        ),
        ({"size": {"shape": "functions", "hub": True}}, "no task of ECS serves"),
        (
            {"tier": "large", "size": {"shape": "functions", "chargers": 900}},
            None,
        ),
        (
            {
                "tier": "large",
                "size": {"shape": "functions", "chargers": 900, "interval_seconds": 5},
            },
            "Functions are planned for 100",
        ),
    ],
)
def test_what_only_tasks_have_is_refused(sections: dict[str, Any], words: str | None) -> None:
    if words is None:
        assert from_answers(answers(**sections)).size.messages_per_second == 90
        return
    with pytest.raises(SiteError) as refused:
        from_answers(answers(**sections))
    assert words in str(refused.value)
