"""CloudFront's way to a load balancer: its listener, its rules, then a healthy target."""

import asyncio
import random
import time
from dataclasses import dataclass

from ministack.core.responses import request_scope
from ministack.services import acm, alb, cloudfront, route53

from solarrally_tui.simulator.measurements import MEASUREMENTS
from solarrally_tui.simulator.pins import Record, private, scoped
from solarrally_tui.simulator.runtime.container_engine import Standin
from solarrally_tui.simulator.runtime.edge.http_message import (
    BadMessageError,
    EdgeResponse,
    Head,
    Request,
    read_head,
)
from solarrally_tui.simulator.runtime.target_health import TargetHealth
from solarrally_tui.simulator.settings import LOOPBACK

_execute_action = private(alb, "_execute_action")
_lbs = private(alb, "_lbs")
_vpc_origins = private(cloudfront, "_vpc_origins")
_records = private(route53, "_records")
_listeners = private(alb, "_listeners")
_certificates = private(acm, "_certificates")
_rules = private(alb, "_rules")
_rule_sort_key = private(alb, "_rule_sort_key")
_match_condition = private(alb, "_match_condition")

_CONNECT_LIMIT = 5.0
_UNAVAILABLE = b"<html><head><title>503 Service Temporarily Unavailable</title></head></html>"
_BAD_GATEWAY = b"<html><head><title>502 Bad Gateway</title></head></html>"
_HTML = ("Content-Type", "text/html")
_LOOPBACK_NAMES = ("localhost", LOOPBACK)
_ALB = ("Server", "awselb/2.0")


class NoOriginError(Exception):
    """CloudFront cannot reach the origin at all, and answers with `status`, 502 or 504."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Upstream:
    """An open exchange with a target: the head of its response, and the streams for the rest."""

    head: Head
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter


async def forward(
    origin: Record,
    request: Request,
    body: bytes,
    health: TargetHealth,
    aliases: tuple[str, ...] = (),
) -> EdgeResponse | Upstream:
    """Send a request to an origin's load balancer.

    `origin` is from the distribution's configuration, and `request` is what CloudFront forwards.
    `aliases` are the distribution's own names: on loopback its address stands for the first one.

    Returns the load balancer's own answer, or the beginning of the target's response. Raises
    NoOriginError when there is no such load balancer, nothing listens at the port, or its
    certificate is for another name.
    """
    account, region, arn, port, secure = _locate(origin)
    balancer, begun = arn.partition(":loadbalancer/")[2], time.monotonic()
    listeners = _listeners_at(arn, port)
    if secure:
        _check_certificate(listeners, {origin["DomainName"], _host(request, aliases)})
    action = _action(account, region, [item["ListenerArn"] for item in listeners], request)
    group = _target_group(action)
    if not group:
        with request_scope(account, region):
            status, fields, text = await _execute_action(
                action, request.method, request.path, _lower(request.head), body, request.query
            )
        return EdgeResponse(int(status), (*fields.items(), _ALB), text)
    standins = health.standins(group)
    if not standins:
        MEASUREMENTS.answered(balancer, begun, 503, of_target=False)
        return EdgeResponse(503, (_HTML, _ALB), _UNAVAILABLE)
    answer = await _exchange(random.choice(standins), request, body)  # noqa: S311 (load balancing)
    if isinstance(answer, Upstream):
        MEASUREMENTS.answered(balancer, begun, answer.head.status)
    else:
        MEASUREMENTS.answered(balancer, begun, answer.status, of_target=False)
    return answer


async def _exchange(standin: Standin, request: Request, body: bytes) -> EdgeResponse | Upstream:
    try:
        reader, writer = await asyncio.wait_for(
            asyncio.open_connection(LOOPBACK, standin.port), _CONNECT_LIMIT
        )
        writer.write(request.head.to_bytes() + body)
        return Upstream(await read_head(reader), reader, writer)
    except (OSError, TimeoutError, BadMessageError):
        return EdgeResponse(502, (_HTML, _ALB), _BAD_GATEWAY)


def _locate(origin: Record) -> tuple[str, str, str, int, bool]:
    """Return the load balancer of an origin: account, Region, ARN, port, and whether it is TLS."""
    if vpc := origin.get("VpcOriginConfig"):
        config = _vpc_origin(vpc["VpcOriginId"])
        wanted = {"LoadBalancerArn": config["Arn"]}
    else:
        config = origin.get("CustomOriginConfig") or {}
        wanted = {"DNSName": _alias_target(origin["DomainName"])}
    secure = config.get("OriginProtocolPolicy") != "http-only"
    port = int(config.get("HTTPSPort", 443) if secure else config.get("HTTPPort", 80))
    for (account, region, arn), lb in scoped(_lbs):
        if all(str(lb[k]).lower() == str(v).lower() for k, v in wanted.items()):
            return account, region, arn, port, secure
    raise NoOriginError(502, "CloudFront wasn't able to resolve the origin domain name.")


def _vpc_origin(identity: str) -> Record:
    for (_, key), record in scoped(_vpc_origins):
        if key == identity:
            config: Record = record["VpcOriginEndpointConfig"]
            return config
    raise NoOriginError(502, "CloudFront wasn't able to find the VPC origin.")


def _alias_target(name: str) -> str:
    """Follow an alias record of the account's own hosted zones."""
    for _, records in scoped(_records):
        for record in records:
            target = record.get("AliasTarget")
            if target and record["Name"].rstrip(".").lower() == name.lower():
                return str(target["DNSName"]).rstrip(".").removeprefix("dualstack.")
    return name


