"""What all screens share while the wizard is open. One plain object, handed to each screen."""

from dataclasses import dataclass, field
from typing import Final

from solarrally_tui.aws.errors import Plain
from solarrally_tui.interview.draft import Draft
from solarrally_tui.interview.draft_store import DraftStore
from solarrally_tui.interview.steps import BY_ID, ORDER
from solarrally_tui.wizard.demo_stage import Stage
from solarrally_tui.wizard.model import Added, Who
from solarrally_tui.wizard.run_progress import Run
from solarrally_tui.wizard.services import Services

AFTER_DEPLOY: Final = frozenset({"provision", "charger", "status"})
"""Steps of a site that is in the account already: there is no draft to keep."""


@dataclass(slots=True)
class Session:
    """Answers, identity and progress. Holds no secret."""

    services: Services
    store: DraftStore
    label: str = ""
    draft: Draft = field(default_factory=Draft)
    stage: Stage | None = None
    """Of a demonstration; None in a real account."""
    who: Who | None = None
    trouble: Plain | None = None
    """Why nobody is signed in."""
    no_price: Plain | None = None
    """Why the last estimate could not be made, where that was not an answer's fault."""
    run: Run | None = None
    deployed: str = ""
    """Name of a site that exists in the account and is shown on the status screen."""
    url: str = ""
    """Address of the dashboard, once it is known."""
    new: bool = False
    """Whether the site was made by this program just now, and nothing was handed over yet."""
    before: Draft | None = None
    """Answers that the site was deployed with, where they are known."""
    charger: Added | None = None
    seen: set[str] = field(default_factory=set)
    typed: dict[str, str] = field(default_factory=dict)
    """Text of fields that are no answers of the site, kept when their screen is left."""

    @property
    def badge(self) -> str:
        """What the account is called beside its number, with the pace of a demonstration."""
        return f"{self.label} {self.stage.pace}" if self.stage else self.label

    @property
    def site_name(self) -> str:
        """The deployed site that is shown, or the one that is being decided."""
        return self.deployed or self.draft.name

    def state_of(self, step_id: str) -> str:
        """Return done, open or wrong: what the rail says of a step."""
        step = BY_ID[step_id]
        if step_id == "provision":
            return "done" if self.deployed else "open"
        if step_id == "charger":
            return "done" if self.charger else "open"
        if step_id not in self.seen:
            return "open"
        if step_id == "account" and self.who is None:
            return "wrong"
        return "done" if step.complete(self.draft) else "wrong"

    def remember(self, step_id: str) -> None:
        """Note where the person is and save the draft."""
        self.seen.update(ORDER[: ORDER.index(step_id)])
        self.draft.step = step_id
        if not (self.deployed == self.draft.name and step_id in AFTER_DEPLOY):
            self.store.save(self.draft)

    def would_lose(self) -> bool:
        """Whether there are answers that cannot be saved, as their site has no valid name yet."""
        typed = {key: value for key, value in self.draft.answers.items() if key != "region"}
        untouched = {key: value for key, value in Draft().answers.items() if key != "region"}
        return not self.deployed and typed != untouched and not self.store.savable(self.draft)
