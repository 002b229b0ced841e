"""Buying a domain through Route 53: availability, price, the order, and its progress."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.findings.glyphs import Signed

REGION: Final = "us-east-1"
"""The only Region in which Route 53 registers domains (its API reference)."""

_SERVICE: Final = "route53domains"
_REGISTER: Final = "REGISTER_DOMAIN"
_CANNOT_BUY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "UNAVAILABLE": "is taken.",
        "UNAVAILABLE_PREMIUM": "is a premium domain, which Route 53 does not sell.",
        "UNAVAILABLE_RESTRICTED": "is restricted by its registry.",
        "RESERVED": "is reserved.",
        "AVAILABLE_RESERVED": "is reserved for certain buyers.",
        "AVAILABLE_PREORDER": "can only be preordered, which this wizard does not do.",
        "INVALID_NAME_FOR_TLD": "is not a valid name under its top-level domain.",
        "PENDING": "is being checked. The registry has not answered yet; try again.",
        "DONT_KNOW": "could not be checked: the registry gives no answer. Try again later.",
    }
)
"""What Availability means (API reference, CheckDomainAvailability) where it forbids buying."""

_WAITS_FOR: Final[Mapping[str, str]] = MappingProxyType(
    {
        "PENDING_ACCEPTANCE": "Waiting for you to accept the registry's terms: see your e-mail.",
        "PENDING_CUSTOMER_ACTION": "Waiting for you: click the link in the e-mail from AWS.",
        "PENDING_AUTHORIZATION": "Waiting for the form of authorization.",
        "PENDING_PAYMENT_VERIFICATION": "Waiting until AWS has verified the payment.",
        "PENDING_SUPPORT_CASE": "Waiting for AWS Support, which has opened a case.",
    }
)
"""What StatusFlag means (API reference, GetOperationDetail)."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Whether a domain can be bought, and for how much."""

    domain: str
    availability: str
    """In AWS's words."""
    price: Decimal | None = None
    """For the first year. None where AWS lists no price."""
    renewal: Decimal | None = None
    """For each year after it."""
    currency: str = "USD"

    @property
    def can_be_bought(self) -> bool:
        """Whether it is available and its price is known: nothing is bought at an unknown price."""
        return self.availability == "AVAILABLE" and self.price is not None

    @property
    def why_not(self) -> str:
        """Why it cannot be bought."""
        if self.availability == "AVAILABLE":
            return f"{self.domain} is available, but AWS lists no price for it."
        return f"{self.domain} {_CANNOT_BUY.get(self.availability, 'cannot be bought here.')}"


@dataclass(frozen=True, slots=True)
class Contact:
    """Who owns the domain, as registries ask for it. Personal: never saved, never shown by repr."""

    first: str = field(repr=False)
    last: str = field(repr=False)
    organization: str = field(repr=False)
    """Empty for a person."""
    email: str = field(repr=False)
    phone: str = field(repr=False)
    """As +CC.NUMBER."""
    street: str = field(repr=False)
    city: str = field(repr=False)
    state: str = field(repr=False)
    zip_code: str = field(repr=False)
    country: str = field(repr=False)
    """Two letters."""

    def for_aws(self) -> dict[str, str]:
        """Return ContactDetail of AWS's API, without what is empty."""
        detail = {
            "FirstName": self.first,
            "LastName": self.last,
            "ContactType": "COMPANY" if self.organization else "PERSON",
            "OrganizationName": self.organization,
            "Email": self.email,
            "PhoneNumber": self.phone,
            "AddressLine1": self.street,
            "City": self.city,
            "State": self.state,
            "ZipCode": self.zip_code,
            "CountryCode": self.country,
        }
        return {key: value for key, value in detail.items() if value}


class Progress(Signed):
    """How far an order is."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Order:
    """A registration that was ordered."""

    domain: str
    progress: Progress
    words: str
    """What it waits for, or why it failed."""


async def offer(door: Door, domain: str) -> Offer:
    """Return whether a domain is available, and its price. Raises AwsError."""
    response = await door.call(_SERVICE, "check_domain_availability", REGION, DomainName=domain)
    availability = str(response["Availability"])
    if availability != "AVAILABLE":
        return Offer(domain, availability)
    tld = domain.partition(".")[2]
    response = await door.call(_SERVICE, "list_prices", REGION, Tld=tld)
    listed: list[dict[str, Any]] = response.get("Prices", [])
    prices = next((price for price in listed if price.get("Name") == tld), {})
    first, later = prices.get("RegistrationPrice"), prices.get("RenewalPrice")
    if not first:
        return Offer(domain, availability)
    return Offer(
        domain,
        availability,
        Decimal(str(first["Price"])),
        Decimal(str(later["Price"])) if later else None,
        str(first["Currency"]),
    )


async def buy(door: Door, domain: str, contact: Contact) -> Order:
    """Register a domain for a year, with automatic renewal and its owner hidden from the public.

    AWS charges this at once and refunds nothing. Raises AwsError.
    """
    details = contact.for_aws()
    response = await door.call(
        _SERVICE,
        "register_domain",
        REGION,
        DomainName=domain,
        DurationInYears=1,
        AutoRenew=True,
        AdminContact=details,
        RegistrantContact=details,
        TechContact=details,
        PrivacyProtectAdminContact=True,
        PrivacyProtectRegistrantContact=True,
        PrivacyProtectTechContact=True,
    )
    return await read_order(door, str(response["OperationId"]))


async def read_order(door: Door, operation_id: str) -> Order:
    """Return how far an order is. Raises AwsError."""
    return _order(
        await door.call(_SERVICE, "get_operation_detail", REGION, OperationId=operation_id)
    )


async def newest_order(door: Door, domain: str) -> Order | None:
    """Return the newest order of a domain in this account, wherever it was placed; None without.

    Raises AwsError.
    """
    operations = await door.pages(
        _SERVICE,
        "list_operations",
        "Operations",
        REGION,
        Type=[_REGISTER],
        SortBy="SubmittedDate",
        SortOrder="DESC",
    )
    ids = (str(each["OperationId"]) for each in operations if each.get("DomainName") == domain)
    newest = next(ids, "")
    return await read_order(door, newest) if newest else None


def _order(operation: Mapping[str, Any]) -> Order:
    domain, status = str(operation.get("DomainName", "")), str(operation.get("Status", ""))
    if status == "SUCCESSFUL":
        return Order(domain, Progress.DONE, "Registered. Route 53 created a hosted zone for it.")
    if status in {"FAILED", "ERROR"}:
        message = str(operation.get("Message") or "The registry gives no reason.")
        return Order(domain, Progress.FAILED, message)
    waiting = _WAITS_FOR.get(
        str(operation.get("StatusFlag", "")),
        "The registry is working on it, usually a few minutes, at most three days.",
    )
    return Order(domain, Progress.RUNNING, waiting)


def refusal(error: AwsError) -> str:
    """Return why an order was refused: AWS's own words say most about it."""
    return error.message or error.plain.what
