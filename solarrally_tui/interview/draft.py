"""Answers as typed so far: a nested mapping that fields read and write by dotted paths."""

import copy
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from solarrally_tui.site.problems import Problem, SiteError
from solarrally_tui.site.tiers import CHARGER_RANGE, Tier, preset

if TYPE_CHECKING:
    from solarrally_tui.site.model import Site

FIRST_STEP: Final = "welcome"


class Draft:
    """A site that is being decided. May hold text that is no valid answer yet."""

    def __init__(self, answers: Mapping[str, Any] | None = None, step: str = FIRST_STEP) -> None:
        self.answers: dict[str, Any] = copy.deepcopy(dict(answers or _new()))
        self.step = step
        self.set_aside: dict[str, Any] = {}
        """Sizes that the chosen tier does not allow. Another tier that does takes them again."""

    def get(self, path: str) -> Any:
        """Return the answer at a dotted path; the tier's or the model's default without one."""
        node: Any = self.answers
        for part in path.split("."):
            if not isinstance(node, dict) or part not in node:
                return self._default(path)
            node = node[part]
        return node

    def text(self, path: str) -> str:
        """Return an answer as an input shows it."""
        value = self.get(path)
        if isinstance(value, (list, tuple)):
            return ", ".join(map(str, value))
        return "" if value is None else str(value)

    def set(self, path: str, value: Any) -> None:
        """Write an answer; None removes it, so that the default applies again."""
        *parents, last = path.split(".")
        node = self.answers
        for part in parents:
            node = node.setdefault(part, {})
        if value is None:
            node.pop(last, None)
        else:
            node[last] = value

    def take_back(self, fields: Iterable[str]) -> None:
        """Remove what is no valid answer of some fields, so that their defaults apply again."""
        for path in self.problems_in(fields):
            self.set(path, None)

    def choose_tier(self, tier: Tier, *, same_chargers: bool = False) -> str:
        """Take a tier and its sizes. What was typed for another tier stays.

        same_chargers: whether chargers and interval stay too where nobody typed them. Return in
        words what does not fit the tier, empty where everything does.
        """
        from solarrally_tui.site.tier_change import (  # noqa: PLC0415 pydantic is slow
            OF_NO_TIER,
            change_tier,
        )

        chosen = self.get("tier")
        if chosen == tier.value:
            return ""
        for name in OF_NO_TIER if same_chargers else ():
            self.set(f"size.{name}", self.get(f"size.{name}"))
        typed = self.set_aside | self.answers.get("size", {})
        change = change_tier(typed, Tier(chosen) if chosen in set(Tier) else tier, tier)
        self.answers |= {"tier": tier.value, "size": dict(change.size)}
        self.set_aside = dict(change.set_aside)
        return change.words

    @property
    def name(self) -> str:
        """The site's name as typed."""
        return self.text("name").strip()

    def site(self) -> "Site":
        """Return the finished site. Raises SiteError."""
        from solarrally_tui.site.files import from_answers  # noqa: PLC0415 pydantic is slow

        return from_answers(self.answers)

    def problems(self) -> tuple[Problem, ...]:
        """Return what is wrong or missing."""
        try:
            self.site()
        except SiteError as error:
            return error.problems
        return ()

    def problems_in(self, fields: Iterable[str]) -> dict[str, Problem]:
        """Return the problems of some fields, by field. A group's problem goes to its first."""
        wanted = tuple(fields)
        problems: dict[str, Problem] = {}
        for problem in self.problems():
            home = _home(problem, wanted)
            if home:
                problems.setdefault(home, problem)
        return problems

    def site_for_prices(self, tier: Tier | None = None) -> "Site":
        """Return a site to estimate, though names are still missing. Raises SiteError."""
        trial = Draft(self.answers)
        trial.set_aside = dict(self.set_aside)
        bad = trial.problems_in(("name", "alerts.email", "alerts.monthly_budget_usd"))
        for field, value in (("name", "site"), ("alerts.email", "ops@example.com")):
            if field in bad:
                trial.set(field, value)
        trial.set("alerts.monthly_budget_usd", None)
        if tier is not None:
            trial.choose_tier(tier, same_chargers=True)
        return trial.site()

    def _default(self, path: str) -> Any:
        group, _, key = path.partition(".")
        if group == "size" and self.answers.get("tier") in set(Tier):
            sizes = preset(Tier(self.answers["tier"]))
            if key in sizes:
                return sizes[key]
        return _model_default(group, key)


def _model_default(group: str, key: str) -> Any:
    """Return the model's default for an answer that nobody gave; None where it has none."""
    from pydantic_core import PydanticUndefined  # noqa: PLC0415 pydantic is slow

    from solarrally_tui.site.model import Site  # noqa: PLC0415

    model = getattr(Site.model_fields.get(group), "annotation", None)
    field = getattr(model, "model_fields", {}).get(key)
    default = field.get_default(call_default_factory=True) if field else PydanticUndefined
    return None if default is PydanticUndefined else default


def _new() -> dict[str, Any]:
    return {
        "name": "",
        "region": "us-east-1",
        "tier": Tier.SMALL.value,
        "alerts": {"email": ""},
    }


def _home(problem: Problem, fields: tuple[str, ...]) -> str:
    if problem.field in fields:
        return problem.field
    of_list = problem.field.rstrip("0123456789").rstrip(".")  # such as access.addresses.2
    if of_list in fields:
        return of_list
    inside = [field for field in fields if field.startswith(f"{problem.field}.")]
    named = [field for field in inside if field.rsplit(".", 1)[-1] in problem.what]
    return next(iter(named or inside), "")


def fits(tier: Tier, chargers: int) -> bool:
    """Return whether a tier is meant for a number of chargers."""
    low, high = CHARGER_RANGE[tier]
    return low <= chargers <= high
