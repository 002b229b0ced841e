"""Route 53 as a registrar: available domains, their prices, and orders that take minutes."""

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
from solarrally_tui.simulator.settings import HOME_REGION
from solarrally_tui.simulator.wire.responses import ApiError

_SERVICE: Final = "route53domains"
_REGISTRATION_SECONDS: Final = 240.0
"""Simulated. AWS says that most take minutes, and some up to three days."""

_PRICES: Final = {"com": 15.0, "net": 17.0, "org": 15.0, "de": 10.0, "dev": 17.0, "io": 71.0}
"""USD a year, close to AWS's of 2026. A renewal costs the same."""

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
            ("CheckDomainAvailability", self._check_availability),
            ("ListPrices", self._list_prices),
            ("RegisterDomain", self._register),
            ("GetOperationDetail", self._get_order),
            ("ListOperations", self._list_orders),
        ):
            operation(_SERVICE, name)(function)

    def _check_availability(self, caller: Caller, given: Parameters) -> Result:
        name = _domain(caller, given)
        return {"Availability": "UNAVAILABLE" if self._is_taken(name) else "AVAILABLE"}

    def _is_taken(self, name: str) -> bool:
        return name in _TAKEN or name in self._sold

    def _list_prices(self, _caller: Caller, given: Parameters) -> Result:
        wanted = given.get("Tld")
        endings = [wanted] if wanted else sorted(_PRICES)
        return {"Prices": [_price(ending) for ending in endings]}

    def _register(self, caller: Caller, given: Parameters) -> Result:
        name = _domain(caller, given)
        if self._is_taken(name):
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
        """Create the domain's hosted zone, as Route 53 does when the registry has confirmed."""
        self._clock.sleep_sync(_REGISTRATION_SECONDS)
        api("route53").create_hosted_zone(
            Name=order["DomainName"],
            CallerReference=f"RISWorkflow-{order['OperationId']}",
            HostedZoneConfig={"Comment": "HostedZone created by Route53 Registrar"},
        )
        order |= {"Status": "SUCCESSFUL", "LastUpdatedDate": dt.datetime.now(dt.UTC)}

    def _get_order(self, caller: Caller, given: Parameters) -> Result:
        order = self._orders.of(caller).get(given["OperationId"])
        if order is None:
            raise ApiError("InvalidInput", f"Operation {given['OperationId']} not found")
        return dict(order)

    def _list_orders(self, caller: Caller, given: Parameters) -> Result:
        _check_region(caller)
        kinds = given.get("Type")
        orders = [o for o in self._orders.of(caller).values() if not kinds or o["Type"] in kinds]
        newest_first = given.get("SortOrder") == "DESC"
        orders.sort(key=lambda order: order["SubmittedDate"], reverse=newest_first)
        return {"Operations": [dict(order) for order in orders]}


def _domain(caller: Caller, given: Parameters) -> str:
    """Return the domain of a request. Raises ApiError for another Region or an unknown ending."""
    _check_region(caller)
    _price(given["DomainName"].partition(".")[2])
    return str(given["DomainName"]).lower()


def _check_region(caller: Caller) -> None:
    if caller.region != HOME_REGION:
        raise ApiError("InvalidInput", f"Route 53 Domains does not answer in {caller.region}.")


def _price(ending: str) -> Result:
    if ending not in _PRICES:
        raise ApiError("UnsupportedTLD", f"The TLD .{ending} is not supported.")
    amount = {"Price": _PRICES[ending], "Currency": "USD"}
    kinds = ("Registration", "Renewal", "Transfer", "ChangeOwnership", "Restoration")
    return {"Name": ending, **{f"{kind}Price": amount for kind in kinds}}
