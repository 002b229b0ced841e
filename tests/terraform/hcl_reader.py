"""Reads and evaluates the part of HCL that an export uses, from its text alone.

Written from HashiCorp's description of the syntax, and independent of what writes it: it knows
nothing of CloudFormation or of the table of types.
"""

import base64
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import Any

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r]+|\#[^\n]*)
      | (?P<heredoc><<(?P<mark>\w+)\n(?P<text>.*?)^\s*(?P=mark)$)
      | (?P<number>\d+(\.\d+)?)
      | (?P<name>[A-Za-z_][\w-]*)
      | (?P<sign>==|!=|>=|<=|&&|\|\||\?|:|[\[\](){}.,=!*+/<>-]|\n)
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    parts: tuple[Any, ...] = ()


@dataclass
class Block:
    type: str
    labels: tuple[str, ...]
    arguments: dict[str, Any] = field(default_factory=dict)
    blocks: list["Block"] = field(default_factory=list)


class Unknown(str):
    """A value that only an apply knows: the address of what it is an attribute of."""

    __slots__ = ()


# --- Tokens ---------------------------------------------------------------------------------------


def tokens(text: str) -> Iterator[Token]:
    at = 0
    while at < len(text):
        if text[at] == '"':
            end, parts = _quoted(text, at + 1)
            yield Token("text", "", tuple(parts))
            at = end
            continue
        found = _TOKEN.match(text, at)
        assert found, f"not HCL: {text[at : at + 60]!r}"
        at = found.end()
        if found["heredoc"] is not None:
            yield Token("text", "", tuple(_parts(found["text"], escapes=False)))
        elif found["number"]:
            yield Token("number", found["number"])
        elif found["name"]:
            yield Token("name", found["name"])
        elif found["sign"]:
            yield Token("sign", found["sign"])


def _quoted(text: str, at: int) -> tuple[int, list[Any]]:
    """The end of a text in quotes, and its parts. Quotes inside an expression are its own."""
    start, depth = at, 0
    while True:
        if text[at] == "\\":
            at += 2
        elif text.startswith("$${", at):
            at += 3
        elif text.startswith("${", at):
            depth, at = depth + 1, at + 2
        elif depth and text[at] == '"':
            at, _ = _quoted(text, at + 1)
        elif depth and text[at] in "{}":
            depth += 1 if text[at] == "{" else -1
            at += 1
        elif text[at] == '"':
            return at + 1, list(_parts(text[start:at], escapes=True))
        else:
            at += 1


def _parts(text: str, *, escapes: bool) -> Iterator[Any]:
    plain, at = "", 0
    while at < len(text):
        if text.startswith(("$${", "%%{"), at):
            plain, at = plain + text[at + 1 : at + 3], at + 3
        elif text.startswith("${", at):
            end = _end_of_expression(text, at + 2)
            yield plain
            yield Parser(text[at + 2 : end]).expression()
            plain, at = "", end + 1
        elif escapes and text[at] == "\\":
            size = 6 if text[at + 1] == "u" else 2
            plain, at = plain + json.loads(f'"{text[at : at + size]}"'), at + size
        else:
            plain, at = plain + text[at], at + 1
    yield plain


def _end_of_expression(text: str, at: int) -> int:
    depth = 0
    while depth or text[at] != "}":
        if text[at] == '"':
            at, _ = _quoted(text, at + 1)
            continue
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        at += 1
    return at


# --- Syntax: expressions become functions of what is known ----------------------------------------

Known = Mapping[str, Any]
Evaluate = Callable[[Known], Any]
_ORDER = ({"||"}, {"&&"}, {"==", "!="}, {">=", "<=", ">", "<"}, {"+", "-"})


