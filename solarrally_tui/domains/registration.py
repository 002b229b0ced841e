"""Buying a domain through Route 53: availability, price, the order, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError
from solarrally_tui.findings.glyphs import Signed

REGION: Final = "us-east-1"
"""Route 53 sells domains in this Region only (its API reference)."""

_SERVICE: Final = "route53domains"
_REGISTER: Final = "REGISTER_DOMAIN"
_CANNOT_BUY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "UNAVAILABLE": "is taken.",
        "UNAVAILABLE_PREMIUM": "is sold at a special price, which Route 53 does not do.",
        "UNAVAILABLE_RESTRICTED": "is kept back by its registry.",
        "RESERVED": "is kept back for somebody.",
        "AVAILABLE_RESERVED": "is kept back for some buyers.",
        "AVAILABLE_PREORDER": "can only be ordered ahead, which is not done here.",
        "INVALID_NAME_FOR_TLD": "is no valid name under its ending.",
        "PENDING": "was asked about; the registry has not answered yet.",
        "DONT_KNOW": "was asked about; the registry does not say. Ask again later.",
    }
)
"""What Availability means (API reference, CheckDomainAvailability) where one cannot buy."""

_WAITS_FOR: Final[Mapping[str, str]] = MappingProxyType(
    {
        "PENDING_ACCEPTANCE": "The registry waits for you to accept its terms: see your e-mail.",
        "PENDING_CUSTOMER_ACTION": "It waits for you: click the link in the e-mail from AWS.",
        "PENDING_AUTHORIZATION": "It waits for the form of authorization to be finished.",
        "PENDING_PAYMENT_VERIFICATION": "It waits until the payment is verified.",
        "PENDING_SUPPORT_CASE": "It waits for AWS Support, who has opened a case.",
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
    """For the first year. None where AWS tells no price."""
    renewal: Decimal | None = None
    """For each year after it."""
    currency: str = "USD"

    @property
    def can_be_bought(self) -> bool:
        """Whether it is free and its price is known: nothing is bought at an unknown price."""
        return self.availability == "AVAILABLE" and self.price is not None

    @property
    def why_not(self) -> str:
        """Say why it cannot be bought."""
        if self.availability == "AVAILABLE":
            return f"{self.domain} is free, but AWS tells no price for it."
        known = _CANNOT_BUY.get(self.availability, "cannot be bought here.")
        return f"{self.domain} {known}"


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
        told = {
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
        return {key: value for key, value in told.items() if value}


class Progress(Signed):
    """How far an order is."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Order:
    """A registration that was asked for."""

    domain: str
    progress: Progress
    words: str
    """What it waits for, or why it failed."""


async def offer(door: Door, domain: str) -> Offer:
    """Ask whether a domain is free, and its price. Raises AwsError."""
    told = await door.call(_SERVICE, "check_domain_availability", REGION, DomainName=domain)
    availability = str(told["Availability"])
    if availability != "AVAILABLE":
        return Offer(domain, availability)
    return _priced(domain, availability, await _prices(door, domain.partition(".")[2]))


async def _prices(door: Door, ending: str) -> Mapping[str, Any]:
    found = await door.call(_SERVICE, "list_prices", REGION, Tld=ending)
    return next((each for each in found.get("Prices", ()) if each.get("Name") == ending), {})


def _priced(domain: str, availability: str, told: Mapping[str, Any]) -> Offer:
    first, later = told.get("RegistrationPrice"), told.get("RenewalPrice")
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
    """Register a domain for one year, renewed by itself, its owner hidden from the public.

    This costs money at once and is not refunded. Raises AwsError.
    """
    details = contact.for_aws()
    told = await door.call(
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
    return await read_order(door, str(told["OperationId"]))


async def read_order(door: Door, operation_id: str) -> Order:
    """Return how far an order is. Raises AwsError."""
    told = await door.call(_SERVICE, "get_operation_detail", REGION, OperationId=operation_id)
    return _order(told)


async def newest_order(door: Door, domain: str) -> Order | None:
    """Return the newest order of a domain in this account, wherever it was made; None without.

    Raises AwsError.
    """
    told = await door.pages(
        _SERVICE,
        "list_operations",
        "Operations",
        REGION,
        Type=[_REGISTER],
        SortBy="SubmittedDate",
        SortOrder="DESC",
    )
    ids = (str(each["OperationId"]) for each in told if each.get("DomainName") == domain)
    newest = next(ids, "")
    return await read_order(door, newest) if newest else None


def _order(told: Mapping[str, Any]) -> Order:
    domain, status = str(told.get("DomainName", "")), str(told.get("Status", ""))
    if status == "SUCCESSFUL":
        return Order(domain, Progress.DONE, "It is registered, with a hosted zone of its own.")
    message = str(told.get("Message") or "")
    if status in {"FAILED", "ERROR"}:
        return Order(domain, Progress.FAILED, message or "The registry gives no reason.")
    flag = _WAITS_FOR.get(str(told.get("StatusFlag", "")))
    usual = "The registry is at work: some minutes as a rule, up to three days."
    return Order(domain, Progress.RUNNING, flag or usual)


def refusal(error: AwsError) -> str:
    """Say what an order was refused for, where AWS's own words tell most."""
    return error.message or error.plain.what
