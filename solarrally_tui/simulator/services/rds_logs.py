"""RDS: the log files of a database, one for each hour, and what a test or a demo writes to them."""

import datetime as dt
from typing import Any

from ministack.services import rds

from solarrally_tui.simulator.pins import private, scoped
from solarrally_tui.simulator.services.registry import Caller, Parameters, Result, operation
from solarrally_tui.simulator.wire.responses import ApiError

_instances = private(rds, "_instances")
_written: dict[str, list[str]] = {}
"""Lines by the name of the database."""


def write(body: dict[str, Any]) -> dict[str, Any]:
    """Add lines to the log of a database: {"database": NAME, "lines": [...]}; none empties it."""
    name, lines = str(body.get("database", "")), [str(line) for line in body.get("lines", ())]
    _written[name] = [*_written.get(name, ()), *lines] if lines else []
    return {"database": name, "lines": len(_written[name])}


@operation("rds", "DescribeDBLogFiles")
def describe_log_files(_caller: Caller, given: Parameters) -> Result:
    """List the file of this hour."""
    name = _existing(given)
    now = dt.datetime.now(dt.UTC)
    file, written = f"error/postgresql.log.{now:%Y-%m-%d-%H}", int(now.timestamp() * 1000)
    if given.get("FilenameContains", "") not in file:
        return {"DescribeDBLogFiles": []}
    if int(given.get("FileLastWritten", 0)) > written:
        return {"DescribeDBLogFiles": []}
    size = sum(len(line) + 1 for line in _lines(name))
    listed = {"LogFileName": file, "LastWritten": written, "Size": size}
    return {"DescribeDBLogFiles": [listed]}


@operation("rds", "DownloadDBLogFilePortion")
def download_portion(_caller: Caller, given: Parameters) -> Result:
    """Return the last lines of a file."""
    name = _existing(given)
    count = int(given.get("NumberOfLines", 1000))
    text = "".join(f"{line}\n" for line in _lines(name)[-count:])
    return {"LogFileData": text, "Marker": "0", "AdditionalDataPending": False}


def _existing(given: Parameters) -> str:
    name = str(given.get("DBInstanceIdentifier", ""))
    if not any(one.get("DBInstanceIdentifier") == name for _, one in scoped(_instances)):
        message = f"DBInstance {name} not found."
        raise ApiError("DBInstanceNotFound", message, 404)
    return name


def _lines(name: str) -> list[str]:
    started = f"{dt.datetime.now(dt.UTC):%Y-%m-%d %H:00:00} UTC::@:[401]:LOG:  checkpoint starting"
    return [f"{started}: time", *_written.get(name, ())]
