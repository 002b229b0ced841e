"""The query language of the fleet index, as AWS documents it."""

import pytest

from solarrally_tui.simulator.iot.fleet_query import QueryError, parse

THING = {
    "thingName": "evse-17:a",
    "thingGroupNames": ["east", "fast"],
    "attributes": {"site": "barn", "revoked": "20260101"},
    "connectivity": {"connected": False, "timestamp": 17_000, "disconnectReason": "AUTH_ERROR"},
    "shadow": {"reported": {"firmware": "1.2"}},
}


@pytest.mark.parametrize(
    ("query", "matches"),
    [
        ('attributes.site:"barn" connectivity.connected:false', True),
        ('attributes.site:"barn" AND connectivity.connected:true', False),
        ("attributes.site:BARN", True),
        ("thingName:*17*", True),
        ("thingName:evse\\-1?\\:a", True),
        ('thingName:"evse-17*"', False),
        ("thingGroupNames:fast", True),
        ("NOT connectivity.timestamp > 0", False),
        ("connectivity.timestamp:[17000 TO *]", True),
        ("connectivity.timestamp:{17000 TO *}", False),
        ("connectivity.timestamp<=17000", True),
        ("connectivity.disconnectReason:(AUTH_ERROR OR CONNECTION_LOST)", True),
        ("attributes.site:x OR (attributes.site:barn AND NOT thingName:plasma)", True),
        ("thingName:(ev* AND -evse-17*)", False),
        ("-attributes.revoked:2*", False),
        ("*", True),
        ("barn", True),
        ("plasma", False),
        ('shadow.reported.firmware:"1.2"', True),
        ("attributes.nothing:2*", False),
    ],
)
def test_what_a_query_finds(query: str, matches: bool) -> None:
    assert parse(query).matches(THING) is matches


@pytest.mark.parametrize(
    "query",
    [
        "",
        "attributes.site:barn AND",
        "thingName:(barn",
        "barn)",
        "thingName:a@b",
        "thingName:*a AND thingGroupNames:*b",
        f"thingName:*a AND attributes.site:{'b' * 80}",
        " ".join(f"thingName:a{number}" for number in range(13)),
        "[1 TO 2]",
    ],
)
def test_what_the_index_refuses(query: str) -> None:
    with pytest.raises(QueryError):
        parse(query)
