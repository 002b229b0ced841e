"""The checklist of a migration, through the command line, on a deployed site."""

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from solarrally_tui import cli
from solarrally_tui.deployed.moving_in import imported_dump
from tests.health.health_setup import BreakableSite

SITE = "breakable"


def migrate(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    with pytest.raises(SystemExit) as ended:
        cli.main(("migrate", SITE, "--json", *words))
    told = json.loads(capsys.readouterr().out)
    assert "steps" in told, told
    steps = told["steps"]
    return int(ended.value.code or 0), {step["id"]: step for step in steps}


@contextmanager
def page(location: str) -> Iterator[str]:
    """An old installation's page, which redirects if there is a location."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(302 if location else 200)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Keep the output of the tests quiet."""

    serving = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=serving.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{serving.server_port}/old"
    finally:
        serving.shutdown()
        serving.server_close()


def test_nothing_is_done_that_was_not_seen(
    site: BreakableSite, capsys: pytest.CaptureFixture[str]
) -> None:
    code, steps = migrate(capsys, "--old-page", site.outputs["edge"]["Url"])
    assert code == 10
    states = {name: step["state"] for name, step in steps.items()}
    assert (states["site"], states["dump"], states["users"]) == ("done", "open", "open")
    assert (states["bridge"], states["page"]) == ("done", "unknown")
    assert steps["dump"]["next"] == f"solarrally import {SITE} DUMP"
    with site.fault("refuse", "s3.*"):
        _, steps = migrate(capsys)
    assert (steps["dump"]["state"], steps["site"]["state"]) == ("unknown", "done")


def test_a_site_without_an_old_installation_has_nothing_to_migrate(
    site: BreakableSite, capsys: pytest.CaptureFixture[str]
) -> None:
    assert migrate(capsys)[0] == 0
    with pytest.raises(SystemExit) as ended:
        cli.main(("migrate", site.record.site.name))
    said = capsys.readouterr().out
    assert ended.value.code in (0, None)
    assert said.startswith("Nothing to migrate: ")
    assert "open" not in said.split()


@pytest.mark.parametrize(
    ("printed", "users"),
    [(["users 1 -> 25"], "done"), (["users 1 -> 1"], "open"), ([], "unknown")],
)
async def test_an_import_is_seen_by_the_note_that_it_left(
    site: BreakableSite, printed: list[str], users: str
) -> None:
    from solarrally_tui.health.moving_in import checklist
    from solarrally_tui.health.observed_site import observe

    bucket = site.outputs["bootstrap"]["ArtifactBucketName"]
    writing = site.deployed.door.with_region(site.record.region)
    writing.read_only = False
    await imported_dump.write(writing, bucket, printed)
    try:
        steps = {step.id: step for step in await checklist(await observe(site.deployed))}
    finally:
        site.aws("s3").delete_object(Bucket=bucket, Key=imported_dump.KEY)
    assert (steps["dump"].state, steps["users"].state) == ("done", users)


def test_the_old_page_is_asked_where_it_leads(
    site: BreakableSite, capsys: pytest.CaptureFixture[str]
) -> None:
    url = site.outputs["edge"]["Url"]
    for location, state in (
        (f"{url}/old", "done"),
        ("", "open"),
        ("http://127.0.0.1:9", "unknown"),
    ):
        with page(location) as old:
            _, steps = migrate(capsys, "--old-page", old)
        assert steps["page"]["state"] == state, steps["page"]
