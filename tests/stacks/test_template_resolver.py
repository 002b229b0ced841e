"""The resolver fills in what is known and leaves references to resources alone."""

import ipaddress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solarrally_tui.stacks.functions import ResolveError
from solarrally_tui.stacks.resolver import references, resolve

PSEUDO = {"AWS::Region": "eu-central-1", "AWS::AccountId": "123456789012"}
PARAMETERS: dict[str, dict[str, Any]] = {
    "Name": {"Type": "String"},
    "Count": {"Type": "Number", "Default": 2},
    "Zones": {"Type": "List<AWS::EC2::AvailabilityZone::Name>", "Default": "a, b"},
    "Mode": {"Type": "String", "Default": "off", "AllowedValues": ["off", "on"]},
}
CONDITIONS = {
    "IsOn": {"Fn::Equals": [{"Ref": "Mode"}, "on"]},
    "IsOff": {"Fn::Not": [{"Condition": "IsOn"}]},
    "IsBoth": {"Fn::And": [{"Condition": "IsOn"}, {"Condition": "IsOff"}]},
    "IsEither": {"Fn::Or": [{"Condition": "IsOn"}, {"Condition": "IsOff"}]},
}
NO_VALUE = {"Ref": "AWS::NoValue"}
OTHER = {"Ref": "Other"}
TABLE = [
    ({"Ref": "Name"}, "site"),
    ({"Ref": "Count"}, "2"),
    ({"Ref": "Zones"}, ["a", "b"]),
    ({"Ref": "AWS::Region"}, "eu-central-1"),
    (OTHER, OTHER),
    ({"Fn::GetAtt": ["Other", "Arn"]}, {"Fn::GetAtt": ["Other", "Arn"]}),
    ({"Fn::Sub": "x-${Name}-${AWS::Region}"}, "x-site-eu-central-1"),
    ({"Fn::Sub": "${Name}-${Other.Arn}"}, {"Fn::Sub": "site-${Other.Arn}"}),
    ({"Fn::Sub": "${!Literal}-${Name}"}, "${Literal}-site"),
    ({"Fn::Sub": "${!Literal}-${Other}"}, {"Fn::Sub": "${!Literal}-${Other}"}),
    ({"Fn::Sub": ["${A}-${Name}", {"A": {"Ref": "Count"}}]}, "2-site"),
    ({"Fn::Sub": ["${A}-${Name}", {"A": OTHER}]}, {"Fn::Sub": ["${A}-site", {"A": OTHER}]}),
    ({"Fn::Join": ["-", ["a", {"Ref": "Name"}, True]]}, "a-site-true"),
    ({"Fn::Join": [",", {"Ref": "Zones"}]}, "a,b"),
    ({"Fn::Join": ["-", ["a", OTHER]]}, {"Fn::Join": ["-", ["a", OTHER]]}),
    ({"Fn::Select": ["1", {"Ref": "Zones"}]}, "b"),
    ({"Fn::Select": [0, [OTHER, "x"]]}, OTHER),
    ({"Fn::Select": [0, {"Fn::GetAZs": ""}]}, {"Fn::Select": [0, {"Fn::GetAZs": ""}]}),
    ({"Fn::Split": ["@", "app@sha256"]}, ["app", "sha256"]),
    ({"Fn::Cidr": ["10.0.0.0/16", 2, 12]}, ["10.0.0.0/20", "10.0.16.0/20"]),
    ({"Fn::FindInMap": ["Sizes", {"Ref": "Mode"}, "cpu"]}, 256),
    ({"Fn::If": ["IsOn", "yes", {"Ref": "Name"}]}, "site"),
    ({"Fn::If": ["IsBoth", 1, {"Fn::If": ["IsEither", 2, 3]}]}, 2),
    (["a", {"Fn::If": ["IsOn", "b", NO_VALUE]}, "c"], ["a", "c"]),
    ({"A": NO_VALUE, "B": {"C": {"Fn::If": ["IsOn", 1, NO_VALUE]}}}, {"B": {}}),
]


