"""Read a CloudFormation template, with its short forms turned into long ones."""

import json
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import yaml

Template = dict[str, Any]
"""A template in long form: `!Ref X` has become `{"Ref": "X"}`."""


_ONE_LINE = (",", ": ")


class TemplateError(ValueError):
    """The text is not a CloudFormation template."""


if TYPE_CHECKING:
    from yaml import SafeLoader as _Base
else:
    # The same reader written in C, if PyYAML has it: it takes a tenth of the time.
    _Base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):
    """YAML as CloudFormation reads it: dates stay text, and a duplicate key is an error."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[str, Any]:
    keys = [loader.construct_object(key, deep=True) for key, _ in node.value]
    twice = {key for key in keys if keys.count(key) > 1}
    if twice:
        raise TemplateError(f"Duplicate keys: {', '.join(sorted(map(str, twice)))}.")
    values = [loader.construct_object(value, deep=True) for _, value in node.value]
    return dict(zip(keys, values, strict=True))


def _argument(loader: _Loader, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    untagged = yaml.MappingNode("tag:yaml.org,2002:map", node.value)
    return loader.construct_object(untagged, deep=True)


def _function(name: str) -> Callable[[_Loader, yaml.Node], dict[str, Any]]:
    def construct(loader: _Loader, node: yaml.Node) -> dict[str, Any]:
        return {name: _argument(loader, node)}

    return construct


def _get_att(loader: _Loader, node: yaml.Node) -> dict[str, Any]:
    argument = _argument(loader, node)
    return {"Fn::GetAtt": argument.split(".", 1) if isinstance(argument, str) else argument}


_NAMES = (
    "And",
    "Base64",
    "Cidr",
    "Equals",
    "FindInMap",
    "GetAZs",
    "If",
    "Join",
    "Not",
    "Or",
    "Select",
    "Split",
    "Sub",
)
for _name in _NAMES:
    _Loader.add_constructor(f"!{_name}", _function(f"Fn::{_name}"))
_Loader.add_constructor("!Ref", _function("Ref"))
_Loader.add_constructor("!Condition", _function("Condition"))
_Loader.add_constructor("!GetAtt", _get_att)
_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


@lru_cache(maxsize=32)
def short(text: str) -> str:
    """Return a template without comments and indentation: CloudFormation limits the bytes of one.

    It is JSON behind a line that makes it YAML, so that AWS's SDKs return it as text again. Raises
    TemplateError if the text is not a template.
    """
    return "# From a blueprint of solarrally\n" + json.dumps(read(text), separators=_ONE_LINE)


@lru_cache(maxsize=32)
def read(text: str) -> Template:
    """Return the template in long form. Raises TemplateError if the text is not a template.

    The result is cached and shared: do not change it. Reading takes 50 ms for a large template, and
    an estimate reads ten.
    """
    try:
        template = yaml.load(text, Loader=_Loader)  # noqa: S506, a SafeLoader
    except yaml.YAMLError as error:
        raise TemplateError(f"The template is not readable: {error}") from error
    if not isinstance(template, dict) or not isinstance(template.get("Resources"), dict):
        raise TemplateError("A template must be a mapping with a section Resources.")
    return template
