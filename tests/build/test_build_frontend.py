"""The web page's build: fixes, what is kept, skipping, failing by name."""

import re
from pathlib import Path

import pytest

from tests.build.build_setup import Bench

FRONTEND_FIXES = (
    "firebase-mock-replaced",
    "websocket-address",
    "websocket-reconnect",
    "silent-chargers",
    "prices-of-page",
    "charger-names",
    "sign-in-renewed",
)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_first_run_keeps_the_page_and_marks_it_last(bench: Bench) -> None:
    assert bench.frontend() == 0, bench.log
    for name in FRONTEND_FIXES:
        assert f"fix {name}: applied" in bench.log
    script, picture, page, marker = bench.published()
    kept = f"artefacts/frontend/{bench.build_tag}"
    assert script.startswith(f"{kept}/assets/index-")
    assert script.endswith(".js public,max-age=31536000,immutable")
    assert picture == f"{kept}/sun.svg public,max-age=300"
    assert page == f"{kept}/index.html no-cache"
    assert marker == f"{kept}.json "
    # solarrally reads from it whether the page that viewers get is of this build.
    assert (bench.state / f"s3/{kept}/index.html.tag").read_text() == bench.build_tag
    bundle = (bench.state / "s3" / script.split()[0]).read_text()
    assert "invented" not in bundle
    assert "localhost" not in bundle
    assert "location.host" in bundle
    assert "setTimeout(connect, 3000)" in bundle
    assert "useWebSocket as useFirebaseData" in bundle


def test_second_run_changes_nothing(bench: Bench) -> None:
    assert bench.frontend() == 0
    before = bench.published()
    bench.forget_calls()
    assert bench.frontend() == 0
    assert "nothing to build" in bench.log
    assert bench.published() == before
    assert bench.calls() == bench.calls("aws s3api head-object")


def test_an_older_page_stays_beside_a_newer_one(bench: Bench) -> None:
    assert bench.frontend() == 0
    first, tag = bench.commit, bench.build_tag
    bench.alter("frontend/src/hooks/useWebSocket.tsx", "'gone'", "'away'")
    assert bench.frontend() == 0, bench.log
    bench.commit = first
    assert bench.frontend() == 0
    assert "nothing to build" in bench.log
    kept = bench.state / "s3/artefacts/frontend" / tag
    script = next((kept / "assets").glob("*.js"))
    assert script.name in (kept / "index.html").read_text()
    assert "'gone'" in script.read_text()


def test_a_page_without_its_marker_is_built_again(bench: Bench) -> None:
    assert bench.frontend() == 0
    marker = bench.state / f"s3/artefacts/frontend/{bench.build_tag}.json"
    marker.unlink()
    assert bench.frontend() == 0
    assert marker.exists()


HOOK = "frontend/src/hooks/useWebSocket.tsx"
MOCK = "frontend/src/hooks/useFirebaseData.tsx"
PARTS = "frontend/src/components"
ALTERED = [
    ("firebase-mock-replaced", MOCK, "FirebaseDataProvider", "DemoProvider"),
    ("websocket-address", HOOK, "ws://localhost:8000/ws/live", "ws://10.0.0.1/ws/live"),
    ("websocket-reconnect", HOOK, "onclose = () =>", "onclose = later ??"),
    ("silent-chargers", HOOK, "Array.from(units.values())", "[...units.values()]"),
    ("silent-chargers", f"{PARTS}/Header.tsx", "'Disconnected'", "'Lost'"),
    ("prices-of-page", f"{PARTS}/StatsGrid.tsx", "energy_kwh * 10", "energy_kwh * 11"),
    ("prices-of-page", f"{PARTS}/SessionInfo.tsx", "GRID_RATE = 50", "GRID_RATE = rate()"),
    ("prices-of-page", f"{PARTS}/PowerChart.tsx", "<Sun />", "JM$1"),
    ("charger-names", f"{PARTS}/Dashboard.tsx", "<StatsGrid />", "<Stats />"),
    ("charger-names", f"{PARTS}/PowerChart.tsx", "Power Monitoring", "Figures"),
]


@pytest.mark.parametrize(
    ("name", "file", "old", "new"), ALTERED, ids=[f"{a[0]}-{n}" for n, a in enumerate(ALTERED)]
)
def test_one_altered_line_fails_by_the_name_of_the_fix(
    bench: Bench, name: str, file: str, old: str, new: str
) -> None:
    bench.alter(file, old, new)
    assert bench.frontend() != 0
    assert f"fix {name}: the source no longer matches: {file}" in bench.log
    # A close is also where the sign-in is renewed.
    more = ["sign-in-renewed"] if name == "websocket-reconnect" else []
    failed = re.findall(r"fix ([a-z-]+): the source no longer matches", bench.log)
    assert failed == [name, *more]
    assert not bench.calls("npm")
    assert bench.published() == []


@pytest.mark.parametrize(
    "failing",
    [
        "npm ci",
        "npm run build",
        "aws s3 cp",
        "aws s3api head-object => An error occurred (403) when calling: Forbidden",
    ],
)
def test_a_failing_command_fails_the_build(bench: Bench, failing: str) -> None:
    assert bench.run("frontend.buildspec.yml", failing) != 0
    assert "solarrally: failed: " in bench.log
    assert bench.published() == []


def test_a_page_that_opens_no_websocket_is_refused(bench: Bench) -> None:
    bench.alter(HOOK, '"ws://localhost:8000/ws/live"', "`wss://${location.host}/ws/other`")
    assert bench.frontend() != 0
    assert "never opens /ws/live" in bench.log
    assert bench.published() == []
