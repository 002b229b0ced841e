"""The NAT instance: what it is told to do at its start, and who sends what through it."""

import subprocess
from typing import Any

from tests.blueprints.blueprint_setup import deployed, example
from tests.blueprints.option_sets import NAMES, site, values


def network(**size: Any) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = deployed(
        example("small", {"size": {"egress": "nat-instance"} | size})
    )["network"]["Resources"]
    return found


def test_private_subnets_of_every_zone_go_through_it() -> None:
    routes = [
        each["Properties"]
        for each in network(zones=3).values()
        if each["Type"] == "AWS::EC2::Route" and "GatewayId" not in each["Properties"]
    ]
    assert len(routes) == 3
    for route in routes:
        assert route["InstanceId"] == {"Ref": "NatInstance"}
        assert "NatGatewayId" not in route
        assert route["DestinationCidrBlock"] == "0.0.0.0/0"


def test_there_is_no_gateway_beside_it_and_no_instance_beside_a_gateway() -> None:
    ways = {
        way: {
            each["Type"]
            for each in deployed(site(dict.fromkeys(NAMES, 0) | {"egress": number}))["network"][
                "Resources"
            ].values()
        }
        & {"AWS::EC2::NatGateway", "AWS::EC2::Instance"}
        for number, way in enumerate(values("egress"))
    }
    assert ways == {
        "public-tasks": set(),
        "nat-instance": {"AWS::EC2::Instance"},
        "nat-single": {"AWS::EC2::NatGateway"},
        "nat-per-az": {"AWS::EC2::NatGateway"},
    }


def test_it_passes_on_what_is_not_for_itself_and_hides_its_own_credentials() -> None:
    properties = network()["NatInstance"]["Properties"]
    assert properties["SourceDestCheck"] is False
    assert properties["MetadataOptions"]["HttpTokens"] == "required"
    assert "IamInstanceProfile" not in properties
    assert all(disk["Ebs"]["Encrypted"] for disk in properties["BlockDeviceMappings"])


def test_it_takes_in_only_what_tasks_send() -> None:
    rules = network()["NatSecurityGroup"]["Properties"]
    for direction in ("SecurityGroupIngress", "SecurityGroupEgress"):
        assert {(r["FromPort"], r["ToPort"]) for r in rules[direction]} == {
            (443, 443),
            (8883, 8883),
        }
    assert {rule["CidrIp"] for rule in rules["SecurityGroupIngress"]} == {"10.42.0.0/16"}


def test_its_script_is_one_that_bash_can_read() -> None:
    script = network()["NatInstance"]["Properties"]["UserData"]["Fn::Base64"]
    assert script.startswith("#!/bin/bash\n")
    assert "\nRULES\n" in script
    ended = subprocess.run(
        ["bash", "-n"], input=script, text=True, capture_output=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "masquerade" in script
    assert "ip_forward = 1" in script
