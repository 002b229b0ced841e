"""How an address with a password reaches a browser: once, and in no argument."""

import asyncio
from pathlib import Path

import httpx
import pytest

from solarrally_tui.computer import hosts
from solarrally_tui.computer.browser import opened_in_secret
from solarrally_tui.deployed.dashboard.site_http import browsable
from solarrally_tui.deployed.dashboard.viewer_login import signed_in

ADDRESS = signed_in("https://d1.cloudfront.net", "p@ss/w:rd%")


def test_any_password_fits_into_an_address() -> None:
    assert ADDRESS == "https://viewer:p%40ss%2Fw%3Ard%25@d1.cloudfront.net/signin"
    assert httpx.URL(ADDRESS).password == "p@ss/w:rd%"


async def test_an_address_with_a_password_is_given_out_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    given, answers = list[str](), list[httpx.Response]()

    def browse(url: str) -> bool:
        given.append(url)
        for asked in (url.rsplit("/", 1)[0] + "/guess", url, url):
            answers.append(httpx.get(asked))
        return True

    monkeypatch.setattr("webbrowser.open", browse)
    assert await opened_in_secret(ADDRESS)
    assert [answer.status_code for answer in answers] == [404, 302, 404]
    assert answers[1].headers["location"] == ADDRESS
    assert "p%40ss" not in given[0] + answers[0].text + answers[2].text
    with pytest.raises(httpx.ConnectError):
        await asyncio.to_thread(httpx.get, given[0])


async def test_a_browser_that_never_comes_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr("webbrowser.open", lambda _: True)
    assert not await opened_in_secret(ADDRESS, seconds=0.1)


async def test_without_a_browser_a_person_gets_an_address_that_is_valid_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    offered: asyncio.Queue[str] = asyncio.Queue()
    opening = asyncio.create_task(opened_in_secret(ADDRESS, offer=offered.put_nowait))
    address = await offered.get()
    assert len(address) < 60  # it fits into a line of a dialog
    answer = await asyncio.to_thread(httpx.get, address)
    assert (answer.status_code, answer.headers["location"]) == (302, ADDRESS)
    assert await opening
    with pytest.raises(httpx.ConnectError):
        await asyncio.to_thread(httpx.get, address)


def test_the_dashboard_of_a_simulated_account_opens_without_its_authority_and_its_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(hosts.VARIABLE, str(tmp_path / "hosts"))
    assert browsable("https://d1.cloudfront.net") == "https://d1.cloudfront.net"
    (tmp_path / "hosts").write_text("localhost:4433 d1.cloudfront.net\n")
    assert browsable("https://d1.cloudfront.net/x") == "http://localhost:4433/x"
    assert browsable("https://d2.cloudfront.net") == "https://d2.cloudfront.net"
