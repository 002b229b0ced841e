"""A CloudFront distribution as its configuration in the account describes it."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from botocore.parsers import create_parser
from ministack.core.responses import request_scope
from ministack.services import cloudfront

from solarrally_tui.simulator.pins import Record, private, scoped
from solarrally_tui.simulator.runtime.edge.http_message import Fields
from solarrally_tui.simulator.settings import HOME_REGION
from solarrally_tui.simulator.wire import models

_distributions = private(cloudfront, "_distributions")
_get_distribution_aliases = private(cloudfront, "_get_distribution_aliases")

_API = "/2020-05-31"
_ALWAYS_ALLOWED = ("GET", "HEAD")


@dataclass(frozen=True, slots=True)
class Distribution:
    """One distribution: its account, its ARN and its parsed DistributionConfig."""

    account: str
    arn: str
    config: Record

    @property
    def aliases(self) -> tuple[str, ...]:
        """The alternate domain names that it serves."""
        return tuple(_items(self.config.get("Aliases")))

    @property
    def enabled(self) -> bool:
        """Whether it is enabled."""
        return bool(self.config.get("Enabled"))

    def behavior(self, path: str) -> Record:
        """Return the first cache behavior whose pattern matches a path, else the default one."""
        for behavior in _items(self.config.get("CacheBehaviors")):
            if _pattern(behavior["PathPattern"]).fullmatch(path):
                matching: Record = behavior
                return matching
        default: Record = self.config["DefaultCacheBehavior"]
        return default

    def origin(self, behavior: Record) -> Record | None:
        """Return the origin that a behavior names."""
        wanted = behavior["TargetOriginId"]
        return next((o for o in _items(self.config.get("Origins")) if o["Id"] == wanted), None)

    def error_page(self, status: int) -> Record | None:
        """Return the custom error response for a status of the origin."""
        pages = _items(self.config.get("CustomErrorResponses"))
        return next((p for p in pages if p["ErrorCode"] == status), None)


def allowed_methods(behavior: Record) -> tuple[str, ...]:
    """Return the methods that a behavior accepts."""
    return tuple(_items(behavior.get("AllowedMethods"))) or _ALWAYS_ALLOWED


def viewer_request_function(behavior: Record) -> str:
    """Return the ARN of the function that handles this behavior's requests, or an empty text."""
    functions = _items(behavior.get("FunctionAssociations"))
    arns = (f["FunctionARN"] for f in functions if f["EventType"] == "viewer-request")
    return str(next(arns, ""))


def custom_headers(origin: Record) -> Fields:
    """Return the fields that are added to every request to an origin."""
    headers = _items(origin.get("CustomHeaders"))
    return tuple((h["HeaderName"], h["HeaderValue"]) for h in headers)


def known(distribution_id: str) -> bool:
    """Return whether the account has this distribution."""
    return _record(distribution_id) is not None


def all_records() -> list[tuple[str, Record]]:
    """Return every distribution of every account: its id and MiniStack's record."""
    return [(key[1], record) for key, record in scoped(_distributions)]


def aliases() -> set[str]:
    """Return every alternate domain name of any distribution."""
    return {alias for _, record in all_records() for alias in names(record)}


def names(record: Record) -> list[str]:
    """Return the alternate domain names in MiniStack's record of a distribution."""
    aliases: list[str] = _get_distribution_aliases(record)
    return aliases


async def read(distribution_id: str) -> Distribution | None:
    """Read a distribution. Returns None before it exists and after it is deleted."""
    known = _record(distribution_id)
    if known is None:
        return None
    account, record = known
    config = await _fetch(
        account, f"distribution/{distribution_id}/config", "GetDistributionConfig"
    )
    return Distribution(account, record["ARN"], config["DistributionConfig"]) if config else None


async def response_headers(distribution: Distribution, behavior: Record) -> Fields:
    """Return what a behavior's response headers policy adds: security headers and custom ones."""
    policy_id = behavior.get("ResponseHeadersPolicyId")
    if not policy_id:
        return ()
    path = f"response-headers-policy/{policy_id}/config"
    policy = await _fetch(distribution.account, path, "GetResponseHeadersPolicyConfig")
    config = (policy or {}).get("ResponseHeadersPolicyConfig", {})
    custom = _items(config.get("CustomHeadersConfig"))
    return _security(config.get("SecurityHeadersConfig") or {}) + tuple(
        (h["Header"], h["Value"]) for h in custom
    )


def _security(config: Record) -> Fields:
    fields: list[tuple[str, str]] = []
    if "ContentTypeOptions" in config:
        fields.append(("X-Content-Type-Options", "nosniff"))
    if frame := config.get("FrameOptions"):
        fields.append(("X-Frame-Options", frame["FrameOption"]))
    if referrer := config.get("ReferrerPolicy"):
        fields.append(("Referrer-Policy", referrer["ReferrerPolicy"]))
    if policy := config.get("ContentSecurityPolicy"):
        fields.append(("Content-Security-Policy", policy["ContentSecurityPolicy"]))
    if transport := config.get("StrictTransportSecurity"):
        fields.append(("Strict-Transport-Security", _hsts(transport)))
    return tuple(fields)


def _hsts(config: Record) -> str:
    parts = [f"max-age={config['AccessControlMaxAgeSec']}"]
    parts += ["includeSubDomains"] if config.get("IncludeSubdomains") else []
    parts += ["preload"] if config.get("Preload") else []
    return "; ".join(parts)


def _record(distribution_id: str) -> tuple[str, Record] | None:
    for (account, key), record in scoped(_distributions):
        if key == distribution_id:
            return account, record
    return None


async def _fetch(account: str, path: str, operation: str) -> Record | None:
    """Call MiniStack in process, and read its XML as boto3 would."""
    with request_scope(account, HOME_REGION):
        status, headers, body = await cloudfront.handle_request(
            "GET", f"{_API}/{path}", {}, b"", {}
        )
    if status != 200:
        return None
    raw = {"status_code": status, "headers": headers, "body": body}
    parsed: Record = create_parser("rest-xml").parse(raw, _shape(operation))
    return parsed


@lru_cache
def _shape(operation: str) -> Any:
    return models.service("cloudfront").operation_model(operation).output_shape


@lru_cache(maxsize=256)
def _pattern(pattern: str) -> re.Pattern[str]:
    escaped = re.escape("/" + pattern.removeprefix("/"))
    return re.compile(escaped.replace(r"\*", ".*").replace(r"\?", "."), re.DOTALL)


def _items(block: Record | None) -> list[Any]:
    return list((block or {}).get("Items") or [])
