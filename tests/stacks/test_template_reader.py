"""The reader turns YAML with CloudFormation's short forms into the long forms."""

from typing import Any

import pytest

from solarrally_tui.stacks.template import TemplateError, read

CASES = [
    ("!Ref Thing", {"Ref": "Thing"}),
    ("!Condition IsLarge", {"Condition": "IsLarge"}),
    ("!GetAtt Thing.Arn", {"Fn::GetAtt": ["Thing", "Arn"]}),
    ("!GetAtt Thing.Endpoint.Address", {"Fn::GetAtt": ["Thing", "Endpoint.Address"]}),
    ("!GetAtt [Thing, Arn]", {"Fn::GetAtt": ["Thing", "Arn"]}),
    ("!Sub '${Thing}-x'", {"Fn::Sub": "${Thing}-x"}),
    ("!Sub ['${A}', {A: !Ref B}]", {"Fn::Sub": ["${A}", {"A": {"Ref": "B"}}]}),
    (
        "!If [IsLarge, !Ref A, !Ref AWS::NoValue]",
        {"Fn::If": ["IsLarge", {"Ref": "A"}, {"Ref": "AWS::NoValue"}]},
    ),
    ("!Not [!Equals [!Ref A, '']]", {"Fn::Not": [{"Fn::Equals": [{"Ref": "A"}, ""]}]}),
    ("!Select [0, !Cidr [!Ref V, 4, 8]]", {"Fn::Select": [0, {"Fn::Cidr": [{"Ref": "V"}, 4, 8]}]}),
    ("!FindInMap [A, !Ref B, C]", {"Fn::FindInMap": ["A", {"Ref": "B"}, "C"]}),
    ("{Fn::Join: [',', [a, !Ref B]]}", {"Fn::Join": [",", ["a", {"Ref": "B"}]]}),
    ("2012-10-17", "2012-10-17"),
    ("'true'", "true"),
    ("true", True),
    ("8", 8),
]


def value(written: str) -> Any:
    template = read(f"Resources:\n  Thing:\n    Type: T\n    Properties:\n      V: {written}\n")
    return template["Resources"]["Thing"]["Properties"]["V"]


@pytest.mark.parametrize(("written", "long"), CASES)
def test_long_form(written: str, long: Any) -> None:
    assert value(written) == long


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "section Resources"),
        ("[1, 2]", "section Resources"),
        ("Resources: {A: {Type: T}, A: {Type: U}}", "Duplicate keys: A"),
        ("Resources: {A: {Type: !Nonsense x}}", "Nonsense"),
        ("Resources: {A: [", "not readable"),
        ("Resources: {A: !!python/object/apply:os.getcwd []}", "not readable"),
    ],
)
def test_what_is_no_template_is_refused(text: str, words: str) -> None:
    with pytest.raises(TemplateError, match=words):
        read(text)
