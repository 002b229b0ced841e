"""Looking changes nothing, runs nothing and leaves the folder nowhere."""

from pathlib import Path

import pytest

from solarrally_tui.source import tree
from solarrally_tui.source.check import check
from solarrally_tui.source.tree import NotASourceError, Tree
from tests.source.source_setup import DEFECTS, Miniature


def test_nothing_is_written_and_nothing_is_run(miniature: Miniature, tmp_path: Path) -> None:
    trap = f"\n__import__('pathlib').Path({str(tmp_path / 'ran')!r}).write_text('')\n"
    for name in ("backend/main.py", "backend/utils/auth.py", "backend/models/user.py"):
        miniature.append(name, trap)
    miniature.write("backend/sitecustomize.py", trap)
    before = miniature.texts()
    miniature.report()
    assert miniature.texts() == before
    assert not (tmp_path / "ran").exists()


def test_links_are_not_followed(miniature: Miniature, tmp_path: Path) -> None:
    (tmp_path / "outside.py").write_text("def (:\n")
    (miniature.root / "backend" / "link.py").symlink_to(tmp_path / "outside.py")
    (miniature.root / "backend" / "around").symlink_to(miniature.root)
    assert miniature.levels() == DEFECTS


def test_files_beyond_any_measure_are_passed_over(miniature: Miniature) -> None:
    miniature.write("backend/large.py", "(" * (tree.LARGEST_BYTES + 1))
    assert miniature.levels() == DEFECTS


def test_python_that_no_parser_survives_is_named(miniature: Miniature) -> None:
    miniature.write("backend/deep.py", "(" * 50_000)
    assert "not-python" in miniature.levels()


def test_bytes_that_are_no_text_are_read_all_the_same(miniature: Miniature) -> None:
    (miniature.root / "backend" / "api" / "latin.py").write_bytes(b"# caf\xe9\nNAME = 1\n")
    assert miniature.levels() == DEFECTS


def test_a_folder_without_an_application_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing")
    with pytest.raises(NotASourceError, match="no folder backend or frontend"):
        check(tmp_path)


def test_a_folder_with_too_much_in_it_is_refused(
    miniature: Miniature, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tree, "MOST_FILES", 5)
    with pytest.raises(NotASourceError, match="more than 5 files"):
        Tree(miniature.root).files()
