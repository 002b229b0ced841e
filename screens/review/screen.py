"""Review: every answer, what AWS creates or changes, which roles, what it costs and how long."""

import asyncio
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Button, OptionList, Static, Tab, Tabs
from textual.widgets.option_list import Option

from solarrally_tui.account.preflight import ways_out
from solarrally_tui.computer.folders import why_not
from solarrally_tui.findings.severity import Severity
from solarrally_tui.interview.steps import BY_ID, ORDER, StepState, find_question, first_incomplete
from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.confirm import ChoiceScreen, ConfirmScreen, TypedScreen
from solarrally_tui.screens.common.messages import Go, StartDeploy
from solarrally_tui.screens.common.money import billed, kept, proposed_budget
from solarrally_tui.screens.common.next_steps import in_the_wizard
from solarrally_tui.screens.common.sizes import HEIGHTS, WIDTHS
from solarrally_tui.screens.common.words import DIM, READ_ONLY
from solarrally_tui.screens.frame import StepScreen
from solarrally_tui.screens.picture.site_diagram import site_diagram
from solarrally_tui.screens.picture.widget import ROWS, SitePicture
from solarrally_tui.screens.provision.other_answer import OtherAnswer, offered
from solarrally_tui.screens.provision.words import summary
from solarrally_tui.screens.quote import offer
from solarrally_tui.screens.review import sections
from solarrally_tui.screens.review.answers import answers, changes, others, rows
from solarrally_tui.screens.review.cost_and_time import CostAndTime
from solarrally_tui.screens.review.sections import Preview
from solarrally_tui.screens.widgets.numbered_tabs import DIGITS, number_tabs
from solarrally_tui.site.files import save
from solarrally_tui.site.problems import SiteError
from solarrally_tui.wizard.plain_errors import plain_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solarrally_tui.architecture.diagram import Diagram
    from solarrally_tui.findings.finding import Finding
    from solarrally_tui.provisioning.preview.inventory import Inventory
    from solarrally_tui.site.model import Site

SECTIONS: Final = {
    "cost": "Cost and time",
    "changes": "What happens",
    "permissions": "Permissions",
    "answers": "Answers",
    "picture": "Picture",
}
"""Those that a large terminal shows beside the others come last, so that numbers stay."""

_TABS: Final = 73
"""Columns that all tabs need with their usual gaps."""
_SIDE: Final = 47
"""Columns of the answers beside the sections."""
_AROUND: Final = 8
"""Columns of what is around them in a tab of their own."""
_TAB: Final = "tab-"
"""Begin of the ids of tabs."""

RUN_SECONDS: Final = 1.0
_WATCH: Final = "Watch it"
_RESULT: Final = "See the result"
"""Of a deployment that has just ended well."""
_ANYWAY: Final = keys.ANYWAY.description
"""Where nothing is to change."""
_OTHER, _AT_RISK = "other", "anyway"
"""Ids of answers to whether to deploy what would be refused."""
_CONTINUES: Final = "Deploy continues it."
"""Of a deployment that has stopped."""
_AGAIN: Final = "Deploy starts again."
"""Of one that stopped before AWS had created anything."""
_HEAD: Final = 40
"""Columns of what is said of a run: how far it is, without its money."""
_REST: Final = 16
"""Rows that the other parts of the screen need where the picture is the section."""
_LEAST_ANSWERS: Final = 5
"""Rows of the list of answers, at least."""
_ABOVE: Final = ("title", "summary", "command")
"""What shares the body with the sections and the picture, each with an empty row."""


