"""What all screens share while the wizard is open, and the one site that they show."""

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from solarrally_tui.aws.errors import Plain
from solarrally_tui.computer.folders import in_words
from solarrally_tui.interview.draft import Draft
from solarrally_tui.interview.draft_store import DraftStore
from solarrally_tui.interview.steps import BY_ID, ORDER, StepState
from solarrally_tui.interview.trail import Trail
from solarrally_tui.pricing.money import Money
from solarrally_tui.provisioning.engine.outcome import Exit

if TYPE_CHECKING:
    from solarrally_tui.chargers.proof import Proof
    from solarrally_tui.wizard.demo_stage import Stage
    from solarrally_tui.wizard.model import Added, Who
    from solarrally_tui.wizard.run_progress import RunProgress
    from solarrally_tui.wizard.services import Services

AFTER_DEPLOY: Final = frozenset({"provision", "charger", "status"})
"""Steps of a site that is in the account already: there is no draft to keep."""


@dataclass(slots=True, eq=False)
class SiteView:
    """One site as the wizard shows it: its answers, and what is known of it in AWS.

    Whatever belongs to one site is here and nowhere else. Opening another site puts a new view
    in the place of this one, so nothing of it can remain. Screens and workers keep the view that
    they were started for: an answer that comes late never changes another site's view.
    """

    draft: Draft = field(default_factory=Draft)
    deployed: str = ""
    """Name of the site in the account; empty while it is only being decided."""
    before: Draft | None = None
    """Answers that the site was deployed with, where they are known."""
    url: str = ""
    """Address of the dashboard, once it is known."""
    run: "RunProgress | None" = None
    """The last deployment or deletion that this program started."""
    continues: bool = False
    """Whether somebody signs in so that its run continues."""
    preflight: bool = True
    """Whether the account is checked before its next deployment."""
    minutes: tuple[int, int] | None = None
    """How many its next change takes on AWS, at least and at most, as Review says; None where that
    is not known, and for a first deployment."""
    charger: "Added | None" = None
    """The charger that was added last."""
    proofs: list["Proof"] = field(default_factory=list)
    """Of it, and of those that were added with it: how far each has come, once that was tried."""
    powers: list[float] = field(default_factory=list)
    """What it drew at the page after its proof, in kW."""
    trail: Trail = ()
    """The places that the person came through: Escape leads back there."""
    seen: set[str] = field(default_factory=set)
    """Steps that the person has passed."""
    account_stops: bool = False
    """Whether the checks of the account found what would stop a deployment."""
    just_prices: bool = False
    """Whether the person came to Size for its prices, past the steps before it."""
    typed: dict[str, str] = field(default_factory=dict)
    """Text of fields that are no answers of the site, kept when their screen is left."""
    no_price: Plain | None = None
    """Why the last estimate failed, where that was not an answer's fault."""

    @property
    def name(self) -> str:
        """The name in the account, or the one that is being decided."""
        return self.deployed or self.draft.name

    def has_charger(self, charger: "Added | None") -> None:
        """Take another charger for the last one that was added, or none any more."""
        self.charger, self.proofs, self.powers = charger, [], []

    @property
    def left_to_prove(self) -> tuple["Added", ...]:
        """Those of several that a proof had not come to when it stopped; none where one failed."""
        if self.charger is None or not self.proofs or any(each.failed for each in self.proofs):
            return ()
        tried = {proof.charger for proof in self.proofs}
        return tuple(each for each in self.charger.each if each.name not in tried)

    def expect_another(self) -> None:
        """Let First charger ask for one more, by the next name, in place of showing the last."""
        if self.charger is not None:
            from solarrally_tui.wizard.model import following  # noqa: PLC0415

            self.typed["charger"] = following(self.charger.name)

    def vanish(self) -> None:
        """Forget what was in AWS: it is not there any more."""
        self.deployed = self.url = ""
        self.before = None
        self.has_charger(None)

    @property
    def is_deleted(self) -> bool:
        """Whether the last run has deleted it."""
        return self.run is not None and self.run.destroys and self.run.succeeded

    @property
    def is_as_deployed(self) -> bool:
        """Whether the answers are those that are in AWS, as far as these are known."""
        same = self.before is None or self.before.answers == self.draft.answers
        return bool(self.deployed) and not self.renamed and same

    @property
    def renamed(self) -> bool:
        """Whether the answers now bear another name than what is in AWS."""
        in_aws = self.deployed or (self.run.site if self.run else "")
        return bool(in_aws) and self.draft.name != in_aws


