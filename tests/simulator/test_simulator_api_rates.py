"""How fast AWS IoT's control plane may be called."""

import pytest

from solarrally_tui.simulator.calls import Call
from solarrally_tui.simulator.clock import Clock
from solarrally_tui.simulator.iot.api_rates import A_SECOND, CODES, ApiRates


class Time(Clock):
    """A clock that stands until it is moved."""

    moment = 0.0

    def now(self) -> float:
        return self.moment


def call(operation: str, region: str = "us-east-1", service: str = "iot") -> Call:
    return Call(service, operation, "", "123456789012", region, "POST", "/", "", b"")


def taken(rates: ApiRates, number: int, operation: str, region: str = "us-east-1") -> int:
    return sum(rates.refusal(call(operation, region)) is None for _ in range(number))


@pytest.mark.parametrize("operation", ["CreateCertificateFromCsr", "CreateThing", "DescribeThing"])
def test_calls_beyond_the_rate_are_throttled(operation: str) -> None:
    clock = Time()
    rates, rate = ApiRates(clock), int(A_SECOND[operation])
    assert taken(rates, rate + 5, operation) == rate
    refused = rates.refusal(call(operation))
    assert refused
    assert (refused.code, refused.status) == ("ThrottlingException", 429)
    clock.moment = 2 / rate
    assert taken(rates, 5, operation) == 2
    clock.moment = 3600.0
    assert taken(rates, 1000, operation) == rate, "a quiet hour saves one second's worth"


def test_operations_regions_and_other_services_have_rates_of_their_own() -> None:
    rates = ApiRates(Time())
    assert taken(rates, 20, "AttachPolicy") == 15
    assert taken(rates, 20, "AttachPolicy", "eu-west-1") == 15
    assert taken(rates, 20, "CreateCertificateFromCsr") == 15
    assert rates.refusal(call("AttachPolicy", service="iam")) is None


def test_where_nothing_waits_nothing_is_limited() -> None:
    clock = Time(float("inf"))
    assert taken(ApiRates(clock), 500, "AttachPolicy") == 500


def test_every_quota_code_is_of_a_limited_operation() -> None:
    assert CODES.keys() <= A_SECOND.keys()
    assert len(set(CODES.values())) == len(CODES)