class Parser:
    def __init__(self, text: str) -> None:
        self.tokens = [*tokens(text), Token("end", "")]
        self.at = 0

    def peek(self, *signs: str) -> bool:
        token = self.tokens[self.at]
        return token.kind == "sign" and token.text in signs

    def take(self, *signs: str) -> bool:
        if self.peek(*signs):
            self.at += 1
            return True
        return False

    def need(self, sign: str) -> None:
        assert self.take(sign), f"{sign} expected, not {self.tokens[self.at]}"

    def lines(self) -> None:
        while self.take("\n"):
            pass

    def body(self) -> tuple[dict[str, Evaluate], list[Any]]:
        arguments: dict[str, Evaluate] = {}
        blocks = []
        self.lines()
        while self.tokens[self.at].kind == "name":
            name = self.tokens[self.at].text
            self.at += 1
            if self.take("="):
                assert name not in arguments, f"{name} is there twice"
                arguments[name] = self.expression()
            else:
                labels = []
                while self.tokens[self.at].kind == "text":
                    labels.append("".join(self.tokens[self.at].parts))
                    self.at += 1
                self.need("{")
                inside = self.body()
                self.need("}")
                blocks.append((name, tuple(labels), *inside))
            self.lines()
        return arguments, blocks

    def expression(self) -> Evaluate:
        condition = self.binary(0)
        if not self.take("?"):
            return condition
        then = self.expression()
        self.need(":")
        otherwise = self.expression()
        return lambda known: (then if condition(known) else otherwise)(known)

    def binary(self, level: int) -> Evaluate:
        if level == len(_ORDER):
            return self.unary()
        left = self.binary(level + 1)
        while self.peek(*_ORDER[level]):
            sign = self.tokens[self.at].text
            self.at += 1
            left = _operator(sign, left, self.binary(level + 1))
        return left

    def unary(self) -> Evaluate:
        if self.take("!"):
            inner = self.unary()
            return lambda known: not inner(known)
        return self.postfix(self.primary())

    def postfix(self, value: Evaluate) -> Evaluate:
        while self.peek(".", "["):
            if self.take("."):
                name = self.tokens[self.at].text
                self.at += 1
                value = _attribute(value, name)
                continue
            self.need("[")
            if self.take("*"):
                self.need("]")
                self.need(".")
                name = self.tokens[self.at].text
                self.at += 1
                value = _splat(value, name)
            else:
                index = self.expression()
                self.need("]")
                value = _index(value, index)
        return value

    def primary(self) -> Evaluate:
        token = self.tokens[self.at]
        self.at += 1
        if token.kind == "number":
            number = float(token.text) if "." in token.text else int(token.text)
            return lambda _: number
        if token.kind == "text":
            return _text(token.parts)
        if token.kind == "name":
            return self.named(token.text)
        if token.text == "(":
            inner = self.expression()
            self.need(")")
            return inner
        if token.text == "[":
            return self.sequence()
        assert token.text == "{", f"no expression: {token}"
        return self.object()

    def named(self, name: str) -> Evaluate:
        if name in ("true", "false", "null"):
            constant = {"true": True, "false": False, "null": None}[name]
            return lambda _: constant
        if not self.take("("):
            return lambda known: known[name] if name in known else Unknown(name)
        given = []
        while not self.take(")"):
            self.lines()
            given.append(self.expression())
            self.lines()
            self.take(",")
            self.lines()
        return lambda known: FUNCTIONS[name](*(argument(known) for argument in given))

    def sequence(self) -> Evaluate:
        self.lines()
        if self.tokens[self.at].text == "for":
            return self.loop()
        items = []
        while not self.take("]"):
            items.append(self.expression())
            self.lines()
            self.take(",")
            self.lines()
        return lambda known: [item(known) for item in items]

    def loop(self) -> Evaluate:
        self.at += 1
        name = self.tokens[self.at].text
        self.at += 2  # the name, and the word in
        over = self.expression()
        self.need(":")
        value = self.expression()
        assert self.tokens[self.at].text == "if"
        self.at += 1
        kept = self.expression()
        self.need("]")
        return lambda known: [
            value({**known, name: item}) for item in over(known) if kept({**known, name: item})
        ]

    def object(self) -> Evaluate:
        fields: dict[str, Evaluate] = {}
        self.lines()
        while not self.take("}"):
            token = self.tokens[self.at]
            self.at += 1
            name = token.text if token.kind == "name" else "".join(token.parts)
            self.need("=")
            fields[name] = self.expression()
            self.take(",")
            self.lines()
        return lambda known: {name: value(known) for name, value in fields.items()}


def _operator(sign: str, left: Evaluate, right: Evaluate) -> Evaluate:
    does: dict[str, Callable[[Known], Any]] = {
        "||": lambda known: left(known) or right(known),
        "&&": lambda known: left(known) and right(known),
        "==": lambda known: left(known) == right(known),
        "!=": lambda known: left(known) != right(known),
        ">=": lambda known: left(known) >= right(known),
        "<=": lambda known: left(known) <= right(known),
        "-": lambda known: left(known) - right(known),
        "+": lambda known: left(known) + right(known),
    }
    return does[sign]


