"""The clock, the critical path, and events that grow while a stack is watched."""

import json
import threading
import time

import pytest

from solarrally_tui.simulator.child import Child
from solarrally_tui.simulator.clock import INSTANT, Clock, parse_speed
from solarrally_tui.simulator.stacks import durations
from tests.simulator.simulator_setup import IsolatedAccount, control


def test_speeds_are_read_as_people_write_them() -> None:
    assert (parse_speed("real"), parse_speed("20"), parse_speed("instant")) == (1.0, 20.0, INSTANT)
    for wrong in ("0", "-1", "soon"):
        with pytest.raises(ValueError, match=r"speed|could not convert"):
            parse_speed(wrong)


def test_a_faster_clock_sleeps_less() -> None:
    began = time.monotonic()
    Clock(1000).sleep_sync(200)
    assert 0.15 < time.monotonic() - began < 100


def test_a_change_of_speed_wakes_sleepers() -> None:
    clock = Clock(1.0)
    sleeper = threading.Thread(target=clock.sleep_sync, args=(600,))
    sleeper.start()
    clock.set_speed(INSTANT)
    sleeper.join(100)
    assert not sleeper.is_alive()


async def test_the_asynchronous_sleep_follows_the_clock() -> None:
    began = time.monotonic()
    await Clock(1000).sleep(200)
    assert 0.15 < time.monotonic() - began < 100


def test_a_stack_takes_its_critical_path() -> None:
    kinds = {"Vpc": "AWS::EC2::VPC", "Subnet": "AWS::EC2::Subnet", "Topic": "AWS::SNS::Topic"}
    timeline = durations.timeline(kinds, {"Vpc": set(), "Subnet": {"Vpc"}, "Topic": set()})
    assert timeline.created == {"Vpc": 12.0, "Subnet": 16.0, "Topic": 4.0}
    assert timeline.deleted["Vpc"] == timeline.deleted["Subnet"] + 4.0


def test_events_grow_one_by_one() -> None:
    child = Child(speed=10)
    try:
        aws = IsolatedAccount(child.start())
        topics = {
            f"T{n}": {"Type": "AWS::SNS::Topic", "DependsOn": [f"T{n - 1}"] if n else []}
            for n in range(3)
        }
        began = time.monotonic()
        cloudformation = aws.client("cloudformation")
        cloudformation.create_stack(
            StackName="slow", TemplateBody=json.dumps({"Resources": topics})
        )
        seen = set()
        while aws.stack("slow")["StackStatus"] == "CREATE_IN_PROGRESS":
            events = cloudformation.describe_stack_events(StackName="slow")["StackEvents"]
            seen.add(len(events))
            time.sleep(0.03)
        assert aws.stack("slow")["StackStatus"] == "CREATE_COMPLETE"
        assert time.monotonic() - began > 0.5
        assert len(seen) >= 3
        assert control(aws.account, "POST", "speed", {"speed": "instant"})[0] == 200
        assert aws.delete_stack("slow") == ("DELETE_COMPLETE", [])
        assert control(aws.account, "POST", "speed", {"speed": "never"})[0] == 400
    finally:
        child.stop()
