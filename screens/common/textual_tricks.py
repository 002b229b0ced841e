"""Everything that leans on how Textual works inside, so that a new Textual is checked here first.

pyproject.toml bounds Textual for this file. Written against 8.2.8:

* Coming to the front restyles every widget of a screen in one go, also the first time, right after
  they were styled:
  https://github.com/Textualize/textual/issues/6524, and ScreenResume.refresh_styles from
  https://github.com/Textualize/textual/pull/6314
* A screen with styles of its own has all styles parsed anew when it is first pushed:
  https://github.com/Textualize/textual/pull/2744
* The first screen is not pushed and cannot be replaced:
  https://github.com/Textualize/textual/issues/4519
* The screen right below the one in front is current, too, also when nothing of it shows; is_active
  is true of the one in front alone. No upstream issue known; see App._background_screens.
* The footer is composed again whenever the focus moves, also when it shows the same keys. No
  upstream issue known; measured: half of what a key press costs. Keys that do not fit are cut.
* Styling a widget asks every rule of the application for its hash, which Textual wrote in Python:
  measured, a tenth of the styling. It compares each rule with all widgets around before it looks
  at the widget itself, which nearly always decides.
* A widget is styled anew with every class that it gets before it is mounted, which styles it in any
  case: measured, every button three times. No upstream issue known.
* A text that is updated has the whole screen laid out again, also where it is as large as before:
  Static.update has a switch for that, which redraw uses.
* A text that is updated again before the first update has been taken up keeps the height of the
  first, and is cut: the box is remembered by a number that only the first update raises. No
  upstream issue known.
* What a screen draws while updates are held back for another one or for the footer is forgotten,
  and an old row stays on the terminal. No upstream issue known.
* Who asks for a widget's place between a change and its layout has all places worked out, but not
  drawn: the layout then finds nothing moved, and an old row stays on the terminal. No upstream
  issue known.
* Tabs whose screen is left right after another one was opened look for their line, and end the
  program without it (widgets/numbered_tabs.py, as the first screens have none). No upstream issue
  known.
* What was to follow the next drawing of a screen that was left meanwhile follows that of the screen
  in front, looks for widgets that are gone, and ends the program. What is removed before it was
  composed is mounted empty, and looks for them as well. A key that is handled after it has opened a
  screen acts on that screen before it is composed. No upstream issues known.
* What has changed is laid out and drawn in one go, in which no key is heard. No upstream issue
  known; measured: up to 83 ms on a terminal of 200 columns, and most of it is drawing.
* After Ctrl+Z and fg, nothing is drawn that has not changed. No upstream issue known.
* A crash prints local variables. No upstream issue; others override the same method:
  https://github.com/swiss-ai/model-launch/pull/42
"""

import asyncio
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar

from textual import events
from textual._callback import invoke
from textual._compositor import Compositor, ReflowResult
from textual.actions import SkipAction, parse
from textual.app import App, ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.content import Content
from textual.css import match, stylesheet
from textual.css.model import RuleSet, Selector
from textual.dom import DOMNode
from textual.errors import NoWidget
from textual.geometry import Region, Size
from textual.message_pump import MessagePump
from textual.messages import InvokeLater
from textual.screen import ModalScreen, Screen, ScreenResultType
from textual.widget import Widget
from textual.widgets import Button, Footer, Static
from textual.widgets._footer import FooterKey

from solarrally_tui.screens.common import keys
from solarrally_tui.screens.common.footer_keys import FooterEntry, fitting
from solarrally_tui.screens.common.messages import Explain
from solarrally_tui.screens.common.sizes import HEIGHTS, ROOMY, WIDTHS

TURN_SECONDS: Final = 0.008
"""How long a turn is before other tasks run."""

# The same identity, but in C.
RuleSet.__hash__ = object.__hash__  # type: ignore[method-assign]


_matches_path = match._check_selectors  # noqa: SLF001 (no setting for it)