def _attribute(value: Evaluate, name: str) -> Evaluate:
    def read(known: Known) -> Any:
        held = value(known)
        return Unknown(f"{held}.{name}") if isinstance(held, Unknown) else held[name]

    return read


def _splat(value: Evaluate, name: str) -> Evaluate:
    """All of a resource with a count: here the one that there may be."""

    def read(known: Known) -> Any:
        held = value(known)
        return [Unknown(f"{held}.{name}")] if str(held) in known["exists"] else []

    return read


def _index(value: Evaluate, index: Evaluate) -> Evaluate:
    def read(known: Known) -> Any:
        held, at = value(known), index(known)
        return held if isinstance(held, Unknown) else held[at]

    return read


def _text(parts: tuple[Any, ...]) -> Evaluate:
    def read(known: Known) -> Any:
        values = [part if isinstance(part, str) else part(known) for part in parts]
        return "".join(as_text(value) for value in values)

    return read


def as_text(value: Any) -> str:
    if isinstance(value, Unknown):
        return f"<{value}>"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _cidr(block: str, bits: int, number: int) -> str:
    return str(list(ip_network(block).subnets(int(bits)))[int(number)])


def _split(sign: str, text: str) -> Any:
    return text if isinstance(text, Unknown) else text.split(sign)


def _same(value: Any) -> Any:
    return value


def _decoded(text: Any) -> Any:
    return text if isinstance(text, Unknown) else json.loads(text)


def _told(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _told(below) for name, below in value.items()}
    if isinstance(value, list):
        return [_told(item) for item in value]
    return as_text(value) if isinstance(value, Unknown) else value


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "base64encode": lambda text: base64.b64encode(text.encode()).decode(),
    "cidrsubnet": _cidr,
    "compact": lambda items: [item for item in items if item],
    "contains": lambda items, item: item in items,
    "can": lambda value: value is not None,
    "join": lambda sign, items: (
        items if isinstance(items, Unknown) else sign.join(map(as_text, items))
    ),
    "jsondecode": _decoded,
    "jsonencode": lambda value: json.dumps(_told(value), sort_keys=True),
    "length": len,
    "lookup": lambda given, name, default: given.get(name, default),
    "merge": lambda *given: {name: value for each in given for name, value in each.items()},
    "one": lambda items: items[0] if items else None,
    "regex": re.search,
    "split": _split,
    "tolist": _same,
    "tonumber": int,
    "tostring": as_text,
}


# --- Modules --------------------------------------------------------------------------------------


def evaluated(text: str, variables: Mapping[str, Any], data: Mapping[str, Any]) -> list[Block]:
    """The blocks of a module's files together, with every value that is known before an apply."""
    _, blocks = Parser(text).body()
    known: dict[str, Any] = {
        "var": dict(variables),
        "data": {k: dict(v) for k, v in data.items()},
        "exists": set(),
        "local": {},
    }
    for name, _, arguments, _ in blocks:
        if name == "locals":
            for local, value in arguments.items():
                known["local"][local] = value(known)
    for name, labels, arguments, _ in blocks:
        if name == "data":
            known["data"].setdefault(labels[0], {}).setdefault(labels[1], Unknown(".".join(labels)))
        if name in ("resource", "data") and ("count" not in arguments or arguments["count"](known)):
            known["exists"].add(".".join(labels if name == "resource" else ("data", *labels)))
    made = []
    for name, labels, arguments, inside in blocks:
        address = ".".join(labels if name == "resource" else (name, *labels))
        if name != "resource" or address in known["exists"]:
            made.append(_block(name, labels, arguments, inside, known))
    return made


def _block(
    name: str,
    labels: tuple[str, ...],
    arguments: Mapping[str, Evaluate],
    inside: list[Any],
    known: Known,
) -> Block:
    made = Block(name, labels)
    if name != "variable":
        made.arguments = {key: value(known) for key, value in arguments.items()}
    for below in inside if name != "variable" else ():
        if below[0] == "dynamic":
            ((_, _, content, deeper),) = below[3]
            for _ in below[2]["for_each"](known):
                made.blocks.append(_block(below[1][0], (), content, deeper, known))
        else:
            made.blocks.append(_block(*below, known))
    return made
