"""Write the table of stack statuses in docs/operations.md.

Usage: python tools/status_table.py, or make generated
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from solarrally_tui.deployed.stack import DELETED
from solarrally_tui.deployed.stack_status import STATUSES, Deploying, Destroying, StackStatus
from solarrally_tui.findings.severity import Severity
from solarrally_tui.health.diagnosis.evidence import Evidence
from solarrally_tui.health.diagnosis.judge import claims
from solarrally_tui.health.diagnosis.sources.stacks import kind_of

TARGET: Final = Path(__file__).parents[1] / "docs" / "operations.md"
BEGIN: Final = "<!-- Begin of statuses: tools/generate.py statuses -->\n"
END: Final = "<!-- End of statuses -->"
_WORDS: Final = {Severity.OK: "ok", Severity.WARN: "warning", Severity.FAIL: "failing"}
_OTHERS: Final = "any, without the tag of the site"


def rows() -> dict[tuple[str, ...], list[str]]:
    """Return the statuses by what the four commands do with them."""
    found: dict[tuple[str, ...], list[str]] = {}
    for status in STATUSES.values():
        name = f"`{status.name}`"
        named = f"{name}, or no such stack" if status.name == DELETED else name
        cells = (status.deploy.value, _WORDS[status.severity], cause(status), status.destroy.value)
        found.setdefault(cells, []).append(named)
    foreign = (Deploying.REFUSES.value, "failing", "`check-failed`", Destroying.REFUSES.value)
    return found | {foreign: [_OTHERS]}


def cause(status: StackStatus) -> str:
    """Return the id of the cause by which `diagnose` reports the status."""
    if status.severity is Severity.OK:
        return "nothing"
    rule = claims(Evidence(kind_of(status), status.name, state=status.name))
    return f"`{rule.id}`" if rule else "nothing"


def table() -> str:
    """Return the table as Markdown."""
    return "".join(f"{line}\n" for line in _lines())


def _lines() -> Iterator[str]:
    yield "| status of the stack | `deploy` | `status` | `diagnose` names | `destroy` |"
    yield "|---|---|---|---|---|"
    for cells, names in rows().items():
        yield f"| {', '.join(names)} | {' | '.join(cells)} |"


def main() -> None:
    """Write the table between its two marks."""
    before, _, rest = TARGET.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    TARGET.write_text(f"{before}{BEGIN}{table()}{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
