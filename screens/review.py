"""Review: every answer with a way to change it, what is made, what it costs and how long."""

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from solarrally_tui.screens.confirm import ConfirmScreen
from solarrally_tui.screens.draft import Draft
from solarrally_tui.screens.frame import StepScreen
from solarrally_tui.screens.money import capital, estimate_of, proposed_budget, total
from solarrally_tui.screens.quote import offer
from solarrally_tui.screens.session import Go, StartDeploy
from solarrally_tui.screens.steps import BY_ID, QUESTIONS, first_incomplete
from solarrally_tui.screens.trouble import plain_of
from solarrally_tui.screens.words import DIM, READ_ONLY, dollars
from solarrally_tui.site.files import save
from solarrally_tui.site.model import Site
from solarrally_tui.site.problems import SiteError

WIDE = 100


class ReviewScreen(StepScreen):
    """Shows everything once before anything is made."""

    STEP: ClassVar[str] = "review"
    CSS_PATH = "review.tcss"
    TITLE_TEXT: ClassVar[str] = "Review"
    NEXT: ClassVar[str] = "Deploy"
    AUTO_FOCUS = "#answers"
    BINDINGS: ClassVar = [("f2", "save", "Save as file"), ("f4", "quote", "Quote")]
    HELP_TEXT: ClassVar[str] = (
        "Choose a line and press Enter to change that answer. Everything else is kept.\n\n"
        "A stack is AWS's word for a group of things that are made, changed and removed together. "
        "The list shows what each one is for.\n\n"
        "F2 writes your answers to a file. With it the same site can be deployed without the "
        "wizard. It holds no keys and no passwords.\n\n"
        "Deploy asks once more. After that you may close this program at any time: AWS goes on, "
        "and the next start rejoins."
    )

    def body(self) -> ComposeResult:
        """List the answers, and beside or below them what is made."""
        changed = Static(self._changes(), id="changes")
        changed.display = self.session.before is not None
        yield changed
        with Horizontal(id="columns"):
            with Vertical(id="left"):
                yield Static("Your answers. Enter changes one.", classes="field-label")
                yield OptionList(*self._answers(), compact=True, id="answers")
            with Vertical(id="right"):
                yield Static(self._price(), id="price", classes="card")
                yield Static(self._stacks(), id="stacks")
        yield Static(self._file_note(), id="file-note")

    def on_mount(self) -> None:
        """Say at once what is still missing."""
        self.query_one("#answers", OptionList).highlighted = 0
        self._say_missing()

    def _answers(self) -> list[Option]:
        draft, state = self.session.draft, self.session.state_of
        return [
            _row(step, what, value, wrong=state(step) == "wrong")
            for step, what, value in answers(draft.text, proposed_budget(self.session))
        ]

    def _price(self) -> Content:
        estimate = estimate_of(self.session)
        if estimate is None and self.session.no_price is not None:
            return Content(f"▲ There is no price. {self.session.no_price}")
        if estimate is None:
            return Content("No price while an answer is not valid.")
        return Content.assemble(
            (f"{capital(total(estimate, estimate.expected))} a month", "bold $primary"),
            (f", {dollars(estimate.low)} to {dollars(estimate.high)}.", ""),
            ("\n" if self._wide else " ", ""),
            (self._minutes(), ""),
        )

    def _minutes(self) -> str:
        try:
            low, high = self.session.services.seconds(self.session.draft.site_for_prices())
        except Exception:  # noqa: BLE001 a forecast stops nobody
            return "How long it takes is not known."
        first = "" if not self.session.deployed else "As a new site: "
        return f"{first}About {low / 60:.0f} to {high / 60:.0f} minutes to build."

    def _stacks(self) -> Content:
        try:
            stacks = self.session.services.stacks(self.session.draft.site_for_prices())
        except SiteError:
            return Content("")
        except Exception as error:  # noqa: BLE001 a list for information stops nobody
            return Content(f"▲ The stacks could not be listed. {plain_of(error).detail}")
        head = Content.styled(f"AWS makes {len(stacks)} stacks", "bold")
        wide = self._wide
        titles = [f"· {stack.title}" if wide else stack.title for stack in stacks]
        return (
            head
            + Content("\n" if wide else ": ")
            + Content("\n" if wide else ", ").join([Content(title) for title in titles])
        )

    def _changes(self) -> Content:
        """Say what is different from the answers that the site was deployed with."""
        before = self.session.before
        if before is None:
            return Content("")
        found = changes(before, self.session.draft)
        if not found:
            return Content.styled("Nothing is changed since it was deployed.", DIM)
        head = Content.styled("Changed since it was deployed", "bold")
        return Content("\n").join([head, *(Content(f"▲ {line}") for line in found)])

    def on_resize(self) -> None:
        """A list beside the answers where there is room, a sentence below where not."""
        self.query_one("#price", Static).update(self._price())
        self.query_one("#stacks", Static).update(self._stacks())

    @property
    def _wide(self) -> bool:
        return self.app.size.width >= WIDE

    def _file_note(self) -> Content:
        name = self.session.draft.name or "SITE"
        return Content.assemble(
            ("F2 saves a file for: ", DIM),
            (f"solarrally deploy {name}.toml", ""),
        )

    def _say_missing(self) -> bool:
        step = first_incomplete(self.session.draft)
        if step is not None:
            self.say(f"{step.title} still needs an answer.", "warning")
        elif self.session.who is None:
            self.say("Nobody is signed in to AWS. See Account.", "warning")
        return step is not None or self.session.who is None

    @on(OptionList.OptionSelected, "#answers")
    def _edit(self, event: OptionList.OptionSelected) -> None:
        step = (event.option_id or "").partition("/")[0]
        if step in BY_ID:
            self.post_message(Go(step))

    def action_save(self) -> None:
        """Write the answers to NAME.toml in the present folder."""
        path = Path.cwd() / f"{self.session.draft.name}.toml"
        try:
            save(self.session.draft.site(), path)
        except (SiteError, OSError) as error:
            reason = error.strerror if isinstance(error, OSError) else "an answer is not valid"
            self.say(f"Not saved: {reason}.", "warning")
        else:
            self.say(f"Saved {path}", "success")

    def action_quote(self) -> None:
        """Write a quote for a customer."""
        offer(self)

    def action_next(self) -> None:
        """Ask once more, then deploy. Says what is missing instead, if anything is."""
        if self.session.run is not None and self.session.run.active:
            self.post_message(Go("provision"))
        elif self.session.services.read_only:
            self.say(READ_ONLY, "warning")
        elif not self._say_missing():
            self.ask_and_deploy()

    @work(group="confirm", exclusive=True, exit_on_error=False)
    async def ask_and_deploy(self) -> None:
        """Ask for the go-ahead with what it means, and start."""
        site = self.session.draft.site()
        title, text = _question(site, self.session.who.account if self.session.who else "",
                                self._price().plain)  # fmt: skip
        question = ConfirmScreen(title, text, yes="Deploy", no="Not yet")
        if await self.app.push_screen_wait(question):
            self.post_message(StartDeploy())