def _matches(selectors: list[Selector], css_path_nodes: list[DOMNode]) -> bool:
    """Return whether the last selector takes the last widget, and the others what is around it."""
    return selectors[-1].check(css_path_nodes[-1]) and (
        len(selectors) == 1 or _matches_path(selectors, css_path_nodes)
    )


stylesheet._check_selectors = _matches  # type: ignore[attr-defined]  # noqa: SLF001

_forget_dimensions = Widget.clear_cached_dimensions


def _forget_box(self: Widget) -> None:
    """Forget a widget's box along with the size of its content."""
    _forget_dimensions(self)
    self._box_model_cache.clear()


Widget.clear_cached_dimensions = _forget_box  # type: ignore[method-assign]

_reflow = Compositor.reflow


def _reflow_from_drawn(self: Compositor, parent: Widget, size: Size) -> ReflowResult:
    """Lay out, and compare with what was laid out last, not with places asked for since."""
    self._full_map = vars(self).get("_laid_out", self._full_map)
    result = _reflow(self, parent, size)
    vars(self)["_laid_out"] = self._full_map
    return result


Compositor.reflow = _reflow_from_drawn  # type: ignore[method-assign]


def _follow_drawing(self: MessagePump, message: InvokeLater) -> None:
    """Let the screen in front do what was to follow a drawing, unless who asked is gone by then."""

    async def follow() -> None:
        if not (isinstance(self, Widget) and self._pruning):
            await invoke(message.callback)

    if self.app._running:  # noqa: SLF001
        self.app.screen._invoke_later(follow, message._sender or self)  # noqa: SLF001


MessagePump._on_invoke_later = _follow_drawing  # type: ignore[method-assign]  # noqa: SLF001

_on_event = Widget.on_event


async def _on_event_unless_removed(self: Widget, event: events.Event) -> None:
    """Neither compose nor mount what is being removed: it would be empty."""
    if not (self._pruning and isinstance(event, (events.Compose, events.Mount))):
        await _on_event(self, event)


Widget.on_event = _on_event_unless_removed  # type: ignore[assignment,method-assign]

_NODES, _LINES = 8, 4
"""How much is styled, and how much is drawn, between two looks at the clock."""

_SOURCES: Final = 1024
"""Stylesheets of widgets and screens whose rules are remembered; about a hundred are in use."""

if TYPE_CHECKING:
    _Base = Screen[Any]
else:
    _Base = object


