"""Route 53 as a registrar: domains that are free, their prices, and orders that take a while."""

import datetime as dt
import uuid
from typing import Any, Final

from ministack.core.concurrency import spawn_background

from solarrally_tui.simulator.clock import Clock
from solarrally_tui.simulator.loopback import api
from solarrally_tui.simulator.services.registry import (
    Caller,
    Parameters,
    Result,
    Store,
    operation,
)
from solarrally_tui.simulator.wire.responses import ApiError

_SERVICE: Final = "route53domains"
_ONLY_REGION: Final = "us-east-1"
_REGISTRATION_SECONDS: Final = 240.0
"""Simulated; AWS names minutes as usual and three days as the most."""

_PRICES: Final = {"com": 15.0, "net": 17.0, "org": 15.0, "de": 10.0, "dev": 17.0, "io": 71.0}
"""Like AWS's of 2026, a year in USD; renewing costs the same."""

_TAKEN: Final = ("example.com", "example.net", "example.org", "amazon.com", "solarrally.com")
_CONTACT: Final = (
    "FirstName",
    "LastName",
    "Email",
    "PhoneNumber",
    "AddressLine1",
    "City",
    "CountryCode",
)


class Registrar:
    """Sells domains to the accounts of this process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._orders = Store(regional=False)
        self._sold: set[str] = set()

    def install(self) -> None:
        """Declare the operations. Call once."""
        for name, function in (
            ("CheckDomainAvailability", self._check),
            ("ListPrices", self._prices),
            ("RegisterDomain", self._register),
            ("GetOperationDetail", self._detail),
            ("ListOperations", self._list),
        ):
            operation(_SERVICE, name)(function)

    def _check(self, caller: Caller, given: Parameters) -> Result:
        name = _known(caller, given["DomainName"])
        taken = name in _TAKEN or name in self._sold
        return {"Availability": "UNAVAILABLE" if taken else "AVAILABLE"}

    def _prices(self, _caller: Caller, given: Parameters) -> Result:
        wanted = given.get("Tld")
        endings = [wanted] if wanted else sorted(_PRICES)
        return {"Prices": [_price(ending) for ending in endings]}

    def _register(self, caller: Caller, given: Parameters) -> Result:
        name = _known(caller, given["DomainName"])
        if name in _TAKEN or name in self._sold:
            raise ApiError("InvalidInput", f"The domain {name} is not available.")
        for kind in ("AdminContact", "RegistrantContact", "TechContact"):
            if missing := [key for key in _CONTACT if not given[kind].get(key)]:
                raise ApiError("InvalidInput", f"{kind}: {missing[0]} is missing.")
        now, identifier = dt.datetime.now(dt.UTC), str(uuid.uuid4())
        order = {
            "OperationId": identifier,
            "Status": "IN_PROGRESS",
            "DomainName": name,
            "Type": "REGISTER_DOMAIN",
            "SubmittedDate": now,
            "LastUpdatedDate": now,
        }
        self._sold.add(name)
        self._orders.of(caller)[identifier] = order
        spawn_background(self._finish, order, thread_name="registrar")
        return {"OperationId": identifier}

    def _finish(self, order: dict[str, Any]) -> None:
        """Make the domain's hosted zone, as Route 53 does, once the registry is through."""
        self._clock.sleep_sync(_REGISTRATION_SECONDS)
        api("route53").create_hosted_zone(
            Name=order["DomainName"],
            CallerReference=f"RISWorkflow-{order['OperationId']}",
            HostedZoneConfig={"Comment": "HostedZone created by Route53 Registrar"},
        )
        order |= {"Status": "SUCCESSFUL", "LastUpdatedDate": dt.datetime.now(dt.UTC)}

    def _detail(self, caller: Caller, given: Parameters) -> Result:
        order = self._orders.of(caller).get(given["OperationId"])
        if order is None:
            raise ApiError("InvalidInput", f"Operation {given['OperationId']} not found")
        return dict(order)

    def _list(self, caller: Caller, given: Parameters) -> Result:
        _only_there(caller)
        kinds = given.get("Type")
        found = [each for each in self._orders.of(caller).values() if _is(each, kinds)]
        newest_first = given.get("SortOrder") == "DESC"
        found.sort(key=lambda each: each["SubmittedDate"], reverse=newest_first)
        return {"Operations": [dict(each) for each in found]}


def _is(order: dict[str, Any], kinds: list[str] | None) -> bool:
    return not kinds or order["Type"] in kinds


def _known(caller: Caller, name: str) -> str:
    _only_there(caller)
    _price(name.partition(".")[2])
    return name.lower()


def _only_there(caller: Caller) -> None:
    if caller.region != _ONLY_REGION:
        raise ApiError("InvalidInput", f"Route 53 Domains does not answer in {caller.region}.")


def _price(ending: str) -> Result:
    if ending not in _PRICES:
        raise ApiError("UnsupportedTLD", f"The TLD .{ending} is not supported.")
    amount = {"Price": _PRICES[ending], "Currency": "USD"}
    kinds = ("Registration", "Renewal", "Transfer", "ChangeOwnership", "Restoration")
    return {"Name": ending, **{f"{kind}Price": amount for kind in kinds}}