class ReviewScreen(StepScreen):
    """Shows everything once before anything is created."""

    STEP: ClassVar[str] = "review"
    CSS_PATH = "review.tcss"
    TITLE_TEXT: ClassVar[str] = "Review"
    NEXT: ClassVar[str] = "Deploy"
    AUTO_FOCUS = "#sections"
    FILLS: ClassVar[bool] = True
    BUTTONS: ClassVar = (keys.QUOTE, keys.RUN, keys.ANYWAY)
    BINDINGS: ClassVar = [
        *BUTTONS,
        keys.REFRESH,
        Binding("s", "save", "Save file", show=False),  # the last line names it
        *DIGITS,
        ("down", "scroll_line(1)", ""),
        ("up", "scroll_line(-1)", ""),
    ]
    HELP_TEXT: ClassVar[str] = (
        "The tabs change what is below them; the number of a tab is its key. They show what the "
        "site costs and how long deploying takes, what happens to each part of it, and which "
        "roles and policies are created. Your answers and a picture of the site are further tabs, "
        "or have places of their own on a large terminal.\n\n"
        "Choose one of the answers and press Enter to change it. All other answers stay.\n\n"
        "A part of the site is a group of resources that are created, changed and deleted "
        "together; AWS calls it a stack. For an existing site, AWS reports what would change. "
        "Asking changes nothing. F5 asks again.\n\n"
        "Where data would be lost, Deploy asks you to type the site's name. Nothing else lets "
        "such a change happen.\n\n"
        "S writes your answers to a file, F6 copies the command that deploys it without the "
        "wizard. The file contains no keys and no passwords.\n\n"
        "Before anything is created, the account and the domain are checked. Where something would "
        "stop the deployment, Review names it and the answer to change.\n\n"
        "Deploy asks for a confirmation. After that you can close this program at any time: AWS "
        "finishes what it has begun, and the next start resumes the rest."
    )
    _was_running: bool = False
    """Whether a run went on while this screen was shown."""
    _follows: bool = False
    """Whether it did when this was looked at last."""
    _inventory: "Inventory | None" = None
    _shown: "Diagram | None" = None
    _unlisted: str = ""
    _room: int = 0
    """The rows for which the picture is drawn."""
    _longest: int = 0
    """Rows of the longest of the sections that share the screen with the picture."""
    section: reactive[str] = reactive("cost", init=False)
    preview: reactive[Preview] = reactive(Preview(), init=False)
    flags: reactive[tuple[str, ...]] = reactive((), init=False)

    def body(self) -> ComposeResult:
        """Show a summary, the sections under their tabs, and the picture where there is room."""
        self.set_class(self._wide, "-two")  # before there are widgets to style again
        yield Static(id="summary", classes="card")
        self.set_reactive(ReviewScreen.section, "changes" if self._changed else "cost")
        with Container(id="columns"):
            with Vertical(id="main"):
                tabs = (Tab(title, id=f"{_TAB}{name}") for name, title in SECTIONS.items())
                yield Tabs(*tabs, id="sections", active=f"{_TAB}{self.section}")
                yield Static(id="text")
                yield SitePicture("picture-section")
            with Vertical(id="side"):
                yield Static("Your answers", id="side-title")
                yield OptionList(*self._answers(), compact=True, id="answers")
        yield SitePicture()
        yield Static(id="also")
        yield Static(id="command")

    def on_mount(self) -> None:
        """Show at once what is still missing, and begin to ask AWS."""
        self.query_one("#answers", OptionList).highlighted = 0
        self.query_one("#also").display = False
        self.read_parts()
        self._draw()
        self._say_missing()
        self.action_check_again()
        self.repeat(RUN_SECONDS, self._follow_run)
        self._follow_run()
        self.call_after_refresh(self._draw)  # now the room is known
        self.screen_layout_refresh_signal.subscribe(self, self._follow_room)

    # What is asked

    def met(self) -> None:
        """Ask AWS what exists, now that somebody is signed in."""
        super().met()
        if self.session.who is None:
            return
        self._list_answers()
        self.say("")
        self._say_missing()
        self.action_check_again()

    def _list_answers(self) -> None:
        listed = self.query_one("#answers", OptionList)
        at = listed.highlighted
        listed.clear_options().add_options(self._answers())
        listed.highlighted = at

    def action_check_again(self) -> None:
        """Ask AWS what a deployment would do now."""
        if self.session.who is None:
            self.preview = Preview()
        elif first_incomplete(self.site.draft) is not None:
            self.preview = Preview(idle="Complete the answers to see what changes.")
        elif self._is_running:
            # What changes meanwhile is the run itself, of which the summary says how far it is.
            self.preview = Preview(idle=_MEANWHILE)
        else:
            self.preview = Preview(working=True, asks=_AGREES if self._is_just_deployed else _ASKS)
            self.ask_aws()

    @work(group="preview", exclusive=True, exit_on_error=False)
    async def ask_aws(self) -> None:
        """Ask in the background. An earlier question is dropped."""
        plans = self.session.services.plans
        try:
            plan = await plans.preview(self.site.draft.site())
            self.preview = Preview(plan=plan)
            if plan.is_new:
                self.site.vanish()
                self.refresh_frame()
        except Exception as error:  # noqa: BLE001 everything else on the screen stays useful
            self.preview = Preview(trouble=plain_of(error))
        try:
            self.flags = await plans.flags()
        except Exception:  # noqa: BLE001 then the command is shown without its options
            self.flags = ()

    @work(group="parts", exclusive=True, exit_on_error=False)
    async def read_parts(self) -> None:
        """Read what the site consists of. The templates take too long for a turn."""
        self._inventory = await asyncio.to_thread(self._inventory_of_site)
        self._shown = await asyncio.to_thread(site_diagram, self.session)
        self._draw()

    def _inventory_of_site(self) -> "Inventory | None":
        try:
            return self.session.services.plans.inventory(self.site.draft.site_for_prices())
        except SiteError:
            return None
        except Exception as error:  # noqa: BLE001 a list for information stops nobody
            text = f"What AWS creates could not be listed. {plain_of(error).detail}"
            self._unlisted = Severity.WARN.line(text)
            return None

    # The last run

    @property
    def _is_running(self) -> bool:
        return self.site.run is not None and self.site.run.active

    @property
    def _is_just_deployed(self) -> bool:
        """Whether the last run has deployed these answers."""
        run = self.site.run
        ended = run is not None and run.succeeded and not run.destroys
        return ended and self.site.is_as_deployed

    @property
    def _is_done(self) -> bool:
        """Whether AWS has what the answers ask for."""
        plan = self.preview.plan
        if plan is None:
            return self._is_just_deployed
        return plan.is_empty and not plan.obstacles

    @property
    def _forward(self) -> str:
        """What Next does."""
        if self._is_running:
            return _WATCH
        if self._is_done:
            return _RESULT if self._is_just_deployed else _ANYWAY
        return self.NEXT

    def _follow_run(self) -> None:
        """Show how far a run is by now, let Next lead to it, and look again once it has ended."""
        self._was_running = self._was_running or self._is_running
        if self._follows and not self._is_running:
            self._follows = False
            self.action_check_again()
        self._follows = self._is_running
        forward, label = self.query_one("#next", Button), self._forward
        if str(forward.label).strip() != label:
            forward.label = f" {label} "
            forward.variant = "default" if label == _ANYWAY else "primary"
            forward.refresh(layout=True)
            self.refresh_bindings()
        self._put("#summary", self._summary())

    def _summary(self) -> Content:
        """Return price and plan, and how a run goes that has not succeeded before."""
        lines = [self._figures.price()]
        if not self._is_running:
            lines.append(self.preview.line)
        run = self.site.run
        if run is not None and (self._was_running or not run.succeeded):
            what = "Deletion: " if run.destroys else "Deployment: "
            signed_in = self.session.who is not None
            head, *_ = summary(run, _HEAD, signed_in=signed_in).split("\n")
            lines.append(Content.assemble((what, DIM), head))
            if not run.active and not run.succeeded and not run.destroys:
                plan = self.preview.plan
                lines.append(Content(_AGAIN if plan and plan.is_new else _CONTINUES))
        if self._is_running:
            lines.append(self.preview.line)
        return Content("\n").join(lines)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the last run once it has stopped; Next leads to one that goes on."""
        if action == "run":
            run = self.site.run
            return run is not None and not run.active and not run.succeeded
        if action == "anyway":
            return self._forward == _RESULT and not self.session.services.read_only
        return super().check_action(action, parameters)

    def action_run(self) -> None:
        """Show the last run."""
        self.post_message(Go("provision"))

    def action_anyway(self) -> None:
        """Ask whether to deploy once more what has just been deployed."""
        self.ask_and_deploy()

    # What is shown

    def watch_preview(self) -> None:
        """Show what AWS has reported."""
        self._list_answers()
        self._draw()
        self._follow_run()

    def watch_flags(self) -> None:
        """Show the command with its options."""
        self._draw()

    def watch_section(self) -> None:
        """Show another section."""
        self._draw()
        to = "#answers" if self.section == "answers" else "#sections"
        is_there = self.focused is not None and self.focused.id in {"answers", "sections"}
        if is_there or self.section == "answers":
            self.query_one(to).focus()
        self.query_one("#body", VerticalScroll).scroll_home(animate=False)

    def on_resize(self) -> None:
        """Show in places of their own what has room there, and all else under tabs."""
        if self.section not in self._under_tabs:
            self.section = "cost"
        self.call_after_refresh(self._list_answers)
        self.call_after_refresh(self._draw)

    @property
    def _under_tabs(self) -> list[str]:
        """The sections that have a tab."""
        apart = {"answers": self._wide, "picture": self._tall}
        return [name for name in SECTIONS if not apart.get(name)]

    def action_scroll_line(self, lines: int) -> None:
        """Scroll a section that has no list."""
        body = self.query_one("#body", VerticalScroll)
        body.scroll_relative(y=lines, animate=False)

    def action_beside(self, steps: int) -> None:
        """Open the next tab from the list of answers, too, where it is under one of them."""
        if self.focused is None or self.focused.id != "answers" or self.section != "answers":
            super().action_beside(steps)
            return
        tabs = self.query_one("#sections", Tabs)
        (tabs.action_next_tab if steps > 0 else tabs.action_previous_tab)()

    @on(Tabs.TabActivated, "#sections")
    def _tab(self, event: Tabs.TabActivated) -> None:
        self.section = (event.tab.id or "").removeprefix(_TAB)

    def show_money(self) -> None:
        """Show all amounts in another currency."""
        self._draw()

    def _draw(self) -> None:
        self.set_class(self._wide, "-two")
        answers_only = self.section == "answers" and not self._wide
        self.query_one("#side").display = self._wide or answers_only
        self.query_one("#text").display = self.section not in {"answers", "picture"}
        texts = {name: self._section(name, self._columns) for name in _ASKED_NEXT}
        self._longest = max(text.plain.count("\n") + 1 for text in texts.values())
        self._put("#text", texts.get(self.section) or self._section(self.section, self._columns))
        self._put("#summary", self._summary())
        self._put(
            "#command", Content.assemble(("S saves the file, F6 copies: ", DIM), self.command)
        )
        self._draw_pictures()
        self.call_after_refresh(self._draw_pictures)  # now the room is known
        tabs = self.query_one("#sections", Tabs)
        tabs.set_class(self._columns < _TABS, "-close")
        with self.prevent(Tabs.TabActivated):
            for name in SECTIONS:
                put = tabs.show if name in self._under_tabs else tabs.hide
                put(f"{_TAB}{name}")
            number_tabs(tabs)
            tabs.active = f"{_TAB}{self.section}"

    def _draw_pictures(self) -> None:
        """Draw the picture in the room below the section where it fits, otherwise as a section."""
        if not self.is_attached or not self.query("#picture"):
            return  # this is called after a refresh, and the screen was left meanwhile
        below, section = self.query_one("#picture", SitePicture), self.query_one("#picture-section")
        least, most = ROWS
        left = self._room = self._left_below
        # A longer list scrolls, so that the picture keeps its place, and the tabs stay in sight.
        heading = self.query_one("#sections").outer_size.height
        room = left + self._used - heading
        if self._tall:
            room = max(self._longest, room - least - 1 if self._wide else 0)
        self.query_one("#answers").styles.max_height = max(room, _LEAST_ANSWERS)
        # It stays in its place from section to section, below the longest.
        beside = self.query_one("#side").outer_size.height if self._wide else 0
        columns = max(self.query_one("#sections").outer_size.height + self._longest, beside)
        rows = min(left + self._used - columns, most)
        below.display = self._tall and least <= rows <= left
        section.display = self.section == "picture"
        self.query_one("#columns").styles.min_height = columns if below.display else 0
        self._draw_also(left - rows)
        if not self._tall:
            rows = min(max(self.app.size.height - _REST, least), most)
        for place in self.query(SitePicture):
            place.show(self._shown if place.display else None, self.session.money, rows)

    @property
    def _left_below(self) -> int:
        """The rows that the texts leave for a picture."""
        others = sum(self.query_one(f"#{id_}").outer_size.height for id_ in _ABOVE)
        return self.query_one("#body").size.height - others - self._used - len(_ABOVE) - 1

    @property
    def _used(self) -> int:
        """The rows that the section and the answers take."""
        sides = [self.query_one(f"#{id_}") for id_ in ("main", "side")]
        rows = [side.outer_size.height for side in sides if side.display]
        return max(rows) if self._wide else sum(rows)

    def _follow_room(self, _: object) -> None:
        """Draw the picture for the room of this layout; the texts may have changed since."""
        if self._left_below != self._room:
            self._draw_pictures()

    def _draw_also(self, rows: int) -> None:
        """Show in the rows that the picture leaves what is asked next, if they hold all of it."""
        name = _ASKED_NEXT.get(self.section)
        text = self._section(name, self._columns) if name and rows > 1 else None
        has_room = text is not None and text.plain.count("\n") + 1 < rows
        self.query_one("#also").display = has_room
        if text is not None and has_room:
            self._put("#also", text)

    def _put(self, where: str, text: Content) -> None:
        """Show a text, unless it is shown already: each update costs a layout of the screen."""
        place = self.query_one(where, Static)
        there = place.content
        if not isinstance(there, Content) or (there.plain, there.spans) != (text.plain, text.spans):
            place.update(text)

    def _section(self, name: str, columns: int) -> Content:
        if name == "permissions":
            return sections.permissions(self._inventory, columns)
        if name == "cost":
            return self._figures.section(columns, spaced=self._tall)
        before = self.site.before
        meaning = self.preview.plan is None  # otherwise the plan itself says what it means
        now = self.site.draft
        changed = changes(before, now, meaning=meaning) if before is not None else []
        shown = sections.changes(self.preview, self._inventory, changed, columns)
        return Content("\n").join([Content(self._unlisted), shown] if self._unlisted else [shown])

    @property
    def _figures(self) -> CostAndTime:
        return CostAndTime(self.session, self.preview.plan)

    def _answers(self) -> list[Option]:
        draft, state = self.site.draft, self.session.state_of
        refused = self._refused
        listed = [*answers(draft.text, proposed_budget(self.session)), *others(draft, refused)]
        listed.sort(key=lambda answer: ORDER.index(answer[0]))
        # The Region itself is well while nobody is signed in.
        incomplete = {s for s, _, _ in listed if s != "account" and state(s) is StepState.WRONG}
        wrong = {asked.label for path in refused if (asked := find_question(path))}
        columns = _SIDE if self._wide else self.app.size.width - _AROUND
        return rows(listed, lambda step, what: step in incomplete or what in wrong, columns)

    @property
    def _refused(self) -> frozenset[str]:
        """The paths of the answers that would stop a deployment."""
        plan = self.preview.plan
        if plan is None or not plan.obstacles:
            return frozenset()
        instead = ways_out.instead(self.site.draft.site(), plan.obstacles)
        return frozenset(instead.answers) if instead else frozenset()

    @property
    def _columns(self) -> int:
        """How many columns a section has, also once its length brings a scroll bar."""
        known = self.query_one("#main").size.width
        body = self.query_one("#body")
        bar = 0 if body.show_vertical_scrollbar else body.styles.scrollbar_size_vertical
        return (known or self.app.size.width - 5) - bar

    @property
    def _changed(self) -> bool:
        """Whether an answer differs from what the site was deployed with."""
        before = self.site.before
        return before is not None and bool(changes(before, self.site.draft, meaning=False))

    @property
    def _wide(self) -> bool:
        return self.app.size.width >= sections.WIDE

    @property
    def _tall(self) -> bool:
        """Whether the picture has room above the tabs."""
        return self.app.size.width >= WIDTHS[1][0] and self.app.size.height >= HEIGHTS[1][0]

    # The command

    @property
    def command(self) -> str:
        """The command that does the same as Deploy, with the file that S writes."""
        name = self.site.draft.name or "SITE"
        loses = self.preview.plan is not None and bool(self.preview.plan.dangers)
        confirm = ("--confirm-replacement", name) if loses else ()
        return shlex.join(("solarrally", "deploy", f"{name}.toml", *self.flags, *confirm))

    def copyable(self) -> tuple[str, str]:
        """Return the command: it does what this screen is for."""
        return "Command", self.command

    def action_save(self) -> None:
        """Write the answers to NAME.toml in the current folder."""
        path = Path.cwd() / f"{self.site.draft.name}.toml"
        try:
            save(self.site.draft.site(), path)
        except (SiteError, OSError) as error:
            why = why_not(error) if isinstance(error, OSError) else "An answer is not valid."
            self.say(f"Not saved. {why}", "warning")
        else:
            self.say(f"Saved {path}", "success")

    def action_quote(self) -> None:
        """Write a quote for a customer."""
        offer(self)

    # Going from step to step

    def _say_missing(self) -> bool:
        step = first_incomplete(self.site.draft)
        if step is not None:
            self.say(f"{step.title} needs an answer.", "warning")
        elif self.session.who is None:
            self.say("You are not signed in to AWS. See Account.", "warning")
        return step is not None or self.session.who is None

    @on(OptionList.OptionSelected, "#answers")
    def _edit(self, event: OptionList.OptionSelected) -> None:
        step = (event.option_id or "").partition("/")[0]
        if step in BY_ID:
            self.post_message(Go(step, returns=True))

    def action_next(self) -> None:
        """Ask for a confirmation, then deploy. Where something is missing, show that instead."""
        if self._forward in {_WATCH, _RESULT}:
            self.action_run()
        elif self.session.services.read_only:
            self.say(READ_ONLY, "warning")
        elif not self._say_missing():
            self.ask_and_deploy()

    @work(group="confirm", exclusive=True, exit_on_error=False)
    async def ask_and_deploy(self) -> None:
        """Ask for a confirmation with what it means, and start."""
        site = self.site.draft.site()
        plan = self.preview.plan
        self.site.minutes = self._figures.minutes()
        obstacles = plan.obstacles if plan is not None else ()
        preflight = True
        if obstacles:
            instead = ways_out.instead(site, obstacles)
            other = offered(instead, self.session) if instead else None
            answer = await self.app.push_screen_wait(_doubt(site, obstacles, other))
            if answer == _OTHER and other is not None:
                self._take(other)
            if answer != _AT_RISK:
                return
            preflight = False
        if plan is not None and plan.dangers:
            words = "\n".join(dict.fromkeys(change.effect.text for change in plan.dangers))
            question = TypedScreen(
                f"Deploy {site.name} and lose data?", words, site.name, yes="Deploy", no="Not yet"
            )
            if await self.app.push_screen_wait(question):
                self.post_message(StartDeploy(confirmed=site.name, preflight=preflight))
        elif await self.app.push_screen_wait(self._question(site)):
            self.post_message(StartDeploy(preflight=preflight))

    def _take(self, other: OtherAnswer) -> None:
        """Change the answer that would be refused, or lead to where the person chooses one."""
        if other.step:
            self.post_message(Go(other.step, returns=True))
            return
        other.take(self.site.draft)
        self.met()
        self.say(f"{other.label}: done. Deploy starts it.", "success")

    def _question(self, site: "Site") -> ConfirmScreen:
        account = self.session.who.account if self.session.who else ""
        where = f"account {account}, Region {site.region}"
        plan = self.preview.plan
        if plan.is_new if plan is not None else not self.site.deployed:
            text = (
                f"AWS creates the site in {where}, and bills it to this account from then on: "
                f"{billed(self.session)}.\n\n"
                f"Destroy on Status deletes it later. Then these stay: {kept(self.session)}"
            )
            text += "" if plan is not None else f"\n\n{_LOOKS}"
        elif self._is_done:
            text = f"In {where}.\n{_CHECKS}"
        else:
            known = self.preview.line.plain if plan else _UNSURE
            text = f"In {where}.\n{known}\n{self._figures.price().plain}"
        yes = _ANYWAY if self._is_done else self.NEXT
        return ConfirmScreen(f"Deploy {site.name}?", text, yes=yes, no="Not yet", prefers_no=True)


def _doubt(site: "Site", obstacles: "Sequence[Finding]", other: OtherAnswer | None) -> ChoiceScreen:
    """Ask whether to deploy although it would be refused. other: the answer that avoids that."""
    words = "\n".join(f"{each.title}: {each.line}" for each in obstacles)
    fixes = "\n".join(dict.fromkeys(each.fix for each in obstacles))
    if instead := ways_out.instead(site, obstacles):
        fixes = fixes.replace(f" {instead}", "")
    answers = {"no": "Not yet"} | ({_OTHER: other.label} if other else {})
    return ChoiceScreen(
        f"The account is not ready for {site.name}",
        in_the_wizard(f"{words}\n\n{fixes}"),
        answers | {_AT_RISK: _ANYWAY},
    )


_ASKED_NEXT: Final = {"cost": "changes", "changes": "permissions"}
"""What somebody asks next who has read a section."""
_ASKS: Final = "Finding out what changes. You can deploy without waiting."
_AGREES: Final = "Looking whether the account matches your answers."
_MEANWHILE: Final = "Once it has ended, this says whether the account matches your answers."
_CHECKS: Final = "Nothing is to change. Deploy checks each part once more, and costs nothing."
_LOOKS: Final = "Whether AWS has a site of this name already is looked up before it begins."
_UNSURE: Final = (
    "What changes is not known yet. Changes that would lose data are refused before they begin."
)
