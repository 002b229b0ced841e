"""A file whose answers several site files share."""

from pathlib import Path

import pytest

from solarrally_tui.site.files import load
from solarrally_tui.site.problems import SiteError
from solarrally_tui.site.tiers import Tier

SHARED = """
region = "eu-central-1"
tier = "medium"
[alerts]
email = "ops@example.com"
monthly_budget_usd = 400
[size]
chargers = 40
"""


@pytest.fixture
def barn(tmp_path: Path) -> Path:
    (tmp_path / "company.toml").write_text(SHARED)
    (tmp_path / "sites").mkdir()
    return tmp_path / "sites" / "barn.toml"


def test_a_site_has_the_shared_answers_and_its_own_above_them(barn: Path) -> None:
    own = 'shared = "../company.toml"\nname = "barn"\n[alerts]\nmonthly_budget_usd = 300\n'
    barn.write_text(own)
    site = load(barn)
    assert (site.name, site.region, site.tier) == ("barn", "eu-central-1", Tier.MEDIUM)
    assert (site.alerts.email, site.alerts.monthly_budget_usd) == ("ops@example.com", 300)
    assert site.size.chargers == 40


@pytest.mark.parametrize(
    ("shared", "own", "told"),
    [
        (SHARED, 'shared = 7\nname = "barn"', "shared: must be the name of a file, in quotes. Exa"),
        (SHARED, 'shared = "../no.toml"\nname = "barn"', "no.toml: cannot be read: No such file"),
        (SHARED + "x = 1", "", "../company.toml, line 9, size.x: is not a field of a site file."),
        (SHARED, "[size]\nx = 1", "line 4, size.x: is not a field of a site file."),
        (SHARED + "chargers = 2", "", "../company.toml, line 9, site file: gives chargers a sec"),
        (
            SHARED.replace("= 40\n", '= "x"\n'),
            "",
            "../company.toml, line 8, size.chargers: must be a who",
        ),
        (
            SHARED.replace("= 40\n", '= "x"\n'),
            "[size]\nchargers = 0",
            "line 4, size.chargers: must be at ",
        ),
        (SHARED.replace("\n", "", 1), "tier = 'huge'", "line 3, tier: must be one of"),
        ('name = "all"\n' + SHARED, "", "../company.toml, line 1, name: belongs to one site."),
        ('shared = "x"\n' + SHARED, "", "../company.toml, line 1, shared: is only for a site file"),
    ],
)
def test_a_problem_is_placed_in_the_file_that_has_it(
    barn: Path, shared: str, own: str, told: str
) -> None:
    (barn.parent.parent / "company.toml").write_text(shared)
    head = "" if "shared" in own else 'shared = "../company.toml"\nname = "barn"\n'
    barn.write_text(head + own)
    with pytest.raises(SiteError) as caught:
        load(barn)
    (problem,) = caught.value.problems
    assert told in str(problem)
