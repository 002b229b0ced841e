"""Image mode: the build mirrors the broker and leaves the application alone."""

from pathlib import Path

from tests.build.build_setup import Bench

GIVEN = f"ghcr.io/owner/solarrally@sha256:{'ab' * 32}"


def test_only_the_broker_is_mirrored(tmp_path: Path) -> None:
    bench = Bench(tmp_path, extra={"GIVEN_IMAGE": GIVEN})
    assert bench.image() == 0, bench.log
    assert bench.registry() == {"solarrally-test_broker:2.0.22-arm64"}
    assert [line.split()[1] for line in bench.calls("docker")] == ["pull", "tag", "login", "push"]
    assert bench.calls("git") == []
    assert GIVEN in bench.log


def test_a_build_without_a_given_image_builds(tmp_path: Path) -> None:
    bench = Bench(tmp_path, extra={"GIVEN_IMAGE": "none"})
    assert bench.image() == 0, bench.log
    assert f"solarrally-test_app:{bench.image_tag}" in bench.registry()
