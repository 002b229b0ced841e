"""A support bundle on the wizard's screens: its diagnosis, its checks, and nothing from AWS."""

from dataclasses import replace
from pathlib import Path

import pytest

from solarrally_tui.app import BundleApp
from solarrally_tui.health.bundle.archive import Bundle, pack, unpack
from solarrally_tui.wizard.opened_bundle import session_of
from tests.health.bundle.test_bundle_file import EVIL, contents
from tests.screens.scripted.diagnoses import WITH_CAUSE
from tests.screens.support import screen_text, settle, walk


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    cause = replace(WITH_CAUSE.causes[1], what=f"Evil {EVIL}")
    content, _ = pack(
        replace(contents(), diagnosis=replace(WITH_CAUSE, causes=(WITH_CAUSE.causes[0], cause)))
    )
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    return unpack(path)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["small", "wide"])
async def test_the_screen_shows_the_diagnosis_and_asks_aws_for_nothing(
    bundle: Bundle, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        pytest.fail("nothing may be asked for")

    monkeypatch.setattr("solarrally_tui.aws.door.Door.open", refused)
    app = BundleApp(session_of(bundle))
    async with app.run_test(size=size) as pilot:
        await settle(app, pilot)
        shown = screen_text(app)
        assert "quota of Fargate vCPUs" in shown
        assert "XXXXXXXX9012" in shown
        assert "Bundle 2026-01-02 12:00" in shown
        assert "[email-1] has not confirmed" not in shown  # another cause's
        assert not any(sign in shown for sign in "\x1b\x07\x9b")
        assert "quota of Fargate vCPUs" in await walk(pilot, "f5")
        assert "503" in await walk(pilot, "escape")  # the checks, as the bundle holds them
        await walk(pilot, "f1", "escape")
