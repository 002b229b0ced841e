"""Everything that AWS can tag carries the site's tag, which CloudFormation hands down."""

import json
from pathlib import Path
from typing import Any

import pytest

from solarrally_tui.blueprints import CATALOGUE
from solarrally_tui.stacks.template import read

SCHEMAS = Path(__file__).parents[2] / "solarrally_tui/simulator/schemas"
# AWS offers no tags for these: parts and settings of something else, and a few kinds of their own.
# Its schema says nothing of tags, as it is older than the registry; CloudFormation tags it.
OLDER = {"AWS::CodeBuild::Project"}


def types() -> set[str]:
    return {
        body["Type"] for item in CATALOGUE for body in read(item.template())["Resources"].values()
    }


def schema(kind: str) -> dict[str, Any]:
    text = (SCHEMAS / f"{kind.replace('::', '-')}.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


@pytest.mark.parametrize("kind", sorted(types()))
def test_what_aws_can_tag_takes_the_tags_of_its_stack(kind: str) -> None:
    tagging = schema(kind).get("tagging", {})
    if not tagging.get("taggable", kind in OLDER):
        return  # AWS cannot tag it
    # CloudFormation hands a stack's tags to every type whose schema says where they go.
    place = tagging.get("tagProperty", "/properties/Tags").rpartition("/")[2]
    assert place in schema(kind)["properties"]


def test_most_types_can_be_tagged() -> None:
    assert sum(bool(schema(kind).get("tagging", {}).get("taggable")) for kind in types()) > 40