def changes(before: Draft, now: Draft) -> list[str]:
    """Return each answer that differs, with what its change means for the site."""
    asked = [each for step in QUESTIONS for each in step.questions]
    return [
        f"{each.label}: {before.text(each.path) or 'none'} becomes "
        f"{now.text(each.path) or 'none'}. {each.later}"
        for each in asked
        if before.text(each.path) != now.text(each.path)
    ]


def answers(text: Callable[[str], str], budget: int | None) -> tuple[tuple[str, str, str], ...]:
    """Return (step, question, answer) for each line of the review."""
    own_budget = text("alerts.monthly_budget_usd")
    proposed = f"${budget} (high estimate)" if budget else "the high estimate"
    shown_budget = f"${own_budget}" if own_budget else proposed
    return (
        ("welcome", "Name", text("name")),
        ("account", "Region", text("region")),
        ("billing", "Alerts to", text("alerts.email")),
        ("billing", "Budget", shown_budget),
        ("domain", "Address", f"{text('domain.name') or 'from AWS'}, {_viewing(text)}"),
        ("size", "Tier", text("tier")),
        ("size", "Chargers", f"{text('size.chargers')}, every {text('size.interval_seconds')} s"),
        ("application", "Source", _short(text("application.repository"))),
        ("application", "Commit", _version(text)),
        *_own("Image", text("application.image")),
        *_own("First admin", text("application.admin_email")),
    )  # fmt: skip


def _version(text: Callable[[str], str]) -> str:
    ref = text("application.ref")
    return f"{text('application.commit')[:12]}{f' of {ref}' if ref else ''}"


def _own(what: str, answer: str) -> tuple[tuple[str, str, str], ...]:
    """Return a line about the application only where it is not the usual answer."""
    return (("application", what, answer),) if answer else ()


def _viewing(text: Callable[[str], str]) -> str:
    how = {"addresses": "seen from listed addresses", "public": "seen by everybody"}
    seen = how.get(text("access.viewing"), "seen by password")
    opened = text("access.open_registration").lower() == "true"
    return f"{seen}, open registration" if opened else seen


def _short(repository: str) -> str:
    return repository.removeprefix("https://").removeprefix("github.com/").removesuffix(".git")


def _row(step: str, what: str, value: str, *, wrong: bool) -> Option:
    shown = value or "missing"
    style = "$text-warning" if wrong or not value else ""
    mark = "! " if wrong or not value else "  "
    return Option(
        Content.assemble((mark, "$text-warning"), (f"{what:<11}", DIM), (shown, style)),
        id=f"{step}/{what}",
    )


def _question(site: Site, account: str, price: str) -> tuple[str, str]:
    title = f"Deploy {site.name}?"
    return title, (
        f"AWS makes it in account {account}, Region {site.region}.\n{price}\n\n"
        "You can remove all of it later with solarrally destroy " + site.name + "."
    )
