"""Fleet: the chargers of a site, what needs attention first, as far as somebody looks."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input, Select, Static

from solarrally_tui.aws.call_log import counted
from solarrally_tui.chargers.fleet.detail import Detail
from solarrally_tui.chargers.fleet.overview import Overview
from solarrally_tui.chargers.fleet.search import Among, Search
from solarrally_tui.deployed.fleet_index import PAGE
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.billed_calls import cost
from solarrally_tui.interview.trail import FLEET, Place
from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.confirm import ConfirmScreen, TypedScreen
from solarrally_tui.screens.common.help import HelpScreen
from solarrally_tui.screens.common.line_input import LineInput
from solarrally_tui.screens.common.messages import Go
from solarrally_tui.screens.common.textual_tricks import redraw
from solarrally_tui.screens.common.words import DIM, READ_ONLY, explained
from solarrally_tui.screens.fleet.counts import CountRow, fitting
from solarrally_tui.screens.fleet.detail import ChargerDetailScreen, described
from solarrally_tui.screens.fleet.new_key import NewKeyScreen
from solarrally_tui.screens.fleet.power_chart import board, chart_of
from solarrally_tui.screens.fleet.table import ChargerTable
from solarrally_tui.screens.fleet.text import counts, head, headings, in_line, standing_out, total
from solarrally_tui.screens.frame import StepScreen
from solarrally_tui.screens.presenter import Story
from solarrally_tui.wizard.plain_errors import plain_of
from solarrally_tui.wizard.session import Session

if TYPE_CHECKING:
    from solarrally_tui.chargers.fleet.charger import Charger
    from solarrally_tui.chargers.fleet.sight import Sight
    from solarrally_tui.text.plain import Plain
    from solarrally_tui.wizard.fleets import Found, WatchedFleet

_DRAW_SECONDS: Final = 1.0
"""Between two drawings, so that messages show as they arrive and ages grow."""
_COUNT_SECONDS: Final = 60.0
"""Between two counts: AWS bills them, and the index lags anyway."""
_FEWEST: Final = 3
"""Counts in large digits at least."""
_CENT: Final = 0.01
"""USD from which what the queries cost is said."""
_TYPED_SECONDS: Final = 0.3
"""After the last key, before AWS is asked what was typed."""

_REVOKES: Final = (
    "Its certificate becomes inactive and its connection is cut, within seconds. With its present "
    "key it cannot come back. The list keeps it as revoked. A new key lets it in again."
)
_REMOVES: Final = (
    "This deletes its thing, its certificates and its shadows in AWS IoT, and cuts its connection. "
    "Its key opens nothing from then on. To only lock it out, revoke it."
)
_CHART: Final = 12
"""Lines of the chart of the charger under the cursor."""
_ROOM: Final = 4
"""Lines below a short list from which the chart of all chargers is shown."""
_LAG_SECONDS: Final = 3.0
_LAG_TRIES: Final = 20
"""The index shows a change some seconds later: how often it is asked whether it does."""

_AMONG: Final = {
    Among.ALL: "All chargers",
    Among.FAILING: "Failing",
    Among.SILENT: "Silent",
    Among.OFFLINE: "Offline",
    Among.NEVER: "Not switched on yet",
    Among.CONNECTED: "Connected",
    Among.EXPIRING: "Certificate ends soon",
    Among.REVOKED: "Revoked",
}


def now() -> datetime:
    """Return the present in UTC. Tests replace it."""
    return datetime.now(UTC)


class FleetScreen(StepScreen):
    """Lists the chargers of a deployed site, revokes and removes them."""

    STEP: ClassVar[str] = "status"
    CSS_PATH = "fleet.tcss"
    TITLE_TEXT: ClassVar[str] = "Fleet"
    NEXT: ClassVar[str] = "Check again"
    AUTO_FOCUS = "#fleet"
    FILLS: ClassVar[bool] = True
    BINDINGS: ClassVar = [
        keys.REFRESH,
        Binding("a", "add", "Add"),
        Binding("slash", "search", "Search"),
        keys.REVOKE,
        keys.NEW_KEY,
        Binding("delete", "remove", "Remove", show=False),
        replace(keys.NEXT, show=False),
    ]
    HELP_TEXT: ClassVar[str] = (
        "All chargers of the site, what needs attention first: failing, silent, offline, not "
        "switched on yet, connected, revoked. AWS IoT's fleet index finds them in pages of 100 as "
        "you scroll. It lags by some seconds.\n\n"
        "Green means that a message of the charger was seen at the page, which this screen "
        "listens to. Connected means only that AWS IoT has a connection. Failing means that AWS "
        "IoT ended it because of an error, whose name is beside it.\n\n"
        "/ searches. Words are parts of a name; a state, such as offline, is one, too: "
        "offline barn. Escape leads from the search back to the list.\n\n"
        "Enter shows a charger in full with its certificates. A adds a charger. N gives one "
        "another key. X locks a stolen one out within seconds, and Delete removes one; all ask "
        "first. F5 reads all of it again. F6 copies the name.\n\n"
        "Power is drawn from the time on that this program listens at the page, of the last hour "
        "at most. Energy is worked out from that.\n\n"
        "AWS bills 0.05 USD for 10,000 queries of the index. What those of this screen have cost "
        "is below the list from a cent on.\n\n"
        "From a shell: solarrally chargers list, show, add, replace, rename and rotate."
    )

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._fleet: WatchedFleet | None = None
        self._overview: Overview | None = None
        self._found: Found | None = None
        self._asked: Search | None = None
        self._wanted = 0
        self._cost = 0.0
        self._as_of: datetime | None = None
        self._typing: Timer | None = None
        self._news = ""
        """What was done to a charger: shown until somebody asks for something else."""

    @property
    def place(self) -> Place:
        """Beside the steps."""
        return Place(FLEET)

    def body(self) -> ComposeResult:
        """Show the counts, the search, and the list."""
        yield CountRow()
        yield Static("Asking the account …", id="fleet-head")
        with Horizontal(id="fleet-search"):
            choices = [(title, among.value) for among, title in _AMONG.items()]
            yield Select(
                choices, value=Among.ALL.value, allow_blank=False, compact=True, id="fleet-among"
            )
            yield LineInput(placeholder="search by name or state", compact=True, id="fleet-words")
        with Horizontal(id="fleet-and-one"):
            with Vertical(id="fleet-list"):
                yield Static(id="fleet-columns")
                yield ChargerTable()
                yield Static(id="fleet-power")
            yield Static(id="fleet-one", classes="card")
        yield Static(id="fleet-note", classes="card")

    def on_mount(self) -> None:
        """Read the first page, then listen at the page and count now and then."""
        self.set_interval(_DRAW_SECONDS, self.draw)
        self.set_interval(_COUNT_SECONDS, self.count)
        self.read()

    @property
    def _search(self) -> Search:
        words = self.query_one("#fleet-words", Input).value
        return Search.of(words, Among(str(self.query_one("#fleet-among", Select).value)))

    @work(group="read", exclusive=True, exit_on_error=False)
    async def read(self) -> None:
        """Read the first page of what is searched for and, at the same time, count all."""
        again, search = self._search == self._asked, self._search
        self._asked = search
        try:
            fleet = await self._opened()
            done = await asyncio.gather(
                self._begin(fleet, search, again=again),
                self._count_first(fleet),
                return_exceptions=True,
            )
            for error in filter(None, done):
                raise error
        except Exception as error:  # noqa: BLE001 shown in place
            self._refused(plain_of(error))
            return
        self._explain(search)
        self._foot()

    async def _begin(self, fleet: "WatchedFleet", search: Search, *, again: bool) -> None:
        """Show the first page as soon as it is there, then count how many there are."""
        if self._overview is None:
            await fleet.look()  # Those that a probe calls silent come early.
        found, table = fleet.find(search), self.query_one(ChargerTable)
        with self._billed():
            await found.begin()
            wider = search.completed
            while not found.found and wider:  # No name has it; a state does.
                found, wider = fleet.find(wider), wider.completed
                await found.begin()
        self._found, self._wanted, self._as_of = found, 0, now()
        table.remove_class("-old")
        table.show(found, fleet.sight, again=again)
        self.draw()
        self._foot()
        with self._billed():
            await found.count()
        table.update()

    async def _count_first(self, fleet: "WatchedFleet") -> None:
        """Count the fleet, where that was not done yet."""
        if self._overview is None:
            with self._billed():
                self._overview = await fleet.overview()
            self.draw()

    @contextmanager
    def _billed(self) -> Iterator[None]:
        """Add up what AWS bills for a piece of work."""
        with counted() as log:
            try:
                yield
            finally:
                self._cost += cost(log.calls)

    async def _opened(self) -> "WatchedFleet":
        if self._fleet is None:
            self._fleet = await self.session.services.fleets.open(self.site.name)
            self.listen()
        return self._fleet

    @work(group="listen", exclusive=True, exit_on_error=False)
    async def listen(self) -> None:
        """Listen at the page while this screen exists."""
        if self._fleet is not None:
            await self._fleet.follow()

    @work(group="count", exclusive=True, exit_on_error=False)
    async def count(self) -> None:
        """Count again. What was counted before stays where AWS does not answer."""
        if self._fleet is None or not self.is_current:
            return
        with suppress(Exception), self._billed():
            _, self._overview = await asyncio.gather(self._fleet.look(), self._fleet.overview())
        if self._found is not None and self._found.is_complete:
            self.read()  # The lines are as of the same moment as the counts.
        self._foot()

    @on(ChargerTable.Wanted)
    def _want(self, event: ChargerTable.Wanted) -> None:
        self._wanted = max(self._wanted, event.count)
        if not any(w.group == "pages" and not w.is_finished for w in self.workers):
            self.read_on()

    @work(group="pages", exit_on_error=False)
    async def read_on(self) -> None:
        """Read as far as somebody looks."""
        found, table = self._found, self.query_one(ChargerTable)
        while found is not None and found is self._found and not found.is_complete:
            before = len(found.found)
            if before >= self._wanted:
                return
            try:
                with self._billed():
                    await found.until(before + 1)
            except Exception as error:  # noqa: BLE001 scrolling on tries again
                self._wanted = 0
                self.say(f"The next page was not read. {plain_of(error).what}", "warning")
                return
            if found is self._found:
                table.update()
                self.draw_one()
                self._foot()

    def on_resize(self) -> None:
        """Use the new width."""
        self.call_after_refresh(self.draw)

    def draw(self) -> None:
        """Draw what arrived since the last time."""
        if self._fleet is None or not self.is_current:
            return
        sight = self._fleet.sight
        sight.now = now()
        if self._overview is not None:
            found = self._found if self._asked == Search() else None
            # Counts of what is all listed are those of the lines, also while the index lags.
            is_listed = found is not None and found.is_complete and len(found.found) <= PAGE
            counted = Overview.of(found.found, sight) if found and is_listed else self._overview
            self._draw_counts(counted, sight)
        table = self.query_one(ChargerTable)
        redraw(self.query_one("#fleet-columns", Static), headings(table.columns))
        table.refresh()
        if self.draw_one():
            self._draw_power(sight)

    def _draw_power(self, sight: "Sight") -> None:
        """Draw the power of all below a list that leaves room for it."""
        found = self._found.found if self._found else ()
        around, power = self.query_one("#fleet-list"), self.query_one("#fleet-power", Static)
        room = around.size.height - len(found) - 2  # The headings, and a gap.
        has_room = bool(found) and room >= _ROOM
        drawn = board(sight, found, around.size.width, room) if has_room else Content("")
        self.query_one("#fleet-list").set_class(bool(drawn), "-few")
        redraw(power, drawn)

    @on(ChargerTable.Moved)
    def draw_one(self) -> bool:
        """Show the charger under the cursor beside the list, as far as the list knows it.

        Returns whether the room of both is known: before the next layout it may not be.
        """
        beside = self.query_one("#fleet-one", Static)
        charger = self.query_one(ChargerTable).chosen
        if beside.has_class("-there") != (charger is not None):
            beside.toggle_class("-there")
            self.refresh_bindings()
            self.call_after_refresh(self.draw)  # Now it has no width, or none any more.
            return False
        if charger is not None and self._fleet is not None and beside.display:
            sight, width = self._fleet.sight, beside.content_size.width
            facts = described(Detail(charger).facts(sight), width)
            parts = [facts, chart_of(charger.name, sight, width, _CHART)]
            if not self.query_one("#fleet-list").has_class("-few"):
                parts.append(board(sight, (), width, _CHART))
            redraw(beside, Content("\n\n").join(part for part in parts if part.plain))
        return True

    def _draw_counts(self, overview: "Overview", sight: "Sight") -> None:
        """Draw the counts: in large digits where they have room, for they are read from afar."""
        line, row = self.query_one("#fleet-head", Static), self.query_one(CountRow)
        width = self.query_one("#fleet-search").size.width
        shown = (total(overview), *counts(overview, sight))
        large, zeros = standing_out(shown)
        large, rest = fitting(large, width)
        was, row.display = row.display, self.has_class("-tall") and len(large) >= _FEWEST
        if row.display != was:
            self.call_after_refresh(self.draw)  # The list has less room now, or more.
        if row.display:
            row.show(large)
        below = Content("  ").join([*map(in_line, rest), Content.styled(zeros, DIM)])
        redraw(line, below if row.display else head(shown, width))

    def _refused(self, why: "Plain") -> None:
        """Show why there is no list. What was shown before looks old from now on."""
        note, table = self.query_one("#fleet-note", Static), self.query_one(ChargerTable)
        note.display = True
        note.add_class("-trouble")
        note.update(explained(why, Severity.UNKNOWN))
        table.add_class("-old")
        self._show_list(there=self._found is not None and bool(self._found.found))
        if self._overview is None:
            self.query_one("#fleet-head", Static).update("")
        if self._as_of:
            self.say(f"The list is as of {self._as_of.astimezone():%H:%M:%S}.", "warning")
        else:
            self.say("")

    def _explain(self, search: Search) -> None:
        """Say why a list is empty."""
        note = self.query_one("#fleet-note", Static)
        text = _why_empty(
            search, self._overview, is_empty=not self._found or not self._found.expected
        )
        note.display = bool(text)
        note.remove_class("-trouble")
        note.update(Content(text))
        self._show_list(there=not text)

    def _show_list(self, *, there: bool) -> None:
        """Show the list, or leave its room to a note."""
        self.query_one("#fleet-and-one").display = there

    def _foot(self) -> None:
        if self._found is None or self._as_of is None:
            return
        read, expected = len(self._found.found), self._found.expected
        if expected is None:
            listed = f"Read {read:,}, counting the others"
        else:
            revoked = sum(one.revoked is not None for one in self._found.found)
            whole = f"Listed {expected - revoked:,}{f' and {revoked:,} revoked' if revoked else ''}"
            listed = f"Read {read:,} of {expected:,}" if read < expected else whole
        unseen = self._fleet.sight.unseen if self._fleet else {}
        blind = f" The page: {unseen['page']}" if "page" in unseen else ""
        has_room = self.has_class("-wide") and not self._news
        at = f" at {self._as_of.astimezone():%H:%M:%S}" if has_room else ""
        billed = f" Queries: {self._cost:.2f} USD." if self._cost >= _CENT else ""
        self.say(f"{self._news}{listed}{at}.{billed}{blind}")

    @on(Select.Changed, "#fleet-among")
    def _chosen(self) -> None:
        self._read_again()

    @on(Input.Changed, "#fleet-words")
    def _typed(self) -> None:
        if self._typing:
            self._typing.stop()
        self._typing = self.set_timer(_TYPED_SECONDS, self._read_again)

    def _read_again(self) -> None:
        """Read, unless what is searched for is the same as before."""
        if self._search != self._asked:
            self._news = ""
            self.read()

    @on(Input.Submitted, "#fleet-words")
    def _entered(self) -> None:
        self.query_one(ChargerTable).focus()

    @on(ChargerTable.Opened)
    def _opened_charger(self, event: ChargerTable.Opened) -> None:
        if self._fleet is not None:
            changes = not self.session.services.read_only
            dialog = ChargerDetailScreen(self._fleet, event.charger, changes=changes)
            self.app.push_screen(dialog, self._do)

    async def _do(self, action: str | None) -> None:
        """Do what was chosen in a charger's dialog."""
        if action:
            await self.run_action(action)

    def action_search(self) -> None:
        """Type what to search for."""
        self.query_one("#fleet-words", Input).focus()

    def action_add(self) -> None:
        """Add a charger."""
        self.site.expect_another()
        self.post_message(Go("charger", returns=True))

    @work(group="confirm", exclusive=True, exit_on_error=False)
    async def action_revoke(self) -> None:
        """Lock the charger under the cursor out, if the person agrees."""
        if (charger := self._changeable()) is None or self._fleet is None:
            return
        name = charger.name
        question = ConfirmScreen(f"Revoke {name}?", _REVOKES, "Revoke", "Keep it", destroys=True)
        if not await self.app.push_screen_wait(question):
            return
        self.say(f"Revoking {name} …")
        try:
            revoked = await self._fleet.revoke(name)
        except Exception as error:  # noqa: BLE001 shown in place
            self._not_done(f"{name} is not revoked.", plain_of(error))
            return
        self._note_changed(charger)
        if revoked.gone:
            self._took_out(charger, is_revoked=True)
            self._news = f"{name} is revoked. "
            self.say(f"{name} is revoked and not connected.", "success")
        else:
            self.say(f"{name}: {revoked.words}", "warning")

    def action_new_key(self) -> None:
        """Give the charger under the cursor another key."""
        if (charger := self._changeable()) is not None and self._fleet is not None:
            self.app.push_screen(NewKeyScreen(self.session, self._fleet, charger))

    @work(group="confirm", exclusive=True, exit_on_error=False)
    async def action_remove(self) -> None:
        """Delete the charger under the cursor, if the person types its name."""
        if (charger := self._changeable()) is None or self._fleet is None:
            return
        name = charger.name
        if not await self.app.push_screen_wait(
            TypedScreen(f"Remove {name}?", _REMOVES, name, yes="Remove")
        ):
            return
        self.say(f"Removing {name} …")
        try:
            await self._fleet.remove(name)
        except Exception as error:  # noqa: BLE001 shown in place
            self._not_done(f"{name} is not removed.", plain_of(error))
            return
        if self._found is not None:
            self._found.drop(name)
            self.query_one(ChargerTable).update()
        self._note_changed(charger, is_removed=True)
        self._took_out(charger, is_revoked=False)
        self._news = f"{name} is removed. "
        self.say(f"{name} is removed.", "success")

    def _note_changed(self, charger: "Charger", *, is_removed: bool = False) -> None:
        """Let First charger show no proof of what it was before."""
        added = self.site.charger
        if added is None or added.name != charger.name:
            return
        if is_removed:
            self.site.expect_another()
        self.site.has_charger(None if is_removed else added)

    def _took_out(self, charger: "Charger", *, is_revoked: bool) -> None:
        """Count a charger no more that was in service, and read all again once the index knows."""
        if self._overview is not None and charger.revoked is None:
            self._overview = self._overview.without(charger, is_revoked=is_revoked)
        self.draw()
        self.catch_up(charger.name)

    @work(group="wait", exclusive=True, exit_on_error=False)
    async def catch_up(self, name: str) -> None:
        """Read all again once the index shows that a charger is revoked or removed."""
        for _ in range(_LAG_TRIES):
            await asyncio.sleep(_LAG_SECONDS)
            with suppress(Exception), self._billed():
                now_known = await self._fleet.detail(name) if self._fleet else None
                if now_known is None or now_known.charger.revoked:
                    self._overview = None
                    self.read()
                    return

    def _changeable(self) -> "Charger | None":
        """Return the charger that may be changed; None, and why, where that is not possible."""
        if self.session.services.read_only:
            self.say(READ_ONLY, "warning")
            return None
        return self.query_one(ChargerTable).chosen

    def _not_done(self, what: str, why: "Plain") -> None:
        """Say that something was not done, as far as is known, and show why."""
        self.say(what, "error")
        self.app.push_screen(HelpScreen(what, "\n\n".join(filter(None, map(str, _parts(why))))))

    def action_check_again(self) -> None:
        """Count and read all of it again."""
        self.say("Checking …")
        self._overview, self._news = None, ""
        self.read()

    action_next = action_check_again

    def action_back(self) -> None:
        """Go from the search to the list, and from the list to where the person came from."""
        if self.focused is self.query_one("#fleet-words", Input):
            self.query_one(ChargerTable).focus()
        else:
            super().action_back()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what changes something to who may, and to a charger where the cursor is at one."""
        if action in {"add", "new_key", "revoke", "remove"} and self.session.services.read_only:
            return False
        if action in {"new_key", "revoke", "remove"}:
            chosen = [table.chosen for table in self.query(ChargerTable) if table.chosen]
            return any(action != "revoke" or one.revoked is None for one in chosen)
        return super().check_action(action, parameters)

    def story(self) -> Story:
        """Say what the list shows."""
        text = "Each has its own key. Green means that the page shows its messages."
        return Story("THE CHARGERS", text)

    def copyable(self) -> tuple[str, str]:
        """Return the name of the charger under the cursor."""
        charger = self.query_one(ChargerTable).chosen
        return ("Charger", charger.name) if charger else ("", "")


def _parts(why: "Plain") -> tuple[str, ...]:
    return why.what, why.why, why.next, why.detail


def _why_empty(search: Search, overview: "Overview | None", *, is_empty: bool) -> str:
    if overview is not None and not overview.total:
        return "This site has no chargers yet. A adds the first."
    if search.impossible:
        return (
            f"No charger's name can contain {search.impossible}: "
            "names have letters, digits, hyphens and underscores only."
        )
    if not is_empty:
        return ""
    if search.words:
        among = "" if search.among is Among.ALL else f" among those: {_AMONG[search.among]}"
        return f"No name or state contains {' and '.join(search.words)}{among}."
    return f"No charger is in this state: {_AMONG[search.among]}."
