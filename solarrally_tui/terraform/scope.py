"""One template as Terraform says it: values, references and conditions as expressions of HCL."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from solarrally_tui.stacks.template import Template as Blueprint
from solarrally_tui.terraform.hcl import (
    NULL,
    Block,
    Call,
    Expression,
    Template,
    Value,
    inline,
    key,
)
from solarrally_tui.terraform.names import snake

_NO_VALUE: Final = {"Ref": "AWS::NoValue"}
_PSEUDO: Final = {
    "AWS::Region": "data.aws_region.current.region",
    "AWS::AccountId": "data.aws_caller_identity.current.account_id",
    "AWS::Partition": "data.aws_partition.current.partition",
    "AWS::URLSuffix": "data.aws_partition.current.dns_suffix",
    "AWS::StackId": "var.stack_id",
}
_PARAMETER_OF_SSM: Final = "AWS::SSM::Parameter::Value<"
_SECRET: Final = re.compile(
    r"\{\{resolve:secretsmanager:(?P<arn>\$\{\w+\})(:SecretString:(?P<key>\w+))?\}\}"
)
_SUBSTITUTE: Final = re.compile(r"\$\{(!?)([^}]+)\}")


class UnsupportedError(ValueError):
    """A template uses something that no row and no function here turns into Terraform."""


@dataclass(frozen=True, slots=True)
class Target:
    """What references to a resource become: its address, and its attribute by CloudFormation's."""

    address: str
    ref: str
    attributes: Mapping[str, str]
    condition: str


