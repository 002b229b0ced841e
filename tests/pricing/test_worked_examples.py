"""Worked examples of the project's first plan, by the estimate on the same quantities."""

from decimal import Decimal
from typing import Any

import pytest

from solarrally_tui.pricing.estimate import Estimate, estimate
from solarrally_tui.pricing.metering.assumptions import DEFAULTS
from tests.pricing.test_bills import of_tier

SMALL = {"min_tasks": 1, "max_tasks": 1, "database_max_storage_gib": 200}


def priced(
    region: str = "us-east-1", assume: dict[str, str] | None = None, **size: Any
) -> Estimate:
    site = of_tier("small", region, size=SMALL | size)
    return estimate(site, DEFAULTS.replaced({"connection_events": "0"} | (assume or {})))


def of(cost: Estimate, *services: str, item: str = "") -> Decimal:
    found = (line for line in cost.lines if line.service in services and item in line.item)
    return sum((line.monthly for line in found), Decimal(0))


def about(amount: str) -> Any:
    return pytest.approx(Decimal(amount), rel=Decimal("0.002"), abs=Decimal("0.006"))


@pytest.mark.parametrize(
    ("chargers", "interval", "at_most_once", "at_least_once"),
    [
        (1, 5, "1.06", "1.58"),
        (1, 10, "0.53", "0.80"),
        (10, 5, "10.55", "15.81"),
        (10, 10, "5.29", "7.92"),
        (100, 5, "105.47", "158.03"),
        (100, 10, "52.91", "79.19"),
        (500, 10, "264.56", "395.96"),
    ],
)
def test_telemetry(chargers: int, interval: int, at_most_once: str, at_least_once: str) -> None:
    """One subscriber. With QoS 1 it acknowledges each message, and AWS bills that too."""
    size = {"chargers": chargers, "interval_seconds": interval}
    assert telemetry(priced(**size)) == about(at_most_once)
    assert telemetry(priced(assume={"acknowledged_share": "1"}, **size)) == about(at_least_once)


def telemetry(cost: Estimate) -> Decimal:
    """AWS IoT without the fleet index, which was not in use when these were worked out."""
    return of(cost, "AWSIoT") - of(cost, "AWSIoT", item="Fleet index")


@pytest.mark.parametrize(
    ("cpu", "memory", "arm", "x86"),
    [
        (2048, 4096, "57.67", "72.08"),
        (1024, 2048, "28.84", "36.04"),
        (512, 1024, "14.42", "18.02"),
        (256, 512, "7.21", "9.01"),
    ],
)
def test_tasks(cpu: int, memory: int, arm: str, x86: str) -> None:
    for architecture, amount in (("arm64", arm), ("x86_64", x86)):
        cost = priced(task_cpu=cpu, task_memory=memory, architecture=architecture)
        assert of(cost, "AmazonECS") == about(amount)


@pytest.mark.parametrize(
    ("cpu", "memory", "architecture", "on_spot"),
    [
        (2048, 4096, "x86_64", "22.95"),
        (2048, 4096, "arm64", "18.36"),
        (512, 1024, "arm64", "4.59"),
    ],
)
def test_a_task_on_spot(cpu: int, memory: int, architecture: str, on_spot: str) -> None:
    size = {"task_cpu": cpu, "task_memory": memory, "architecture": architecture}
    one = of(priced(**size), "AmazonECS")
    two = of(priced(**size | {"min_tasks": 2, "max_tasks": 2, "fargate_spot": True}), "AmazonECS")
    assert two - one == about(on_spot)


@pytest.mark.parametrize(
    ("name", "single", "multi"),
    [
        ("t3.micro", "13.14", "26.28"),
        ("t3.small", "26.28", "52.56"),
        ("t3.medium", "52.56", "105.85"),
        ("t4g.micro", "11.68", "23.36"),
        ("t4g.small", "23.36", "47.45"),
        ("t4g.medium", "47.45", "94.17"),
        ("m7g.large", "122.64", "246.01"),
    ],
)
def test_databases(name: str, single: str, multi: str) -> None:
    for multi_az, amount in ((False, single), (True, multi)):
        cost = priced(database_class=f"db.{name}", multi_az=multi_az)
        assert of(cost, "AmazonRDS", item="PostgreSQL") == about(amount)


@pytest.mark.parametrize(
    ("egress", "monthly"),
    [
        ("public-tasks", "3.65"),
        ("nat-instance", "7.04"),  # 7.36 with a disk of 8 GB; ours has 4
        ("nat-single", "36.50"),
        ("nat-per-az", "73.00"),
    ],
)
def test_ways_out(egress: str, monthly: str) -> None:
    """What they cost without traffic."""
    lines = [line for line in priced(egress=egress).lines if line.kind == "fixed"]
    ways = [line.monthly for line in lines if line.service in {"AmazonEC2", "AmazonVPC"}]
    assert sum(ways) == about(monthly)


def test_endpoints() -> None:
    endpoints = priced(interface_endpoints=True)
    assert of(endpoints, "AmazonVPC", item="endpoint hour") == about("58.40")  # four, two zones
