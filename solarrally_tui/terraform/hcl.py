"""HashiCorp's configuration language: values and blocks, as `terraform fmt` writes them."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class Expression:
    """HCL that is evaluated, as it stands in a file."""

    text: str


NULL: Final = Expression("null")
"""What stands for an argument that is not given."""

Value = Any
"""Text, numbers, booleans, lists and mappings of values, and expressions."""


@dataclass(frozen=True, slots=True)
class Template:
    """Text with expressions in it."""

    parts: tuple[str | Expression, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function of one argument, which may take several lines."""

    name: str
    argument: "Value"


@dataclass(frozen=True, slots=True)
class Block:
    """A block: its type and labels, its arguments, and the blocks in it, in this order."""

    type: str
    labels: tuple[str, ...] = ()
    arguments: Mapping[str, Value] = field(default_factory=dict)
    blocks: Sequence["Block"] = ()
    comment: str = ""


def document(blocks: Sequence[Block]) -> str:
    """Return the text of a file."""
    return "\n".join("\n".join(_block(block, "")) + "\n" for block in blocks)


def quoted(text: str) -> str:
    """Return text as a literal in quotes, in which nothing is evaluated."""
    return json.dumps(_plain(text), ensure_ascii=False)


def text(value: "str | Template") -> str:
    """Return text in quotes, with its expressions in it."""
    parts = value.parts if isinstance(value, Template) else (value,)
    shown = (
        f"${{{part.text}}}" if isinstance(part, Expression) else quoted(part)[1:-1]
        for part in parts
    )
    return f'"{"".join(shown)}"'


def inline(value: Value) -> str:
    """Return a value as an expression in one line."""
    if isinstance(value, Expression):
        return value.text
    if isinstance(value, Call):
        return f"{value.name}({inline(value.argument)})"
    if isinstance(value, str | Template):
        return text(value)
    if isinstance(value, Mapping):
        if not value:
            return "{}"
        return "{ " + ", ".join(f"{key(k)} = {inline(v)}" for k, v in value.items()) + " }"
    if isinstance(value, Sequence):
        return "[" + ", ".join(inline(item) for item in value) + "]"
    return json.dumps(value)


def key(name: str) -> str:
    """Return a key of an object: as it is where it is an identifier, else in quotes."""
    return name if _NAME.fullmatch(name) else quoted(name)


def _plain(text: str) -> str:
    return text.replace("${", "$${").replace("%{", "%%{")


def _block(block: Block, indent: str) -> Iterator[str]:
    yield from (f"{indent}# {line}".rstrip() for line in block.comment.splitlines())
    head = " ".join([block.type, *(quoted(label) for label in block.labels)])
    if not block.arguments and not block.blocks:
        yield f"{indent}{head} {{}}"
        return
    yield f"{indent}{head} {{"
    inner = indent + "  "
    yield from _arguments(block.arguments, inner, " = ")
    for at, below in enumerate(block.blocks):
        if at or block.arguments:
            yield ""
        yield from _block(below, inner)
    yield f"{indent}}}"


def _arguments(arguments: Mapping[str, Value], indent: str, equals: str) -> Iterator[str]:
    """Lines of arguments: neighbours of one line have their equals signs below each other."""
    written = [(key(name), _lines(value, indent)) for name, value in arguments.items()]
    at = 0
    while at < len(written):
        end = at
        while end < len(written) and _is_aligned(written[end][1]):
            end += 1
        width = max((len(name) for name, _ in written[at:end]), default=0)
        for name, (first, *others) in written[at:end]:
            yield f"{indent}{name:{width}}{equals}{first}"
            yield from others
        for name, (first, *others) in written[end : end + 1]:
            yield f"{indent}{name}{equals}{first}"
            yield from others
        at = end + 1


def _is_aligned(lines: list[str]) -> bool:
    return len(lines) == 1 or lines[0].startswith("<<")


_LONG: Final = 90
_END: Final = "EOT"


def _lines(value: Value, indent: str) -> list[str]:
    """Lines of a value: the first goes behind the equals sign, the others are indented."""
    if isinstance(value, str | Template) and _is_document(value):
        return _heredoc(value)
    if isinstance(value, Call) and len(indent) + len(inline(value)) > _LONG:
        first, *others = _lines(value.argument, indent)
        return _closed([f"{value.name}({first}", *others], ")", indent)
    inner = indent + "  "
    if isinstance(value, Mapping) and value:
        return ["{", *_arguments(value, inner, " = "), indent + "}"]
    one = inline(value)
    if not isinstance(value, list | tuple) or len(indent) + len(one) <= _LONG:
        return [one]
    return ["[", *(line for item in value for line in _item(item, inner)), indent + "]"]


def _item(value: Value, indent: str) -> list[str]:
    first, *others = _lines(value, indent)
    return _closed([indent + first, *others], ",", indent)


def _closed(lines: list[str], end: str, indent: str) -> list[str]:
    if lines[-1] == _END:  # the end of a document stands alone in its line
        return [*lines, indent + end]
    return [*lines[:-1], lines[-1] + end]


def _is_document(value: "str | Template") -> bool:
    """Whether text is lines that a person would rather read as lines."""
    parts = value.parts if isinstance(value, Template) else (value,)
    plain = "".join(part for part in parts if isinstance(part, str))
    return plain.count("\n") > 1 and plain.endswith("\n")


def _heredoc(value: "str | Template") -> list[str]:
    parts = value.parts if isinstance(value, Template) else (value,)
    shown = "".join(f"${{{p.text}}}" if isinstance(p, Expression) else _plain(p) for p in parts)
    return [f"<<{_END}", *shown.split("\n")[:-1], _END]