@dataclass(frozen=True)
class Scope:
    """The parameters, conditions and resources of one template."""

    blueprint: Blueprint
    targets: Mapping[str, Target]
    data: dict[tuple[str, ...], Block] = field(default_factory=dict)
    """Data sources that values read, by type and name. They are written beside the resources."""

    # --- Values -----------------------------------------------------------------------------------

    def value(self, node: Any) -> Value:
        """Return a property's value for an argument. An argument without one is NULL."""
        if isinstance(node, Mapping):
            function = _function(node)
            if function:
                return self._call(function, node[function])
            values = {name: self.value(below) for name, below in node.items()}
            return {name: value for name, value in values.items() if value is not NULL}
        if isinstance(node, list):
            return self._list(node)
        return node

    def document(self, node: Any) -> Value:
        """Return a value inside a JSON document, in which null would be a value too."""
        if isinstance(node, list):
            items = [self.document(item) for item in node]
            kept = [item for item in items if item is not NULL]
            if not any(_may_be_null(item) for item in node):
                return kept
            return Expression(f"[for item in {inline(kept)} : item if item != null]")
        if not isinstance(node, Mapping):
            return node
        function = _function(node)
        if function == "Fn::If":
            return self._choice(node[function])
        if function:
            return self._text_of_number(node, self._call(function, node[function]))
        plain = {k: self.document(v) for k, v in node.items() if not _may_be_null(v)}
        optional = {k: v for k, v in node.items() if _may_be_null(v)}
        if not optional:
            return plain
        parts = [inline(plain), *(self._optional_key(k, v) for k, v in optional.items())]
        return Expression(f"merge({', '.join(parts)})")

    def policy(self, node: Any) -> Value:
        """Return a policy or another document as JSON text."""
        return node if isinstance(node, str) else Call("jsonencode", self.document(node))

    def text(self, node: Any) -> str:
        """Return a value as an expression in one line."""
        return inline(self.value(node))

    # --- Conditions -------------------------------------------------------------------------------

    def condition(self, node: Any) -> str:
        """Return a condition as an expression."""
        if isinstance(node, str):
            return f"local.{snake(node)}"
        name, argument = next(iter(node.items()))
        if name == "Condition":
            return f"local.{snake(argument)}"
        if name == "Fn::Equals":
            return self._equals(argument, "==")
        if name == "Fn::Not":
            inner = argument[0]
            if isinstance(inner, Mapping) and _function(inner) == "Fn::Equals":
                return self._equals(inner["Fn::Equals"], "!=")
            return f"!{_grouped(self.condition(inner))}"
        if name in ("Fn::And", "Fn::Or"):
            sign = " && " if name == "Fn::And" else " || "
            return sign.join(_grouped(self.condition(part)) for part in argument)
        raise UnsupportedError(f"Condition {name}")

    def _equals(self, pair: list[Any], sign: str) -> str:
        if any(self._is_number(node) for node in pair):
            pair = [_number(node) for node in pair]
        return f"{self.text(pair[0])} {sign} {self.text(pair[1])}"

    def _is_number(self, node: Any) -> bool:
        if not isinstance(node, Mapping) or set(node) != {"Ref"}:
            return False
        declared = self.blueprint.get("Parameters", {}).get(node["Ref"])
        return bool(declared) and declared["Type"] == "Number"

    # --- Functions --------------------------------------------------------------------------------

    def _call(self, name: str, argument: Any) -> Value:
        match name:
            case "Ref":
                return self._ref(argument)
            case "Fn::If":
                return self._if(*argument)
            case "Fn::Sub":
                return self._sub(argument)
            case "Fn::Select":
                return self._select(*argument)
            case "Fn::Base64":
                return Call("base64encode", self.value(argument))
            case "Fn::GetAtt":
                text = self._attribute(argument[0], ".".join(argument[1:]))
            case "Fn::Join" | "Fn::Split":
                function = snake(name.removeprefix("Fn::"))
                text = f"{function}({inline(argument[0])}, {self.text(argument[1])})"
            case _:
                raise UnsupportedError(name)
        return Expression(text)

    def _select(self, index: Any, choices: Any) -> Value:
        if isinstance(choices, Mapping) and "Fn::Cidr" in choices:
            block, _count, bits = choices["Fn::Cidr"]
            whole = self.text(block)
            size = 32 - int(bits)
            return Expression(
                f'cidrsubnet({whole}, {size} - tonumber(split("/", {whole})[1]), {index})'
            )
        return Expression(f"{self.text(choices)}[{index}]")

    def _ref(self, name: str) -> Value:
        if name == "AWS::NoValue":
            return NULL
        if name in _PSEUDO:
            return Expression(_PSEUDO[name])
        declared = self.blueprint.get("Parameters", {}).get(name)
        if declared is None:
            return Expression(self._attribute(name, None))
        if not declared["Type"].startswith(_PARAMETER_OF_SSM):
            return Expression(f"var.{snake(name)}")
        known = ("aws_ssm_parameter", snake(name))
        self.data[known] = Block("data", known, {"name": Expression(f"var.{snake(name)}")})
        return Expression(f"data.aws_ssm_parameter.{snake(name)}.insecure_value")

    def _attribute(self, logical: str, attribute: str | None) -> str:
        target = self.targets.get(logical)
        if target is None:
            raise UnsupportedError(f"reference to {logical}")
        name = target.ref if attribute is None else target.attributes.get(attribute)
        if name is None:
            raise UnsupportedError(f"attribute {attribute} of {logical}")
        name, _, ending = name.partition(":")
        read = f"{target.address}.{name}"
        if target.condition:
            read = f"one({target.address}[*].{name})"
        return f'"${{{read}}}:{ending}"' if ending else read

    def _if(self, condition: str, then: Any, otherwise: Any) -> Value:
        local = f"local.{snake(condition)}"
        chosen, other = self.value(then), self.value(otherwise)
        if chosen is NULL and other is NULL:
            return NULL
        return Expression(f"{local} ? {_operand(chosen)} : {_operand(other)}")

    def _choice(self, argument: Sequence[Any]) -> Value:
        """A choice inside a document. Its two sides may have different types only as JSON text."""
        condition, then, otherwise = argument
        sides = [self.document(then), self.document(otherwise)]
        local = f"local.{snake(condition)}"
        if any(isinstance(side, Mapping | list) for side in sides) and NULL not in sides:
            one, other = (f"jsonencode({inline(side)})" for side in sides)
            return Expression(f"jsondecode({local} ? {one} : {other})")
        return Expression(f"{local} ? {_operand(sides[0])} : {_operand(sides[1])}")

    def _optional_key(self, name: str, node: Any) -> str:
        condition, then, otherwise = node["Fn::If"]
        held = then if otherwise == _NO_VALUE else otherwise
        given = f"{{ {key(name)} = {inline(self.document(held))} }}"
        sides = (given, "{}") if held is then else ("{}", given)
        return f"local.{snake(condition)} ? {sides[0]} : {sides[1]}"

    def _list(self, node: list[Any]) -> Value:
        items = [self.value(item) for item in node]
        kept = [item for item in items if item is not NULL]
        return Call("compact", kept) if any(_may_be_null(item) for item in node) else kept

    def _text_of_number(self, node: Any, value: Value) -> Value:
        """CloudFormation writes numbers of parameters as text into a document."""
        return Expression(f"tostring({inline(value)})") if self._is_number(node) else value

    # --- Text -------------------------------------------------------------------------------------

    def _sub(self, argument: Any) -> Value:
        text, own = (argument, {}) if isinstance(argument, str) else argument
        secret = _SECRET.fullmatch(text)
        if secret:
            return self._secret(secret)
        parts: list[str | Expression] = []
        at = 0
        for found in _SUBSTITUTE.finditer(text):
            parts.append(text[at : found.start()])
            at = found.end()
            literal, name = found.groups()
            parts.append(f"${{{name}}}" if literal else self._named(name, own))
        parts.append(text[at:])
        return Template(tuple(part for part in _joined(parts) if part))

    def _named(self, name: str, own: Mapping[str, Any]) -> Expression:
        if name in own:
            return Expression(self.text(own[name]))
        logical, _, attribute = name.partition(".")
        if attribute:
            return Expression(self._attribute(logical, attribute))
        return Expression(inline(self._ref(name)))

    def _secret(self, found: "re.Match[str]") -> Expression:
        """Read a secret through a data source, as CloudFormation's dynamic reference reads it."""
        name = found["arn"][2:-1]
        target = self.targets.get(name)
        known = ("aws_secretsmanager_secret_version", snake(name))
        read = {"secret_id": self._ref(name)}
        count = f"local.{snake(target.condition)}" if target and target.condition else ""
        if not target:
            count = f'var.{snake(name)} != ""'
        if count:
            read = {"count": Expression(f"{count} ? 1 : 0"), **read}
        self.data[known] = Block("data", known, read)
        address = ".".join(("data", *known))
        text = f"one({address}[*].secret_string)" if count else f"{address}.secret_string"
        return Expression(f'jsondecode({text})["{found["key"]}"]' if found["key"] else text)


def _function(node: Mapping[str, Any]) -> str:
    """Return the name of the function that a node is, or nothing."""
    if len(node) != 1:
        return ""
    name = str(next(iter(node)))
    return name if name == "Ref" or name.startswith("Fn::") else ""


def _may_be_null(node: Any) -> bool:
    return isinstance(node, Mapping) and "Fn::If" in node and _NO_VALUE in node["Fn::If"][1:]


def _number(node: Any) -> Any:
    return int(node) if isinstance(node, str) and node.isdigit() else node


def _grouped(text: str) -> str:
    return f"({text})" if " " in text else text


def _operand(value: Value) -> str:
    text = inline(value)
    return f"({text})" if isinstance(value, Expression) and " ? " in text else text


def _joined(parts: list[str | Expression]) -> list[str | Expression]:
    """Join neighbours that are plain text."""
    joined: list[str | Expression] = []
    for part in parts:
        if joined and isinstance(part, str) and isinstance(joined[-1], str):
            joined[-1] += part
        else:
            joined.append(part)
    return joined