def _listeners_at(arn: str, port: int) -> list[Record]:
    return [
        record
        for _, record in scoped(_listeners)
        if record["LoadBalancerArn"] == arn and int(record["Port"]) == port
    ]


def _host(request: Request, aliases: tuple[str, ...]) -> str:
    """Return the host that the viewer named, as CloudFront forwards it."""
    host = _lower(request.head).get("host", "").partition(":")[0]
    return aliases[0] if aliases and host in _LOOPBACK_NAMES else host


def _check_certificate(listeners: list[Record], names: set[str]) -> None:
    """CloudFront requires a certificate of the load balancer for the name that it requests."""
    known = {key[-1]: record for key, record in scoped(_certificates)}
    for listener in listeners:
        certificates = [
            # CloudFormation stores an ARN alone, the API an object.
            known.get(item if isinstance(item, str) else item["CertificateArn"], {})
            for item in listener.get("Certificates") or ()
        ]
        issued = {c["DomainName"] for c in certificates if c.get("Status") == "ISSUED"}
        if not issued & names:
            raise NoOriginError(502, "CloudFront wasn't able to connect to the origin.")


def _action(account: str, region: str, listeners: list[str], request: Request) -> Record:
    rules = [r for _, r in scoped(_rules) if r["ListenerArn"] in listeners]
    if not rules:
        raise NoOriginError(504, "CloudFront attempted to establish a connection with the origin.")
    with request_scope(account, region):
        for rule in sorted(rules, key=_rule_sort_key):
            if all(_matches(condition, request) for condition in rule["Conditions"]):
                action: Record = rule["Actions"][-1]
                return action
    raise NoOriginError(504, "No listener rule of the load balancer matches.")


def _matches(condition: Record, request: Request) -> bool:
    # CloudFormation stores the values inside the condition's own block, the API beside it.
    block: Record = next((v for k, v in condition.items() if k.endswith("Config") and v), {})
    values = condition.get("Values") or block.get("Values") or []
    return bool(
        _match_condition(
            condition | {"Values": values},
            request.method,
            request.path,
            _lower(request.head),
            request.query,
        )
    )


def _lower(head: Head) -> dict[str, str]:
    return {name.lower(): value for name, value in head.fields}


def _target_group(action: Record) -> str:
    if action.get("Type") != "forward":
        return ""
    groups = (action.get("ForwardConfig") or {}).get("TargetGroups") or [{}]
    return str(action.get("TargetGroupArn") or groups[0].get("TargetGroupArn", ""))
