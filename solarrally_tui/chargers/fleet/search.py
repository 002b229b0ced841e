"""What a person searches for among chargers, in the query language of the fleet index.

The index sorts nothing (AWS IoT developer guide, Query syntax, Unsupported features). So that what
needs attention comes first, there is a query for each state, in this order.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from solarrally_tui.chargers.fleet.charger import Charger, State
from solarrally_tui.chargers.fleet.sight import Sight
from solarrally_tui.chargers.fleet.words import VOCABULARY, state
from solarrally_tui.deployed.fleet_index import (
    FAILING,
    PROVED,
    REVOKED,
    ending,
    in_service,
    of_site,
)

_LONGEST_LEADING: Final = 100
"""Characters of a query with a term that begins with a wildcard (developer guide, Query syntax)."""

_LEAST_OF_STATE: Final = 2
"""Letters from which the beginning of a state stands for it."""
_NAMED: Final = 8
"""Names in one query: it has at most 12 terms."""
_OF_NAMES: Final = re.compile(r"[\w:-]+", re.ASCII)
_SPECIAL: Final = re.compile(r"([^\w])", re.ASCII)


class Among(StrEnum):
    """Which chargers are listed. The values are what a person types."""

    ALL = "all"
    FAILING = "failing"
    SILENT = "silent"
    OFFLINE = "offline"
    NEVER = "never"
    CONNECTED = "connected"
    EXPIRING = "expiring"
    REVOKED = "revoked"

    def has(self, charger: Charger, sight: Sight) -> bool:
        """Whether a charger belongs to them."""
        match self:
            case Among.ALL:
                return True
            case Among.CONNECTED:
                return charger.is_connected and charger.revoked is None
            case Among.EXPIRING:
                return charger.ends_soon(sight.now.date())
            case _:
                return charger.state(sight) is State[self.name]


@dataclass(frozen=True, slots=True)
class Search:
    """What is searched for."""

    words: tuple[str, ...] = ()
    """All of them are in the name of what is found, in any case."""
    among: Among = Among.ALL
    in_states: bool = False
    """Whether a word may also be in what is shown of a charger's state."""

    @classmethod
    def of(cls, text: str, among: Among = Among.ALL) -> "Search":
        """Read what a person typed. A word that is a state stands for it: `failing barn`."""
        words = []
        for word in text.lower().split():
            if word in set(Among) and among is Among.ALL:
                among = Among(word)
            elif bare := word.strip("*"):
                words.append(bare)
        return cls(tuple(words), among)

    @property
    def completed(self) -> "Search | None":
        """The same where a word is the beginning of one state, or in what is shown of states.

        None where no word is.
        """
        for word in self.words if self.among is Among.ALL else ():
            states = [state for state in Among if state.startswith(word)]
            if len(states) == 1 and len(word) >= _LEAST_OF_STATE:
                return Search(tuple(each for each in self.words if each != word), states[0])
        shown = (
            len(word) >= _LEAST_OF_STATE and any(word in said for said in VOCABULARY)
            for word in self.words
        )
        return replace(self, in_states=True) if any(shown) and not self.in_states else None

    @property
    def impossible(self) -> str:
        """The word that no charger's name can contain; empty where all can."""
        return next((word for word in self.words if not can_be_in_name(word)), "")

    def has(self, charger: Charger, sight: Sight) -> bool:
        """Whether a charger is found."""
        name = charger.name.lower()
        said = state(charger, sight) if self.in_states else ""
        return self.among.has(charger, sight) and all(
            word in name or word in said for word in self.words
        )


def can_be_in_name(word: str) -> bool:
    """Whether AWS IoT lets the name of a thing contain a word (API reference, CreateThing)."""
    return _OF_NAMES.fullmatch(word) is not None


def queries(site: str, search: Search, sight: Sight) -> tuple[str, ...]:
    """Return the queries that together find what is searched for, the most urgent first.

    They may find more, and the same charger twice. A query of a word must be short, so words are
    searched for among all that are connected, and among all that are not.
    """
    if search.impossible and not search.in_states:
        return ()
    if search.among is Among.EXPIRING:
        return (_expiring(site, sight.now),)
    if not search.words or search.in_states:
        by_state = _by_state(site, sight)
        if search.among is Among.ALL:
            return tuple(query for query in by_state.values() if query)
        if search.among is Among.NEVER:
            return by_state[Among.NEVER], _proved(site)
        # Of those that are silent, the probes name the first few only.
        is_silent = search.among is Among.SILENT
        return (by_state[Among.CONNECTED if is_silent else search.among],)
    word = max(search.words, key=len)
    states = {Among.ALL: ("false", "true"), Among.CONNECTED: ("true",), Among.SILENT: ("true",)}
    # One that was revoked a moment ago may still be connected.
    states[Among.REVOKED] = ("false", "true")
    return tuple(_named(site, word, state) for state in states.get(search.among, ("false",)))


def _by_state(site: str, sight: Sight) -> dict[Among, str]:
    here = in_service(site)
    gone = f"{here} AND connectivity.connected:false"
    failing = f"connectivity.disconnectReason:({' OR '.join(sorted(FAILING))})"
    silent = " OR ".join(f'"{name}"' for name in sorted(sight.silent)[:_NAMED])
    connected = f"{here} AND connectivity.connected:true"
    return {
        Among.FAILING: f"{gone} AND {failing}",
        Among.SILENT: f"{connected} AND thingName:({silent})" if silent else "",
        # A thing that was never connected has no timestamp (API reference, SearchIndex).
        Among.OFFLINE: f"{gone} AND connectivity.timestamp > 0 AND NOT {failing}",
        Among.NEVER: f"{gone} AND NOT connectivity.timestamp > 0",
        Among.CONNECTED: connected,
        Among.REVOKED: f"{of_site(site)} AND attributes.{REVOKED}:2*",
    }


def _proved(site: str) -> str:
    """Return the query for those that are away and were proved: some have connected for it only."""
    return f"{in_service(site)} AND connectivity.connected:false AND attributes.{PROVED}:2*"


def _expiring(site: str, now: datetime) -> str:
    return f"{in_service(site)} AND ({ending(now)})"


def _named(site: str, word: str, connected: str) -> str:
    # AND is the operator between terms anyway, and every character counts.
    around = f"{of_site(site)} connectivity.connected:{connected} thingName:"
    inside = f"{around}*{_escaped(word)}*"
    return inside if len(inside) <= _LONGEST_LEADING else f"{around}{_escaped(word)}*"


def _escaped(word: str) -> str:
    """Return a word in which no character means anything to the index but itself."""
    return _SPECIAL.sub(r"\\\1", word)
