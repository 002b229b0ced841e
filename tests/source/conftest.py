"""The miniature, fresh for every test."""

from pathlib import Path

import pytest
from source_bench import Miniature


@pytest.fixture
def miniature(tmp_path: Path) -> Miniature:
    return Miniature(tmp_path / "source")