class IncrementalScreen(_Base):
    """Styles, lays out and draws a screen in short turns, so that keys pressed meanwhile are heard.

    Textual does all of it at once. What is drawn ahead stays in the widgets' caches, from which
    the whole picture is quickly put together. Its classes say how large the terminal is.
    """

    _was_in_front = False
    _drawn_at: Size | None = None
    _changes_drawn: asyncio.Task[None] | None = None
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS

    def _fit(self) -> None:
        """Take the classes of the terminal's size at once; Textual does so after a first frame."""
        sizes = zip(self.app.size, (WIDTHS, HEIGHTS), strict=True)
        # None of its widgets is there yet: they are styled once, as they are mounted.
        self.add_class(*(max(p for p in points if p[0] <= value)[1] for value, points in sizes))
        self._take_room()

    def on_resize(self) -> None:
        """Take the class that Textual's break points, of which one holds, cannot give."""
        self._take_room()

    def _take_room(self) -> None:
        self.set_class(self.app.size.width >= ROOMY, "-roomy")

    def action_beside(self, steps: int) -> None:
        """Focus a button of the row in which one has the focus: so many to the right of it."""
        here = self.focused
        if not isinstance(here, Button) or here.parent is None:
            raise SkipAction
        beside = (
            each
            for each in here.parent.query_children(Button)
            if each.display and each.focusable and each.region.y == here.region.y
        )
        row = sorted(beside, key=lambda each: each.region.x)
        row[(row.index(here) + steps) % len(row)].focus()

    def _compositor_refresh(self) -> None:
        """Draw what has changed, but nothing while updates are held back: that would be lost."""
        if self.app._batch_count:  # noqa: SLF001 no public way to it
            return
        self._compositor.update_widgets(self._dirty_widgets)
        if self._changes_drawn is None or self._changes_drawn.done():
            # Not a message to this screen: the one before it may wait for long.
            self._changes_drawn = asyncio.create_task(self._draw_changes(), name="screen_draw")

    async def _draw_changes(self) -> None:
        """Draw in turns, then put all that has changed on the terminal."""
        try:
            await self._draw_ahead()
            if self.is_current and not self.app._batch_count:  # noqa: SLF001 no public way to it
                self._compositor.update_widgets(self._dirty_widgets)
                super()._compositor_refresh()
        except Exception as error:  # noqa: BLE001 as Textual does with what a message raises
            self.app._handle_exception(error)  # noqa: SLF001 no public way to it

    async def on_event(self, event: events.Event) -> None:
        """Let other tasks run between two events, and split the events that take long."""
        await asyncio.sleep(0)
        if isinstance(event, events.Compose):
            self._fit()
        if isinstance(event, events.ScreenResume):
            await self._restyle(event)
            self._was_in_front = True
        if not isinstance(event, (events.ScreenResume, events.Resize)):
            await super().on_event(event)
            return
        # Nothing is put on the terminal before all of it is drawn.
        with self.app.batch_update():
            await super().on_event(event)
            # Textual reports the same size up to three times while a screen opens.
            if isinstance(event, events.ScreenResume) or event.size != self._drawn_at:
                self._drawn_at = self.app.size
                await asyncio.sleep(0)
                await self._draw_ahead()

    async def _restyle(self, event: events.ScreenResume) -> None:
        """Do in turns what Screen._on_screen_resume would do at once."""
        if not event.refresh_styles:
            return
        event.refresh_styles = False  # so that Textual does not do it again
        if not self._was_in_front:
            return  # its widgets were styled when they were mounted, just before
        turn = _Turn()
        nodes = [node for node in self.walk_children(with_self=True) if node.is_attached]
        for at in range(0, len(nodes), _NODES):
            self.app.stylesheet.update_nodes(nodes[at : at + _NODES])
            await turn.over()
        await asyncio.sleep(0)

    async def _draw_ahead(self) -> None:
        """Draw every line that can be seen into its widget's cache, unless it is there already."""
        turn = _Turn()
        for widget in self.walk_children(Widget):
            for lines in self._seen(widget):
                if not self.is_current or not widget.is_attached:
                    return
                if not _is_drawn(widget, lines):
                    widget.render_lines(lines)
                    await turn.over()

    def _seen(self, widget: Widget) -> list[Region]:
        """Return what can be seen of a widget, a few lines each, as the widget counts them."""
        try:
            place = self.find_widget(widget)
        except NoWidget:
            return []
        seen = place.visible_region.translate(-place.region.offset)
        return [
            Region(seen.x, top, seen.width, min(_LINES, seen.bottom - top))
            for top in range(seen.y, seen.bottom, _LINES)
            if seen.width
        ]


def _is_drawn(widget: Widget, lines: Region) -> bool:
    """Whether the lines are in the widget's cache, as they are now."""
    cache = widget._styles_cache  # noqa: SLF001 no public way to it
    return all(y in cache._cache and not cache.is_dirty(y) for y in lines.line_range)  # noqa: SLF001


