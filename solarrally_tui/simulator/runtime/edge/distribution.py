"""A CloudFront distribution as its configuration in the account describes it."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import botocore.session
from botocore.parsers import create_parser
from ministack.core.responses import request_scope
from ministack.services import cloudfront

from solarrally_tui.simulator.pins import Record, private, scoped
from solarrally_tui.simulator.runtime.edge.http_message import Fields

_distributions = private(cloudfront, "_distributions")
_get_distribution_aliases = private(cloudfront, "_get_distribution_aliases")

_API = "/2020-05-31"
_ALWAYS_ALLOWED = ("GET", "HEAD")


@dataclass(frozen=True)
class Distribution:
    """One distribution: its account, ARN and parsed DistributionConfig."""

    account: str
    arn: str
    config: Record

    @property
    def aliases(self) -> tuple[str, ...]:
        """The names of one's own that it serves."""
        return tuple(_items(self.config.get("Aliases")))

    @property
    def enabled(self) -> bool:
        """Whether it serves at all."""
        return bool(self.config.get("Enabled"))

    def behaviour(self, path: str) -> Record:
        """The cache behaviour for a path: the first whose pattern fits, else the default."""
        for behaviour in _items(self.config.get("CacheBehaviors")):
            if _pattern(behaviour["PathPattern"]).fullmatch(path):
                found: Record = behaviour
                return found
        default: Record = self.config["DefaultCacheBehavior"]
        return default

    def origin(self, behaviour: Record) -> Record | None:
        """The origin that a behaviour names."""
        wanted = behaviour["TargetOriginId"]
        return next((o for o in _items(self.config.get("Origins")) if o["Id"] == wanted), None)

    def error_page(self, status: int) -> Record | None:
        """The custom error response for a status of the origin."""
        pages = _items(self.config.get("CustomErrorResponses"))
        return next((p for p in pages if p["ErrorCode"] == status), None)


def allowed_methods(behaviour: Record) -> tuple[str, ...]:
    """The methods that a behaviour accepts."""
    return tuple(_items(behaviour.get("AllowedMethods"))) or _ALWAYS_ALLOWED


def viewer_request_function(behaviour: Record) -> str:
    """ARN of the CloudFront Function that looks at this behaviour's requests; may be empty."""
    functions = _items(behaviour.get("FunctionAssociations"))
    found = (f["FunctionARN"] for f in functions if f["EventType"] == "viewer-request")
    return str(next(found, ""))


def custom_headers(origin: Record) -> Fields:
    """What is added to every request to an origin."""
    headers = _items(origin.get("CustomHeaders"))
    return tuple((h["HeaderName"], h["HeaderValue"]) for h in headers)


def known(distribution_id: str) -> bool:
    """Whether the account has this distribution."""
    return _record(distribution_id) is not None


def all_records() -> list[tuple[str, Record]]:
    """Every distribution of every account: its id and the emulator's record."""
    return [(key[1], record) for key, record in scoped(_distributions)]


def aliases() -> set[str]:
    """Every name of its own that any distribution serves."""
    return {alias for _, record in all_records() for alias in names(record)}


def names(record: Record) -> list[str]:
    """The names of its own that the emulator's record of a distribution has."""
    found: list[str] = _get_distribution_aliases(record)
    return found


async def read(distribution_id: str) -> Distribution | None:
    """Read a distribution; None before it exists and after it is deleted."""
    found = _record(distribution_id)
    if found is None:
        return None
    account, record = found
    config = await _fetch(
        account, f"distribution/{distribution_id}/config", "GetDistributionConfig"
    )
    return Distribution(account, record["ARN"], config["DistributionConfig"]) if config else None


async def response_headers(distribution: Distribution, behaviour: Record) -> Fields:
    """What a behaviour's response headers policy adds: security headers and custom ones."""
    policy_id = behaviour.get("ResponseHeadersPolicyId")
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
    """Ask the emulator in process and read its XML as boto3 would."""
    with request_scope(account, "us-east-1"):
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
    model = botocore.session.get_session().get_service_model("cloudfront")
    return model.operation_model(operation).output_shape


@lru_cache(maxsize=256)
def _pattern(pattern: str) -> re.Pattern[str]:
    escaped = re.escape("/" + pattern.removeprefix("/"))
    return re.compile(escaped.replace(r"\*", ".*").replace(r"\?", "."), re.DOTALL)


def _items(block: Record | None) -> list[Any]:
    return list((block or {}).get("Items") or [])
