"""Write what is made from the code: examples, the support role, logical ids, tables, the map.

Usage: python tools/generate.py [NAME]..., with the names in PARTS below

Without a name all of them. A test compares each with the code and names this tool.
"""

import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import cause_document
import failure_document
import map as rooms
import price_document
import site_picture
import status_table
import telemetry_document
import unproven_document

from solarrally_tui.blueprints import CATALOGUE
from solarrally_tui.policy import support
from solarrally_tui.policy.document import Statement
from solarrally_tui.policy.scope import Scope
from solarrally_tui.site.files import dumps, from_answers
from solarrally_tui.stacks.template import read

ROOT: Final = Path(__file__).parents[1]
EXAMPLES: Final = ROOT / "examples"
LOGICAL_IDS: Final = ROOT / "tests" / "blueprints" / "logical_ids.txt"
GOVERNANCE: Final = ROOT / "blueprints" / "governance" / "template.yaml"
MARKS: Final = ("Begin of", "End of")
INDENT: Final = " " * 14
REGIONS: Final = {"small": "us-east-1", "medium": "eu-central-1", "large": "us-east-1"}
"""The examples by tier, and where each is."""


def example(tier: str) -> str:
    """Return an example's text: what the tier answers, with every answer spelt out."""
    answers = {"name": tier, "region": REGIONS[tier], "tier": tier}
    return dumps(from_answers(answers | {"alerts": {"email": "ops@example.com"}}))


def logical_ids(recorded: set[str]) -> list[str]:
    """Return the ids on record and those of the templates.

    An id that left a template stays on record and so fails the test: CloudFormation deletes what is
    renamed, so only a person may take a line out.
    """
    written = {
        f"{item.id} {name} {resource['Type']}"
        for item in CATALOGUE
        for name, resource in read(item.template())["Resources"].items()
    }
    return sorted(recorded | written)


def support_statements() -> list[Statement]:
    """Return the statements of `solarrally policy support` with CloudFormation's parameters."""
    scope = Scope("${SiteName}", "${AWS::Partition}", "${AWS::AccountId}")
    return [statement for policy in support.policies(scope) for statement in policy.statements]


def _yaml(statement: Statement) -> Iterator[str]:
    yield from textwrap.wrap(statement.reason, 84, initial_indent="# ", subsequent_indent="# ")
    yield f"- Sid: {statement.sid}"
    yield "  Effect: Allow"
    yield from _values("Action", list(statement.actions))
    yield from _values("Resource", [_sub(resource) for resource in statement.resources])
    for test, values in statement.condition.items():
        yield "  Condition:"
        yield f"    {test}:"
        yield from (f"      {key}: {_sub(value)}" for key, (value,) in values.items())


def _values(key: str, values: list[str]) -> Iterator[str]:
    if len(values) == 1:
        yield f"  {key}: {values[0]}"
    else:
        yield f"  {key}:"
        yield from (f"    - {value}" for value in values)


def _sub(text: str) -> str:
    return f"!Sub {text}" if "${" in text else f"'{text}'"


def _support() -> None:
    """Write the statements of SupportRole between the two marks in the governance template."""
    begin, end = (f"{INDENT}# {mark} make generated: the support policy.\n" for mark in MARKS)
    before, _, rest = GOVERNANCE.read_text(encoding="utf-8").partition(begin)
    after = rest.partition(end)[2]
    lines = (line for statement in support_statements() for line in _yaml(statement))
    block = "".join(f"{INDENT}{line}\n" for line in lines)
    GOVERNANCE.write_text(f"{before}{begin}{block}{end}{after}", encoding="utf-8")


def _examples() -> None:
    for tier in REGIONS:
        (EXAMPLES / f"{tier}.toml").write_text(example(tier), encoding="utf-8")


def _ids() -> None:
    recorded = set(LOGICAL_IDS.read_text(encoding="utf-8").splitlines())
    LOGICAL_IDS.write_text("\n".join([*logical_ids(recorded), ""]), encoding="utf-8")


def _map() -> None:
    rooms.TARGET.write_text(rooms.picture(rooms.read()), encoding="utf-8")


PARTS: Final[dict[str, Callable[[], None]]] = {
    "examples": _examples,
    "support": _support,
    "ids": _ids,
    "prices": price_document.main,
    "statuses": status_table.main,
    "failures": failure_document.main,
    "causes": cause_document.main,
    "telemetry": telemetry_document.main,
    "picture": site_picture.main,
    "unproven": unproven_document.main,
    "map": _map,
}


def main() -> int:
    """Write the named parts, or all."""
    names = sys.argv[1:] or list(PARTS)
    if unknown := set(names) - PARTS.keys():
        print(f"Unknown: {', '.join(sorted(unknown))}. There are {', '.join(PARTS)}.")
        return 2
    for name in names:
        PARTS[name]()
        print(f"Wrote {name}.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
