"""How a charger is, what is searched for, and that no text becomes more than a word."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solarrally_tui.chargers.fleet.charger import Charger, State
from solarrally_tui.chargers.fleet.detail import Detail
from solarrally_tui.chargers.fleet.overview import Overview
from solarrally_tui.chargers.fleet.records import record, table
from solarrally_tui.chargers.fleet.search import Among, Search, queries
from solarrally_tui.chargers.fleet.sight import Sight
from solarrally_tui.chargers.fleet.words import cells, seen
from solarrally_tui.deployed.dashboard.live_frames import Frame
from solarrally_tui.deployed.fleet_index import Fleet, until
from solarrally_tui.deployed.probe_reports import ProbeReport
from solarrally_tui.simulator.iot.fleet_query import parse

NOON = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)
LONG_AGO = NOON - timedelta(days=3)


def sight(**more: Any) -> Sight:
    return Sight(25.0, now=NOON, **more)


def followed(seconds: float) -> Sight:
    return sight(listening_since=NOON - timedelta(seconds=seconds), is_followed=True)


def reported(senders: int, watts: float, silent: int = 0, age: float = 20) -> ProbeReport:
    return ProbeReport(
        "task",
        NOON - timedelta(seconds=age),
        database=True,
        linked=True,
        received=9,
        rejected=0,
        shown=9,
        chargers=senders,
        power_w=watts,
        silent_count=silent,
    )


def frame(name: str, seconds: float) -> Frame:
    return Frame(name, NOON - timedelta(seconds=seconds), None, 7400.0, "charging")


def thing(connected: bool = True, reason: str = "", **attributes: str) -> dict[str, Any]:
    connectivity: dict[str, Any] = {"connected": connected}
    if connected or reason:
        connectivity["timestamp"] = int(LONG_AGO.timestamp() * 1000)
    if reason:
        connectivity["disconnectReason"] = reason
    return {
        "thingName": "evse-1",
        "attributes": {"site": "barn", **attributes},
        "connectivity": connectivity,
    }


def at(moment: datetime, reason: str, **attributes: str) -> dict[str, Any]:
    """Return a charger that was disconnected at a moment."""
    away = thing(False, reason, **attributes)
    return {**away, "connectivity": {**away["connectivity"], "timestamp": moment.timestamp() * 1e3}}


AWAY = at(NOON - timedelta(minutes=7), "CLIENT_INITIATED_DISCONNECT")
CUT = at(NOON, "AUTH_ERROR", revoked="20260101")
PROVED_ONLY = at(NOON, "CLIENT_INITIATED_DISCONNECT", proved=until(NOON))


@pytest.mark.parametrize(
    ("document", "seen", "state"),
    [
        (thing(), sight(), State.CONNECTED),
        (thing(), sight(last={"evse-1": frame("evse-1", 4)}), State.SENDING),
        (thing(), sight(last={"evse-1": frame("evse-1", 60)}), State.CONNECTED),
        (
            thing(),
            sight(last={"evse-1": frame("evse-1", 60)}, listening_since=LONG_AGO),
            State.SILENT,
        ),
        (thing(), sight(listening_since=NOON - timedelta(seconds=20)), State.CONNECTED),
        (thing(), sight(listening_since=NOON - timedelta(seconds=26)), State.SILENT),
        (thing(), sight(silent=frozenset({"evse-1"})), State.SILENT),
        (thing(False, "CONNECTION_LOST"), sight(), State.OFFLINE),
        (PROVED_ONLY, sight(), State.NEVER),
        (AWAY, sight(), State.OFFLINE),
        (thing(False, "AUTH_ERROR"), sight(), State.FAILING),
        (thing(False), sight(), State.NEVER),
        # After a takeover a connected thing keeps the reason of the connection before.
        (thing(True, "DUPLICATE_CLIENTID"), sight(), State.CONNECTED),
        (thing(False, "FORBIDDEN_ACCESS", revoked="20260101"), sight(), State.REVOKED),
    ],
)
def test_how_a_charger_is(document: dict[str, Any], seen: Sight, state: State) -> None:
    assert Charger.of(document).state(seen) is state


@pytest.mark.parametrize(
    ("text", "completed"),
    [
        ("revok", Search((), Among.REVOKED)),
        ("off barn", Search(("barn",), Among.OFFLINE)),
        ("f", None),
        ("barn", None),
        ("revoked", None),
        ("switched", Search(("switched",), in_states=True)),
        ("connection lost", Search(("connection", "lost"), in_states=True)),
    ],
)
def test_the_beginning_of_a_state_stands_for_it_where_no_name_has_it(
    text: str, completed: Search | None
) -> None:
    assert Search.of(text).completed == completed


@pytest.mark.parametrize(
    ("document", "look", "words"),
    [
        (thing(), sight(last={"evse-1": frame("evse-1", 4)}), "4 s"),
        (thing(), followed(seconds=20), "listening"),
        (thing(), followed(seconds=26), "not yet"),
        (thing(), sight(is_followed=True), "listening"),
        (thing(), sight(is_followed=True, unseen={"page": "it answers 502."}), "not yet"),
        (thing(), sight(), "not yet"),
        (thing(False), sight(listening_since=NOON), "never"),
        (thing(False), sight(locked_out={"evse-1": None}), "never"),
        (thing(), sight(locked_out={"evse-1": None}), "not known"),
        (AWAY, sight(locked_out={"evse-1": None}), "7 min"),
        (CUT, sight(), "not known"),
        (thing(), sight(locked_out={"evse-1": NOON}), "0 s"),
    ],
)
def test_when_a_charger_was_last_seen(document: dict[str, Any], look: Sight, words: str) -> None:
    assert seen(Charger.of(document), look) == words


@pytest.mark.parametrize(
    ("report", "state", "words", "sending"),
    [
        (reported(senders=3, watts=9000), State.SENDING, "1 min", 3),
        (reported(senders=2, watts=9000), State.CONNECTED, "not yet", 2),
        (reported(senders=3, watts=9000, silent=1), State.CONNECTED, "not yet", 2),
        (reported(senders=3, watts=9000, age=150), State.CONNECTED, "not yet", 3),
        (None, State.CONNECTED, "not yet", 0),
    ],
)
def test_what_the_probes_counted_is_known_before_anybody_has_listened(
    report: ProbeReport | None, state: State, words: str, sending: int
) -> None:
    look, charger = sight(report=report, connected=3), Charger.of(thing())
    assert (charger.state(look), seen(charger, look), look.sending) == (state, words, sending)
    assert look.power_w == (report.power_w if report else None)
    # Whoever has listened knows better.
    look.listening_since = NOON - timedelta(seconds=20)
    assert (charger.state(look), look.sending, look.power_w) == (State.CONNECTED, 0, 0)


def test_a_screen_that_takes_over_within_seconds_has_listened_since_the_first_one() -> None:
    look = sight()
    with look.listening():
        since = look.listening_since
        with look.listening():
            pass
        assert look.listening_since == since is not None
    assert look.listening_since is None
    with look.listening():
        assert look.listening_since == since


def test_firmware_is_what_the_charger_reported_itself() -> None:
    told = thing(firmware="1.0")
    assert Charger.of(told).firmware == "1.0"
    assert Charger.of(told | {"shadow": '{"reported": {"firmware": "1.2"}}'}).firmware == "1.2"
    for broken in ('{"reported": 3}', "[]", "{", "null"):
        assert Charger.of(told | {"shadow": broken}).firmware == "1.0"
    assert cells(Charger.of(thing()), sight())[5] == "not reported"


def test_a_certificate_ends_soon_or_has_ended() -> None:
    ends = [Charger.of(thing(certificateEnds=end)) for end in ("20260301", "20491231", "20260101")]
    assert [charger.ends_soon(NOON.date()) for charger in ends] == [True, False, True]
    assert [cells(charger, sight())[6] for charger in ends] == [
        "2026-03-01",
        "2049-12-31",
        "expired 2026-01-01",
    ]
    assert Charger.of(thing(certificateEnds="soon")).certificate_ends is None


@pytest.mark.parametrize(
    ("charger", "ago"),
    [
        (Charger.of(thing()), 60),
        (Charger("evse-1", since=NOON, reason="CLIENT_INITIATED_DISCONNECT"), 4),
        (Charger.of(thing(revoked="20260101")), 4),
    ],
)
def test_a_charger_that_does_not_send_has_no_power(charger: Charger, ago: int) -> None:
    seen = sight(last={"evse-1": frame("evse-1", ago)})
    assert cells(charger, seen)[3:5] == ("", "")
    assert record(charger, seen)["power_kw"] is None
    assert ("Power", "not seen now") in Detail(charger).facts(seen)


def test_a_record_says_what_is_not_known() -> None:
    charger = Charger.of(thing())
    told = record(charger, sight())
    assert told["power_kw"] is told["last_seen"] is told["firmware"] is None
    told = record(charger, sight(last={"evse-1": frame("evse-1", 4)}))
    assert (told["power_kw"], told["status"], told["state"]) == (7.4, "charging", "sending")
    formula = replace(charger, firmware="=cmd|' /C calc'!A0")
    assert "'=cmd" in table([formula], sight()).splitlines()[1]


@pytest.mark.parametrize(
    ("text", "words", "among"),
    [
        ("", (), Among.ALL),
        ("  Barn 17 ", ("barn", "17"), Among.ALL),
        ("failing barn", ("barn",), Among.FAILING),
        ("evse-1*", ("evse-1",), Among.ALL),
        ("failing-lot", ("failing-lot",), Among.ALL),
    ],
)
def test_a_search_in_plain_words(text: str, words: tuple[str, ...], among: Among) -> None:
    assert Search.of(text) == Search(words, among)


@pytest.mark.parametrize("among", Among)
@pytest.mark.parametrize("text", ["", "a", "evse-17:b", "x" * 64, "two words"])
@pytest.mark.parametrize("site", ["abc", "a" * 20])
def test_the_index_takes_every_query(site: str, text: str, among: Among) -> None:
    silent = frozenset(f"evse-{number}" for number in range(30))
    for query in queries(site, Search.of(text, among), sight(silent=silent)):
        parse(query)


@settings(deadline=None, max_examples=50)
@given(text=st.text(max_size=30))
def test_no_text_leaves_the_site(text: str) -> None:
    others = {**thing(), "attributes": {"site": "other"}}
    for query in queries("barn", Search.of(text), sight()):
        assert not parse(query).matches(others)


@settings(deadline=None, max_examples=50)
@given(word=st.from_regex(r"[a-zA-Z0-9:_-]{1,64}", fullmatch=True))
def test_what_is_in_a_name_is_found(word: str) -> None:
    search = Search.of(word)
    if search.among is Among.ALL:
        named = {**thing(), "thingName": word}
        assert any(parse(query).matches(named) for query in queries("barn", search, sight()))
        assert search.has(Charger.of(named), sight())


def test_each_charger_is_found_in_one_state() -> None:
    documents = [
        thing(),
        thing(False, "CONNECTION_LOST"),
        thing(False, "AUTH_ERROR"),
        thing(False),
        thing(False, "AUTH_ERROR", revoked="20260101"),
    ]
    for document in documents:
        found = [
            query for query in queries("barn", Search(), sight()) if parse(query).matches(document)
        ]
        assert len(found) == 1
    expiring = Charger.of(thing(certificateEnds="20260115"))
    (query,) = queries("barn", Search((), Among.EXPIRING), sight())
    assert parse(query).matches(thing(certificateEnds="20260115"))
    assert expiring.certificate_ends == date(2026, 1, 15)


def test_a_charger_that_was_revoked_sends_nothing_before_the_index_knows_it() -> None:
    charger, seen = Charger.of(thing()), followed(60)
    seen.hear(frame("evse-1", 1))
    assert (charger.state(seen), seen.sending) == (State.SENDING, 1)
    seen.lock_out("evse-1")
    assert (charger.state(seen), seen.sending, seen.power_w) == (State.REVOKED, 0, 0)
    seen.hear(frame("evse-1", 0))  # It has a new key.
    assert (charger.state(seen), seen.sending) == (State.SENDING, 1)


def test_who_is_not_switched_on_yet_is_searched_for_among_those_that_were_proved() -> None:
    found = [
        query
        for query in queries("barn", Search((), Among.NEVER), sight())
        if parse(query).matches(PROVED_ONLY)
    ]
    assert len(found) == 1
    shown = Search(("not", "yet"), in_states=True)
    charger = Charger.of(PROVED_ONLY)
    assert shown.has(charger, sight())
    assert any(parse(query).matches(PROVED_ONLY) for query in queries("barn", shown, sight()))
    assert not shown.has(Charger.of(AWAY), sight())


def test_counts_are_right_before_the_index_counts_who_was_taken_out() -> None:
    before = Overview(Fleet(3, 2, {"CONNECTION_LOST": 1}))
    there, gone = Charger.of(thing()), Charger.of(thing(False, "CONNECTION_LOST"))
    after = before.without(there, is_revoked=True)
    assert (after.total, after.revoked, after.fleet.connected, after.fleet.offline) == (3, 1, 1, 1)
    after = before.without(gone, is_revoked=False)
    assert (after.total, after.revoked, after.fleet.connected, after.fleet.offline) == (2, 0, 2, 0)
