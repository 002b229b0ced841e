"""AWS IoT's data plane: the end of a connection, how a thing is connected, its named shadows."""

import asyncio
import datetime as dt
import time
from typing import Any

from ministack.services import iot

from solarrally_tui.simulator.pins import private
from solarrally_tui.simulator.services.registry import Caller, Parameters, Result, operation
from solarrally_tui.simulator.wire.responses import ApiError

_connected_clients = private(iot, "_connected_clients")
_persistent_sessions = private(iot, "_persistent_sessions")
_indexing_configuration = private(iot, "_indexing_configuration")
_thing_connectivity = private(iot, "_thing_connectivity")
_shadows = private(iot, "_shadows")
_things = private(iot, "_things")

_LIMIT_SECONDS = 10.0


@operation("iot-data", "DeleteConnection")
def delete_connection(caller: Caller, given: Parameters) -> Result:
    """End a client's connection; AWS answers 404 where there is none.

    The reason is API_INITIATED_DISCONNECT (developer guide, Lifecycle events).
    """
    client = given["clientId"]
    if client.startswith("$"):
        raise ApiError("InvalidRequestException", "Client ID cannot start with $.")
    key = (caller.account, caller.region, client)
    session: Any = _connected_clients.get(key)
    clean = _is_true(given.get("cleanSession"))
    if session is None:
        if clean and _persistent_sessions.pop(key, None) is not None:
            return {}
        raise ApiError("ResourceNotFoundException", f"No connection of client {client}.", 404)
    will = not _is_true(given.get("preventWillMessage"))
    ending = session.disconnect("API_INITIATED_DISCONNECT", clean=clean, will=will)
    asyncio.run_coroutine_threadsafe(ending, session.loop).result(_LIMIT_SECONDS)
    return {}


@operation("iot", "GetThingConnectivityData")
def connectivity(caller: Caller, given: Parameters) -> Result:
    """Return whether a thing is connected now; it needs the index of connections."""
    name = given["thingName"]
    things = _indexing_configuration().get("thingIndexingConfiguration", {})
    if things.get("thingConnectivityIndexingMode") != "STATUS" or name not in _things:
        raise ApiError("ResourceNotFoundException", f"Thing {name} is not in the index.", 404)
    known = _thing_connectivity(caller.account, caller.region, name)
    result: Result = {"thingName": name, "connected": known["connected"]}
    if "timestamp" in known:
        result["timestamp"] = dt.datetime.fromtimestamp(known["timestamp"] / 1000, dt.UTC)
    if not known["connected"] and known.get("disconnectReason"):
        result["disconnectReason"] = known["disconnectReason"]
    return result


@operation("iot-data", "ListNamedShadowsForThing")
def named_shadows(_caller: Caller, given: Parameters) -> Result:
    """List the names of a thing's named shadows, all in one page."""
    thing = given["thingName"]
    names = [
        shadow
        for (owner, shadow), record in _shadows.items()
        if owner == thing and shadow and not record.get("deleted")
    ]
    return {"results": sorted(names), "timestamp": int(time.time())}


def _is_true(value: Any) -> bool:
    """A flag of a query, which arrives as a word."""
    return str(value).lower() == "true"
