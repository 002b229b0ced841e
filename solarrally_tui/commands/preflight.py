"""solarrally preflight FILE: what in the account would stop or delay a deployment."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from solarrally_tui.commands.shared.command_parser import CommandParser
from solarrally_tui.commands.shared.options import (
    CommonOptions,
    add_json,
    add_site_file,
    carry_out,
)
from solarrally_tui.commands.shared.terminal import read_site, show, show_result
from solarrally_tui.findings.severity import Severity, worst
from solarrally_tui.provisioning.engine.outcome import Exit
from solarrally_tui.text.table import columns

if TYPE_CHECKING:
    from solarrally_tui.aws.door import Door
    from solarrally_tui.findings.finding import Finding
    from solarrally_tui.site.model import Site

_EXITS = {
    Severity.OK: Exit.OK,
    Severity.UNKNOWN: Exit.WARN,
    Severity.WARN: Exit.WARN,
    Severity.FAIL: Exit.FAIL,
}


@dataclass(frozen=True, slots=True)
class Options(CommonOptions):
    """What preflight takes."""

    file: Path
    json: bool


def add(parser: CommandParser) -> None:
    """Add the command's options."""
    parser.epilog = "exit status: 0 ok, 10 warning, 11 something stops a deployment"
    add_site_file(parser)
    add_json(parser)
    carry_out(
        parser,
        run,
        Options,
        example="solarrally preflight barn.toml\nsolarrally preflight barn.toml --profile work",
    )


def run(options: Options) -> int:
    """Check the account for a site file."""
    from solarrally_tui.commands.shared.door import run_with_door

    site = read_site(options.file)
    if site is None:
        return Exit.INVALID_SITE
    return run_with_door(options, lambda door: _check(options, site, door), site.region)


async def _check(options: Options, site: "Site", door: "Door") -> int:
    from solarrally_tui.account.preflight.inspection import findings
    from solarrally_tui.deployed.site import SiteStacks
    from solarrally_tui.policy.simulation_questions import deploy_questions
    from solarrally_tui.provisioning.deployment.preflight import domain_findings
    from solarrally_tui.provisioning.deployment.progress.durations import (
        durations_file,
        expected,
        read,
    )

    who = await door.identity()
    permissions = deploy_questions(
        site.name,
        who.partition,
        who.account,
        site.region,
        site.governance.permissions_boundary_arn,
    )
    duration = expected(site, read(durations_file()))
    found = await findings(door, who, site, permissions, duration)
    found += await domain_findings(site, SiteStacks.of(site, door))
    level = worst((each.severity for each in found if each.wants_attention), Severity.OK)
    if options.json:
        report = {
            "v": 1,
            "site": site.name,
            "account": who.account,
            "arn": who.arn,
            "level": level,
            "findings": [_json(finding) for finding in found],
        }
        return show_result(report, _EXITS[level])
    show(text(found))
    return _EXITS[level]


def _json(finding: "Finding") -> dict[str, Any]:
    return {
        "id": finding.id,
        "title": finding.title,
        "level": finding.severity.value,
        "line": finding.line,
        "fix": finding.fix,
    }


def text(found: "Sequence[Finding]") -> str:
    """Return a row per finding: sign and word, title, what was found and how to fix it."""
    rows = [
        (
            finding.severity.line(finding.severity.word),
            finding.title,
            f"{finding.line}\n{finding.fix}".rstrip(),
        )
        for finding in found
    ]
    return "\n".join(columns(rows))