@dataclass(slots=True)
class Session:
    """The account, and the site that is open. Holds no secret."""

    services: "Services"
    store: DraftStore
    label: str = ""
    site: SiteView = field(default_factory=SiteView)
    """The open site. Always replaced as a whole."""
    stage: "Stage | None" = None
    """Of a demonstration; None in a real account."""
    who: "Who | None" = None
    running: SiteView | None = None
    """The site with a run under way. There is at most one."""
    ran: dict[str, SiteView] = field(default_factory=dict)
    """Sites that this program has deployed or deleted, by name, each as its last run left it."""
    in_account: frozenset[str] = frozenset()
    """Names of the sites that the account had when they were listed last."""
    money: Money = field(default_factory=Money)
    """The currency that amounts are shown in."""
    presenting: bool = False
    """Whether the screens are shown to a room: larger, and without numbers of accounts."""
    pressed: deque[tuple[str, float]] = field(default_factory=lambda: deque(maxlen=8))
    """The last keys while presenting, each with when, by the monotonic clock."""
    not_saved: str = ""
    """Why the answers were not saved when somebody last left a step; empty where they were."""

    @property
    def badge(self) -> str:
        """What the account is called beside its number, with the pace of a demonstration."""
        return f"{self.label} {self.stage.pace}" if self.stage else self.label

    @property
    def standing(self) -> list[str]:
        """Names of the sites that this program has begun to deploy, and not deleted."""
        runs = {name: view.run for name, view in self.ran.items()}
        return sorted(
            name for name, run in runs.items() if not (run and run.destroys and run.succeeded)
        )

    @property
    def is_begun(self) -> bool:
        """Whether anything of the open site was deployed, as far as that is known."""
        site = self.site
        return bool(site.deployed or site.run) or site.name in self.in_account

    @property
    def in_use(self) -> str:
        """Why the credentials must not be changed now; empty where they may be."""
        if self.running is None:
            return ""
        return f"The run of {self.running.name} uses these credentials until it has ended."

    def open(self, site: SiteView) -> SiteView:
        """Show a site. One with a run under way keeps the view of its run."""
        running = self.running
        self.site = running if running is not None and running.name == site.name else site
        return self.site

    def state_of(self, step_id: str) -> StepState:
        """Return what the rail shows for a step."""
        site = self.site
        if step_id == "provision" and site.run and site.run.exit_code is Exit.FAILED:
            return StepState.FAILED
        if step_id == "provision" and site.run and site.run.active:
            return StepState.RUNNING
        if step_id in {"provision", "charger"}:
            done = site.deployed if step_id == "provision" else site.charger
            return StepState.DONE if done else StepState.OPEN
        if step_id not in site.seen:
            return StepState.OPEN
        if step_id == "account" and self.who is not None and site.account_stops:
            return StepState.STOPS
        is_signed_out = step_id == "account" and self.who is None
        complete = not is_signed_out and BY_ID[step_id].complete(site.draft)
        return StepState.DONE if complete else StepState.WRONG

    def title_of(self, step_id: str) -> str:
        """Return what a step is called: Size is about prices for who came for these only."""
        run = self.site.run
        if step_id == "size" and self.site.just_prices:
            return "Prices"
        if step_id == "provision" and run is not None and run.destroys:
            return "Destroy"
        return BY_ID[step_id].title

    def remember(self, step_id: str, *, just_prices: bool = False) -> None:
        """Note where the person is, and save the draft of a site that was started.

        just_prices: whether the steps before were skipped.
        """
        if self.site.renamed or (self.site.is_deleted and step_id != "provision"):
            # The answers of a site under another name, or of one that was, are those of a new site.
            self.site = SiteView(Draft(self.site.draft.answers))
        site = self.site
        if site.just_prices and not just_prices:
            site.draft.take_back(BY_ID["size"].fields)
        site.just_prices = just_prices
        if not just_prices:
            site.seen.update(ORDER[: ORDER.index(step_id)])
        site.draft.step = step_id
        # Who only looked at prices has not started a site of this name, and another may have it.
        in_aws = site.deployed and (step_id in AFTER_DEPLOY or site.is_as_deployed)
        if site.seen and not in_aws:
            self.save()

    def save(self) -> bool:
        """Save the draft. A disk that refuses it stops nothing; not_saved then says why."""
        try:
            is_saved = self.store.save(self.site.draft)
        except OSError as error:
            self.not_saved = in_words(error)
            return False
        self.not_saved = "" if is_saved else "The site has no valid name yet."
        return is_saved

    def would_lose(self) -> bool:
        """Whether there are answers that cannot be saved, as their site has no valid name yet."""
        draft = self.site.draft
        typed = {key: value for key, value in draft.answers.items() if key != "region"}
        untouched = {key: value for key, value in Draft().answers.items() if key != "region"}
        kept = self.store.savable(draft) and not self.not_saved
        return not self.site.deployed and typed != untouched and not kept
