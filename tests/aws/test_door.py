from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from botocore.utils import parse_timestamp

from solarrally_tui.aws.door import Door, is_reading
from solarrally_tui.aws.errors import AwsError, Kind, kind_of, tolerate
from solarrally_tui.aws.session import moment
from solarrally_tui.simulator.child import Account
from tests.clients import owner


@pytest.fixture
async def door(account: Account, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Door]:
    """The root user's: what is called here is not what the product calls."""
    for name, value in owner(account).environment.items():
        monkeypatch.setenv(name, value)
    async with await Door.open("eu-central-1") as opened:
        yield opened


async def test_a_call_is_made_in_the_home_region_or_the_named_one(door: Door) -> None:
    await door.call("ssm", "put_parameter", Name="/door/here", Value="1", Type="String")
    home = await door.call("ssm", "get_parameter", Name="/door/here")
    assert home["Parameter"]["Value"] == "1"
    with pytest.raises(AwsError) as refused:
        await door.call("ssm", "get_parameter", "us-east-1", Name="/door/here")
    assert refused.value.kind is Kind.NOT_FOUND
    elsewhere = door.with_region("us-east-1")
    assert elsewhere.region == "us-east-1"


async def test_what_is_not_there_is_none_and_other_errors_are_raised(door: Door) -> None:
    assert await door.find("ssm", "get_parameter", Name="/door/nowhere") is None
    with pytest.raises(AwsError) as refused:
        await door.find("ssm", "get_parameter")
    assert refused.value.kind is not Kind.NOT_FOUND


async def test_tolerated_kinds_leave_the_block_and_others_do_not(door: Door) -> None:
    with tolerate(Kind.NOT_FOUND):
        await door.call("ssm", "delete_parameter", Name="/door/nowhere")
        pytest.fail("it was there")
    with pytest.raises(AwsError), tolerate(Kind.EXISTS):
        await door.call("ssm", "delete_parameter", Name="/door/nowhere")


async def test_pages_are_followed_to_the_end(door: Door) -> None:
    for number in range(23):
        await door.call(
            "ssm", "put_parameter", Name=f"/door/pages/{number}", Value="1", Type="String"
        )
    found = await door.pages("ssm", "get_parameters_by_path", "Parameters", Path="/door/pages")
    assert len(found) == 23


async def test_identity_tells_account_and_partition(door: Door) -> None:
    identity = await door.identity()
    assert identity.account.isdecimal()
    assert identity.partition == "aws"


@pytest.fixture
def regions_off(account: Account) -> Iterator[None]:
    """Regions that somebody must switch on are off."""
    scenario = f"{account.endpoint_url}/_solarrally/scenario"
    httpx.post(scenario, json={"scenario": "region-off"}, trust_env=False).raise_for_status()
    yield
    httpx.delete(scenario, trust_env=False).raise_for_status()


async def test_a_region_that_is_switched_off_is_told_from_keys_that_are_not_valid(
    regions_off: None, door: Door
) -> None:
    off = door.with_region("eu-south-1")
    with pytest.raises(AwsError) as called:
        await off.call("ec2", "describe_vpcs")
    with pytest.raises(AwsError) as paged:
        await off.pages("rds", "describe_db_instances", "DBInstances")
    for refused in (called.value, paged.value):
        assert refused.kind is Kind.ACCOUNT
        assert refused.plain.what == "This Region is switched off in the account."
        assert "eu-south-1" in refused.plain.detail
    assert await door.call("ec2", "describe_vpcs")


async def test_a_read_only_door_refuses_to_write_before_it_calls(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in account.environment.items():
        monkeypatch.setenv(name, value)
    async with await Door.open("us-east-1", read_only=True) as reading:
        await reading.call("ec2", "describe_vpcs")
        for narrow in (reading, reading.with_region("eu-west-1")):
            with pytest.raises(AwsError) as refused:
                await narrow.call("s3", "create_bucket", Bucket="never-made")
            assert refused.value.kind is Kind.READ_ONLY
        told = await reading.call("s3", "list_buckets")
    assert "never-made" not in {bucket["Name"] for bucket in told["Buckets"]}


async def test_an_unknown_profile_is_a_matter_of_this_computer(
    monkeypatch: pytest.MonkeyPatch, account: Account
) -> None:
    for name, value in account.environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(AwsError) as refused:
        async with await Door.open(profile="nobody-has-this") as door:
            await door.identity()
    assert refused.value.kind is Kind.LOCAL
    assert "no profile named nobody-has-this" in refused.value.plain.what


@pytest.mark.parametrize(
    ("operation", "reading"),
    [
        ("describe_stacks", True),
        ("list_things", True),
        ("head_object", True),
        ("batch_get_builds", True),
        ("get_session_token", False),
        ("put_object", False),
        ("start_build", False),
        ("delete_stack", False),
        ("create_change_set", False),
        ("assume_role", False),
    ],
)
def test_what_is_not_known_to_read_counts_as_writing(operation: str, reading: bool) -> None:
    assert is_reading(operation) is reading


@pytest.mark.parametrize(
    ("code", "message", "kind"),
    [
        ("ExpiredTokenException", "", Kind.EXPIRED),
        ("RequestLimitExceeded", "", Kind.THROTTLED),
        ("UnauthorizedOperation", "", Kind.DENIED),
        ("ValidationError", "Stack with id x does not exist", Kind.NOT_FOUND),
        ("ValidationError", "Parameters: [A] must have values", Kind.INVALID),
        ("404", "Not Found", Kind.NOT_FOUND),
        ("ResourceNotFoundException", "", Kind.NOT_FOUND),
        ("DBInstanceNotFound", "", Kind.NOT_FOUND),
        ("AlreadyExistsException", "", Kind.EXISTS),
        ("InvalidInput", "Service role name x has been taken in this account", Kind.EXISTS),
        ("AccountLimitExceededException", "", Kind.LIMIT),
        ("Whatever", "", Kind.OTHER),
    ],
)
def test_errors_are_told_apart(code: str, message: str, kind: Kind) -> None:
    assert kind_of(code, message) is kind


@pytest.mark.parametrize(
    "written",
    [
        "2026-01-02T03:04:05Z",
        "2026-01-02T03:04:05.123456Z",
        "2026-01-02T03:04:05.123456789Z",
        "2026-01-02T03:04:05.1+02:00",
        "Wed, 21 Oct 2015 07:28:00 GMT",
        "1700000000",
        1700000000.5,
    ],
)
def test_a_moment_is_read_as_botocore_reads_it(written: str | float) -> None:
    read = moment(written)
    assert read == parse_timestamp(written)
    assert read.tzinfo is not None