class Dialog(IncrementalScreen, ModalScreen[ScreenResultType]):
    """A dialog that appears in turns. Its footer has its own keys, over those of the screen."""

    HELP_TEXT: ClassVar[str] = ""
    """What F1 explains; without it, the dialog explains itself and F1 is not offered."""
    BINDINGS: ClassVar[list[BindingType]] = [keys.HELP, keys.QUIT, *keys.SCROLL, *keys.BESIDE]

    def on_mount(self) -> None:
        """Show the keys."""
        self.mount(SteadyFooter())

    def conceal(self) -> None:
        """Hide what no picture may show; most dialogs show no such thing."""

    def action_help(self) -> None:
        """Explain the dialog."""
        (title, *_) = self.query(".dialog-title").results(Static)
        self.post_message(Explain(str(title.content), self.HELP_TEXT))

    def action_scroll_body(self, pages: int) -> None:
        """Scroll by pages what is longer than the terminal is high."""
        for body in self.query(".dialog-body, .dialog"):
            body.scroll_relative(y=pages * max(body.size.height - 1, 1), animate=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer help only where there is some."""
        if action == "help":
            return bool(self.HELP_TEXT)
        return super().check_action(action, parameters)


def lines_of(screen: Screen[Any]) -> Sequence[str]:
    """Return what a screen shows, line by line."""
    strips = screen._compositor.render_strips()  # noqa: SLF001 no public way to them
    return [strip.text for strip in strips]


def redraw(static: Static, text: Content) -> None:
    """Show another text, and lay the screen out again only if it has another number of lines.

    For a text that fits its width.
    """
    before = static.content
    is_as_high = isinstance(before, Content) and before.plain.count("\n") == text.plain.count("\n")
    static.update(text, layout=not is_as_high)


def name_of(binding: Binding, screen: Screen[Any]) -> str:
    """Return what a key is called on a screen: Next is called as the button that it presses."""
    if binding.action == keys.NEXT.action:
        for button in screen.query("#next").results(Button):
            return str(button.label).strip()
    return binding.description


class SteadyFooter(Footer):
    """A footer whose keys fit, and that is composed again only when they have changed."""

    _shows: tuple[tuple[FooterEntry, Binding, bool], ...] = ()

    def bindings_changed(self, screen: Screen[Any]) -> None:
        """Compare what is shown with what is to be shown; a change of focus rarely differs."""
        if not (screen.app.app_focus and self.is_attached and screen is self.screen):
            return
        shows = self._fitting()
        if shows != self._shows:
            self._shows = shows
            self.call_after_refresh(self.recompose)

    def on_resize(self) -> None:
        """Show what fits by now."""
        self.bindings_changed(self.screen)

    def _fitting(self) -> tuple[tuple[FooterEntry, Binding, bool], ...]:
        """Return the keys that fit, each with its binding and whether it can be used now."""
        active = self.screen.active_bindings
        # One for each action: Escape stands for the other keys that close a dialog, too.
        first: dict[str, ActiveBinding] = {}
        for one in sorted(active.values(), key=lambda one: one.binding.key != keys.CLOSE.key):
            if one.binding.show:
                first.setdefault(one.binding.action, one)
        known = {self._entry(one.binding): (one.binding, one.enabled) for one in first.values()}
        entries = list(known)
        more: FooterEntry | None = None
        if leads := active.get(keys.MORE.key):
            more = self._entry(leads.binding)
            known[more] = leads.binding, leads.enabled
        width = self.app.size.width
        return tuple((entry, *known[entry]) for entry in fitting(entries, width, more))

    def _entry(self, binding: Binding) -> FooterEntry:
        return FooterEntry(
            binding.key, self.app.get_key_display(binding), name_of(binding, self.screen)
        )

    def compose(self) -> ComposeResult:
        """Show them."""
        for entry, binding, enabled in self._shows:
            yield FooterKey(
                entry.key, entry.shown, entry.label, binding.action, disabled=not enabled
            ).data_bind(compact=Footer.compact)


class _Turn:
    """Ends a turn when it has taken long enough."""

    def __init__(self) -> None:
        self._ends = time.monotonic() + TURN_SECONDS

    async def over(self) -> None:
        """Let other tasks run, if this turn was long."""
        if time.monotonic() >= self._ends:
            await asyncio.sleep(0)
            self._ends = time.monotonic() + TURN_SECONDS


_Result = TypeVar("_Result")


class QuietApp(App[_Result]):
    """An app that parses styles once, and whose crashes show no values."""

    styles_folder: Path
    """Holds the .tcss files of all screens."""

    def set_first_theme(self, name: str) -> None:
        """Set the theme before anything is drawn; the setter would restyle all of nothing."""
        self.set_reactive(App.theme, name)
        self.stylesheet.set_variables(self.get_css_variables())
        # Room for every source. Textual remembers the last 64, goes through all of them in the same
        # order with every new kind of widget, and so never finds one.
        self.stylesheet._parse_cache.grow(_SOURCES)  # noqa: SLF001 (no setting for it)

    def read_styles_of(self, first: Screen[Any]) -> Screen[Any]:
        """Read the styles of the first screen, which Textual reads only of pushed screens."""
        for path in first.css_path:
            if not self.stylesheet.has_source(str(path)):
                self.stylesheet.read(path)
        return first

    async def read_all_styles(self) -> None:
        """Read the styles of all screens in turns, so that no screen has everything parsed anew."""
        # Textual resolves links in the paths of a screen's styles, and compares them as text.
        paths = sorted(path.resolve() for path in self.styles_folder.rglob("*.tcss"))
        turn = _Turn()
        for path in paths:
            if not self.stylesheet.has_source(str(path)):
                self.stylesheet.read(path)
                self.stylesheet.parse()
                await turn.over()

    def update_styles(self, node: DOMNode, animate: bool = True) -> None:
        """Style a widget that a class was added to, unless it gets all styles as it is mounted."""
        if node.is_attached:
            super().update_styles(node, animate)

    async def _dispatch_action(self, namespace: DOMNode, action_name: str, params: Any) -> bool:
        """Act on a screen once it is composed: the key may have been pressed before."""
        if isinstance(namespace, Screen):
            await namespace._mounted_event.wait()  # noqa: SLF001
        return await super()._dispatch_action(namespace, action_name, params)

    def signal(self, sequence: str) -> None:
        """Send a terminal what changes nothing that is drawn, such as a title."""
        if self._driver is not None and not (self.is_headless or self.is_web):
            self._driver.write(sequence)

    async def replace_screen(self, screen: Screen[Any]) -> None:
        """Show a screen in place of the present one; the first screen stays below it."""
        first = len(self.screen_stack) == 1
        await (self.push_screen(screen) if first else self.switch_screen(screen))

    def export_screenshot(self, *, title: str | None = None, simplify: bool = False) -> str:
        """Return a picture of the screen, without passwords that it shows."""
        for screen in self.screen_stack:
            if isinstance(screen, Dialog):
                screen.conceal()
        return super().export_screenshot(title=title, simplify=simplify)

    def on_mount(self) -> None:
        """Draw everything when the shell brings the program back; Textual draws what changes."""
        self.app_resume_signal.subscribe(self, lambda _: self.refresh(layout=True))

    def _end_batch(self) -> None:
        """Draw what has changed while updates were held back."""
        super()._end_batch()
        if self._batch_count or not self._screen_stack:
            return
        screen = self.screen
        if screen._compositor._dirty_regions:  # noqa: SLF001 no public way to them
            screen.call_later(screen._compositor_refresh)  # noqa: SLF001

    def action_suspend_process(self) -> None:
        """Give the terminal back until the shell's fg, or say that this one cannot wait."""
        if sys.platform == "win32" or self._driver is None or not self._driver.can_suspend:
            self.notify("This terminal cannot put a program in the background.")
        else:
            super().action_suspend_process()

    def last_words(self, error: BaseException | None) -> str:
        """Return what a person reads after a crash."""
        raise NotImplementedError

    def _fatal_error(self) -> None:
        """End without the traceback, whose local variables may be secrets."""
        self.bell()
        self._exit_renderables.append(self.last_words(sys.exc_info()[1]))
        self._close_messages_no_wait()


def described_bindings(
    screen: Screen[Any],
) -> Iterator[tuple[Binding, tuple[str, str, tuple[Any, ...]]]]:
    """Yield the keys of a screen that have a name, each with its parsed action."""
    for bindings in screen._bindings.key_to_bindings.values():  # noqa: SLF001 no public way to them
        for binding in bindings:
            if binding.description:
                yield binding, parse(binding.action)
