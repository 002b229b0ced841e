"""Record what the source check finds in the default commit, so that the wizard need not fetch it.

    .venv/bin/python tools/record_findings.py [FOLDER]

With a folder, that is checked and nothing is fetched; it must be a checkout of the default commit.
The record names files, lines, tables and routes of the application and holds none of its text.
"""

import asyncio
import io
import json
import sys
import tarfile
from datetime import UTC, datetime
from pathlib import Path
from subprocess import check_output
from tempfile import TemporaryDirectory

from solarrally_tui.site.model import DEFAULT_COMMIT, DEFAULT_REPOSITORY
from solarrally_tui.source.check import check
from solarrally_tui.source.fetch import fetch
from solarrally_tui.source.finding import SourceReport
from solarrally_tui.source.render import to_json

TARGET = Path(__file__).parents[1] / "solarrally_tui" / "source" / "default_findings.json"


def main() -> int:
    """Check the default commit and write the record."""
    committed, report = _of_folder(Path(sys.argv[1])) if sys.argv[1:] else asyncio.run(_fetch())
    now = datetime.now(UTC).date().isoformat()
    record = {"checked": now, "committed": committed[:10], **to_json(report)}
    for entry, finding in zip(record["findings"], report.findings, strict=True):
        # Without the words "no fix" that --json has before it.
        entry["remedy"] = finding.remedy
    TARGET.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    print(f"{len(report.findings)} findings in {TARGET}")
    return 0


def _of_folder(folder: Path) -> tuple[str, SourceReport]:
    shown = check_output(["git", "show", "-s", "--format=%H %cI"], cwd=folder, text=True)
    commit, committed = shown.split()
    if commit != DEFAULT_COMMIT:
        raise SystemExit(f"{folder} is at {commit}, not at {DEFAULT_COMMIT}.")
    with TemporaryDirectory() as copy:
        # The commit itself, without changes in the folder.
        packed = check_output(["git", "archive", "--format=tar", commit], cwd=folder)
        with tarfile.open(fileobj=io.BytesIO(packed)) as files:
            files.extractall(copy, filter="data")
        return committed, check(Path(copy), DEFAULT_REPOSITORY, commit)


async def _fetch() -> tuple[str, SourceReport]:
    with TemporaryDirectory() as folder:
        resolved = await fetch(DEFAULT_REPOSITORY, DEFAULT_COMMIT, Path(folder))
        committed = resolved.made.isoformat() if resolved.made else ""
        return committed, check(Path(folder), DEFAULT_REPOSITORY, resolved.commit)


if __name__ == "__main__":
    raise SystemExit(main())