def template(properties: Any, **more: Any) -> dict[str, Any]:
    return {
        "Parameters": PARAMETERS,
        "Mappings": {"Sizes": {"off": {"cpu": 256}}},
        "Conditions": CONDITIONS,
        "Resources": {
            "Other": {"Type": "T"},
            "Thing": {"Type": "T", "Properties": {"V": properties}},
            **more,
        },
    }


def resolved(properties: Any, **more: Any) -> dict[str, Any]:
    return resolve(template(properties, **more), {"Name": "site"}, PSEUDO)


@pytest.mark.parametrize(("written", "known"), TABLE)
def test_a_value(written: Any, known: Any) -> None:
    assert resolved(written)["Resources"]["Thing"]["Properties"]["V"] == known


def test_the_template_itself_is_left_as_it_was() -> None:
    written = template({"Fn::Sub": "${Name}"}, Off={"Type": "T", "Condition": "IsOn"})
    before = repr(written)
    resolve(written, {"Name": "site"}, PSEUDO)
    assert repr(written) == before


def test_a_resource_goes_with_its_condition_and_out_of_dependencies() -> None:
    stack = resolved(
        1,
        Off={"Type": "T", "Condition": "IsOn"},
        On={"Type": "T", "Condition": "IsOff", "DependsOn": ["Off", "Other"]},
        Alone={"Type": "T", "DependsOn": "Off"},
    )["Resources"]
    assert "Off" not in stack
    assert stack["On"] == {"Type": "T", "DependsOn": ["Other"]}
    assert stack["Alone"] == {"Type": "T"}


def test_outputs_follow_their_conditions() -> None:
    written = template(1) | {
        "Outputs": {
            "Arn": {"Value": {"Fn::GetAtt": ["Other", "Arn"]}},
            "Off": {"Condition": "IsOn", "Value": "x"},
        }
    }
    outputs = resolve(written, {"Name": "site"}, PSEUDO)["Outputs"]
    assert outputs == {"Arn": {"Value": {"Fn::GetAtt": ["Other", "Arn"]}}}


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ({"Ref": "Nowhere"}, "Nowhere"),
        ({"Fn::GetAtt": ["Off", "Arn"]}, "Off"),
        ({"Fn::Sub": "${Off.Arn}"}, "Off"),
        ({"Fn::If": ["IsNot", 1, 2]}, "IsNot"),
        ({"Fn::Select": [5, ["a"]]}, "item 5 of 1"),
        ({"Fn::FindInMap": ["Sizes", "huge", "cpu"]}, "no entry huge.cpu"),
    ],
)
def test_what_cannot_be_deployed_is_refused(written: Any, words: str) -> None:
    with pytest.raises(ResolveError, match=words):
        resolved(written, Off={"Type": "T", "Condition": "IsOn"})


@pytest.mark.parametrize("parameters", [{}, {"Name": "site", "Unheard": "of"}])
def test_missing_and_unknown_parameters_are_refused(parameters: dict[str, str]) -> None:
    with pytest.raises(ResolveError, match=r"Name|Unheard"):
        resolve(template(1), parameters, PSEUDO)


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("abc", min_size=1), inner),
    max_leaves=12,
)


@given(plain)
def test_what_has_no_function_in_it_stays_as_it_is(value: Any) -> None:
    assert resolved(value)["Resources"]["Thing"]["Properties"]["V"] == value
    assert not list(references(value))


@given(st.integers(0, 255), st.integers(1, 16), st.integers(4, 12))
def test_cidr_cuts_equal_parts_that_do_not_overlap(second: int, count: int, bits: int) -> None:
    block = f"10.{second}.0.0/16"
    cut = resolved({"Fn::Cidr": [block, count, bits]})["Resources"]["Thing"]["Properties"]["V"]
    networks = [ipaddress.ip_network(part) for part in cut]
    assert len(set(networks)) == count
    assert {network.prefixlen for network in networks} == {32 - bits}
    assert all(network.subnet_of(ipaddress.ip_network(block)) for network in networks)
