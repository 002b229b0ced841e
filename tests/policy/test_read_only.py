"""--read-only, over every operation that the product uses: the door refuses all that write."""

from functools import cache

import pytest

from solarrally_tui.aws.door import Door, is_reading
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.policy import calls
from solarrally_tui.policy.authorization import UnknownActionError, action
from solarrally_tui.simulator.child import Account
from tests.policy.policy_setup import calls_in


@cache
def used() -> list[tuple[str, str]]:
    """Every operation that the product calls; walking its source takes a second."""
    return sorted(calls_in("solarrally_tui", "screens"))


def by_aws(pair: tuple[str, str]) -> bool | None:
    """Whether AWS's authorization reference calls an operation reading; None where it is silent."""
    try:
        return all(action(name).only_reads for name in calls.actions_of(*pair))
    except UnknownActionError:
        return None


def test_the_door_calls_writing_what_aws_calls_writing() -> None:
    assert len(used()) > 100
    assert [pair for pair in used() if by_aws(pair) not in {is_reading(pair[1]), None}] == []


def test_the_reference_knows_the_operations_of_the_engine() -> None:
    assert None not in {by_aws(pair) for pair in calls.pairs(calls.ENGINE)}
    assert len([pair for pair in used() if not is_reading(pair[1])]) > 50


async def test_a_read_only_door_refuses_every_writing_call_and_passes_every_reading_one(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in account.environment.items():
        monkeypatch.setenv(name, value)
    async with await Door.open("us-east-1", read_only=True) as door:
        for service, operation in used():
            for way in (door.call, door.with_region("eu-west-1").call):
                kind = await kind_of_answer(way, service, operation)
                assert (kind is Kind.READ_ONLY) is not is_reading(operation), (service, operation)
            if not is_reading(operation):
                with pytest.raises(AwsError) as refused:
                    await door.pages(service, operation, "Anything")
                assert refused.value.kind is Kind.READ_ONLY


async def kind_of_answer(way: object, service: str, operation: str) -> Kind | None:
    try:
        await way(service, operation)  # type: ignore[operator]
    except AwsError as error:
        return error.kind
    return None
