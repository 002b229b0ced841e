"""The page is listened at once for all screens, and on while none of them shows."""

import asyncio
from types import SimpleNamespace
from typing import Any, Final

import pytest

from solarrally_tui.chargers.fleet.sight import Sight
from solarrally_tui.wizard import fleets
from solarrally_tui.wizard.fleets import Watch

SITE: Final[Any] = SimpleNamespace(name="barn")


class Page:
    """Counts who listens at it."""

    def __init__(self) -> None:
        self.asked = self.listeners = 0
        self.trouble = ""

    async def listen(self, _: object, sight: Sight) -> None:
        self.asked += 1
        if self.trouble:
            sight.unseen["page"] = self.trouble
            return
        sight.unseen.pop("page", None)
        self.listeners += 1
        try:
            await asyncio.Event().wait()
        finally:
            self.listeners -= 1


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Page:
    one = Page()
    monkeypatch.setattr(fleets.sight, "listen", one.listen)
    monkeypatch.setattr(fleets.sight, "AGAIN_SECONDS", 0.0)
    return one


async def turns() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def left(screen: "asyncio.Task[Any]") -> None:
    screen.cancel()
    await asyncio.wait({screen})
    await turns()


async def test_one_listens_for_all_screens_and_goes_on_after_the_last(page: Page) -> None:
    watch = Watch()
    status, fleet = (asyncio.create_task(watch.follow(SITE)) for _ in range(2))
    await turns()
    await left(status)
    await left(fleet)
    assert (page.asked, page.listeners) == (1, 1)
    again = asyncio.create_task(watch.follow(SITE))
    await turns()
    assert (page.asked, page.listeners) == (1, 1)
    await left(again)
    watch.close()
    await turns()
    assert page.listeners == 0


async def test_it_ends_some_time_after_the_last_screen(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fleets, "LINGER_SECONDS", 0.0)
    screen = asyncio.create_task(Watch().follow(SITE))
    await turns()
    await left(screen)
    assert page.listeners == 0


async def test_a_page_that_is_gone_is_not_asked_again_until_somebody_looks(page: Page) -> None:
    watch, page.trouble = Watch(), "it answers 502."
    screen = asyncio.create_task(watch.follow(SITE))
    await turns()
    await left(screen)
    asked = page.asked
    await turns()
    assert page.asked == asked > 1
    page.trouble = ""
    screen = asyncio.create_task(watch.follow(SITE))
    await turns()
    assert page.listeners == 1
    await left(screen)
    watch.close()
    await turns()
