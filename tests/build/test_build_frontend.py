"""The web page's build: fixes, the order of publishing, skipping, failing by name."""

from pathlib import Path

import pytest

from tests.build.build_setup import Bench

FRONTEND_FIXES = ("firebase-mock-replaced", "websocket-address", "websocket-reconnect")


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_first_run_publishes_in_an_order_that_never_breaks_a_page(bench: Bench) -> None:
    assert bench.frontend() == 0, bench.log
    for name in FRONTEND_FIXES:
        assert f"fix {name}: applied" in bench.log
    script, picture, page, marker = bench.published()
    assert script.startswith("web/assets/index-")
    assert script.endswith(".js public,max-age=31536000,immutable")
    assert picture == "web/sun.svg public,max-age=300"
    assert page == "web/index.html no-cache"
    assert marker == f"artefacts/frontend/{bench.build_tag}.json "
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


def test_going_back_to_an_older_page_publishes_it_again(bench: Bench) -> None:
    assert bench.frontend() == 0
    first = bench.commit
    bench.alter("frontend/src/hooks/useWebSocket.tsx", "'gone'", "'away'")
    assert bench.frontend() == 0, bench.log
    bench.commit = first
    assert bench.frontend() == 0
    assert "nothing to build" not in bench.log
    page = (bench.state / "s3/web/index.html").read_text()
    assets = list((bench.state / "s3/web/assets").glob("*.js"))
    assert len(assets) == 2
    assert "'gone'" in next(a for a in assets if a.name in page).read_text()


def test_a_lost_index_is_published_again(bench: Bench) -> None:
    assert bench.frontend() == 0
    (bench.state / "s3/web/index.html").unlink()
    assert bench.frontend() == 0
    assert (bench.state / "s3/web/index.html").exists()


HOOK = "frontend/src/hooks/useWebSocket.tsx"
MOCK = "frontend/src/hooks/useFirebaseData.tsx"
ALTERED = [
    ("firebase-mock-replaced", MOCK, "FirebaseDataProvider", "DemoProvider"),
    ("websocket-address", HOOK, "ws://localhost:8000/ws/live", "ws://10.0.0.1/ws/live"),
    ("websocket-reconnect", HOOK, "onclose = () =>", "onclose = later ??"),
]


@pytest.mark.parametrize(("name", "file", "old", "new"), ALTERED, ids=[a[0] for a in ALTERED])
def test_one_altered_line_fails_by_the_name_of_the_fix(
    bench: Bench, name: str, file: str, old: str, new: str
) -> None:
    bench.alter(file, old, new)
    assert bench.frontend() != 0
    assert f"fix {name}: the source no longer matches: {file}" in bench.log
    assert bench.log.count("no longer matches") == 1
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
    (bench.source / "frontend/src/hooks/useWebSocket.tsx").write_text(
        "export const useWebSocket = () => 1\nexport const WebSocketProvider = (p: any) => {\n"
        "  const connect = () => {\n    const s = new WebSocket(`wss://${location.host}/ws/other`)\n"
        "    s.onclose = () => { setTimeout(connect, 1000) }\n  }\n}\n"
    )
    bench.save()
    assert bench.frontend() != 0
    assert "never opens /ws/live" in bench.log
    assert bench.published() == []
