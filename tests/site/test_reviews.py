"""The tests that docs/reviews.md names exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`(tests/[\w/]+\.py)?::(test_\w+)`")


def test_every_test_that_the_reviews_name_exists() -> None:
    page = (ROOT / "docs" / "reviews.md").read_text("utf-8")
    named, file = 0, ""
    for path, name in NAMED.findall(page):
        file = path or file
        assert f"def {name}(" in (ROOT / file).read_text("utf-8"), (file, name)
        named += 1
    assert named >= 30
    assert all(f"| A{number} |" in page for number in range(2, 28))
