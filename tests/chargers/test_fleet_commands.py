"""Listing and showing chargers against the embedded account, page by page."""

import csv
import io
import json
import urllib.request
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from solarrally_tui.aws.call_log import counted
from solarrally_tui.aws.door import Door
from solarrally_tui.chargers.fleet.charger import State
from solarrally_tui.chargers.fleet.detail import Detail, detail
from solarrally_tui.chargers.fleet.reading import Reading, find
from solarrally_tui.chargers.fleet.search import Among, Search
from solarrally_tui.chargers.fleet.sight import Sight, look
from solarrally_tui.chargers.onboarding import add
from solarrally_tui.chargers.problems import ChargerError
from solarrally_tui.chargers.removal import remove
from solarrally_tui.cli import main
from solarrally_tui.deployed import record
from solarrally_tui.deployed.site import DeployedSite
from solarrally_tui.simulator.child import Account
from solarrally_tui.site.model import Site
from solarrally_tui.wizard.fleets import EngineFleets
from tests.chargers.charger_setup import client, deploy_iot, known

BROKEN = {"AUTH_ERROR": 20, "NEVER": 30}


def control(account: Account, **body: Any) -> None:
    request = urllib.request.Request(
        f"{account.endpoint_url}/_solarrally/fleet", json.dumps(body).encode(), method="POST"
    )
    urllib.request.urlopen(request, timeout=30).read()


@pytest.fixture(scope="module")
def counted_site(account: Account) -> Site:
    """A site in which nobody else leaves chargers."""
    return deploy_iot(account, "counted-chargers")


@pytest.fixture
def counting(counted_site: Site, door: Door) -> DeployedSite:
    return known(counted_site, door)


@pytest.fixture(scope="module")
def fleet(account: Account, counted_site: Site) -> Iterator[str]:
    """250 chargers of a site whose index is on: 170 connected, 20 failing, 30 never, 30 offline."""
    iot = client(account, "iot")
    before = iot.get_indexing_configuration()["thingIndexingConfiguration"]
    wanted = {"thingIndexingMode": "REGISTRY", "thingConnectivityIndexingMode": "STATUS"}
    iot.update_indexing_configuration(thingIndexingConfiguration=wanted)
    name = counted_site.name
    ends = {"certificateEnds": "20491231"}
    control(account, site=name, chargers=250, connected=170, attributes=ends, disconnected=BROKEN)
    yield name
    control(account, site=name, chargers=0)
    iot.update_indexing_configuration(
        thingIndexingConfiguration={"thingIndexingMode": before["thingIndexingMode"]}
    )


def sight() -> Sight:
    return Sight(25.0, now=datetime.now(UTC))


async def test_the_whole_site_is_read_in_pages_the_most_urgent_first(
    fleet: str, counting: DeployedSite
) -> None:
    reading = Reading(counting, Search(), sight())
    with counted() as log:
        await reading.begin()
        assert len(reading.found) == 180
        assert reading.expected is None
        await reading.count()
        assert reading.expected == 250
        await reading.until(None)
    assert reading.is_complete
    assert [call.operation for call in log.calls].count("search_index") == 6
    states = [charger.state(sight()) for charger in reading.found]
    assert Counter(states) == {
        State.FAILING: 20,
        State.OFFLINE: 30,
        State.NEVER: 30,
        State.CONNECTED: 170,
    }
    assert states == sorted(states, key=lambda state: state.rank)
    assert len({charger.name for charger in reading.found}) == 250


@pytest.mark.parametrize(
    ("text", "among", "count"),
    [
        ("filled-24", Among.ALL, 11),
        ("counted filled-24", Among.ALL, 11),
        ("filled", Among.FAILING, 20),
        ("", Among.NEVER, 30),
        ("", Among.EXPIRING, 0),
        ("", Among.REVOKED, 0),
        ('" OR thingName:*', Among.ALL, 0),
        ("nobody", Among.ALL, 0),
    ],
)
async def test_what_a_search_finds(
    fleet: str, counting: DeployedSite, text: str, among: Among, count: int
) -> None:
    reading = Reading(counting, Search.of(text, among), sight())
    await reading.begin()
    await reading.count()
    assert reading.expected == count
    await reading.until(None)
    assert len(reading.found) == reading.expected == count


async def test_a_charger_that_was_added_is_found_with_its_certificate(
    fleet: str, counting: DeployedSite, name: str, tmp_path: Path, capsys: Any, account: Account
) -> None:
    added = await add(name, counting, tmp_path)
    charger = await find(counting, name)
    assert charger
    assert charger.state(sight()) is State.NEVER
    assert await find(counting, name.upper()) is None
    assert await find(counting, '" OR thingName:"x') is None
    one = await detail(counting, name)
    assert one
    [certificate] = one.certificates or ()
    assert (certificate.id, certificate.status) == (added.certificate_id, "ACTIVE")
    shown = dict(one.lines(sight()))
    assert shown["State"] == "○ not switched on yet"
    assert shown["Certificate"] == f"{added.certificate_id[:12]}, active"
    assert shown["Certificate ends"] == "2049-12-31"
    assert shown["Connected"] == "never"
    not_asked = dict(Detail(charger).lines(sight()))
    assert not_asked["Certificate ends"] == "2049-12-31"
    assert not {"Certificate", "Certificates"} & not_asked.keys()
    await remove(name, counting)  # the other tests count


async def test_without_an_index_it_says_what_turns_it_on(
    alpha: DeployedSite, account: Account
) -> None:
    iot = client(account, "iot")
    before = iot.get_indexing_configuration()["thingIndexingConfiguration"]
    iot.update_indexing_configuration(thingIndexingConfiguration={"thingIndexingMode": "OFF"})
    try:
        with pytest.raises(ChargerError, match="fleet index"):
            await Reading(alpha, Search(), sight()).begin()
    finally:
        before.pop("managedFields", None)
        iot.update_indexing_configuration(thingIndexingConfiguration=before)


async def test_what_cannot_be_asked_is_said(alpha: DeployedSite) -> None:
    assert (await look(alpha)).unseen["probes"]


def run(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(words)
    return int(ended.value.code or 0)


@pytest.fixture
async def known_site(fleet: str, counting: DeployedSite, door: Door) -> AsyncIterator[str]:
    await record.write(door, counting.site, counting.account)
    yield fleet
    await record.delete(door, fleet)


async def test_a_screen_knows_what_the_one_before_has_seen(known_site: str, door: Door) -> None:
    async def at(_: str | None) -> Door:
        return door

    fleets = EngineFleets(at)
    one, next_one = await fleets.open(known_site), await fleets.open(known_site)
    overview = await one.overview()
    assert next_one.sight.connected == overview.fleet.connected == 170
    assert next_one.sight is one.sight


def test_the_commands_print_for_people_and_for_scripts(known_site: str, capsys: Any) -> None:
    here = ("--site", known_site, "--listen", "0")
    assert run("chargers", "list", *here, "--state", "failing", "--json") == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert len(told["chargers"]) == 20
    assert told["chargers"][0]["reason"] == "AUTH_ERROR"
    assert told["cost_usd"] > 0
    assert run("chargers", "list", *here, "--query", "filled-1", "--csv") == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert len(rows) == 111
    assert run("chargers", "list", *here, "--query", "never filled-19") == 0
    printed = capsys.readouterr()
    assert "not switched on yet" in printed.out
    assert "Queries of the fleet index" in printed.err
    assert run("chargers", "show", f"{known_site}-filled-0", *here, "--json") == 0
    one = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (one["state"], one["certificates"]) == ("connected", [])
    assert run("chargers", "show", "nobody", *here) == 2
