"""Names that are offered in place of what was typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solarrally_tui.interview.draft import Draft
from solarrally_tui.site.files import loads
from solarrally_tui.site.problems import SiteError
from solarrally_tui.site.repaired_name import repaired_name


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("Müller Garage 1", "mueller-garage-1"),
        ("  Sunny Garage  ", "sunny-garage"),
        ("Parking_Nord", "parking-nord"),
        ("42 Élan & Co.", "elan-co"),
        ("Straße--am..Fluß", "strasse-am-fluss"),
        ("a name that is much too long", "a-name-that-is-much"),
        ("北京", ""),
        ("x!", ""),
        ("", ""),
    ],
)
def test_a_name_is_repaired(typed: str, offered: str) -> None:
    assert repaired_name(typed) == offered


@given(st.text(max_size=60))
def test_what_is_offered_is_valid(typed: str) -> None:
    offered = repaired_name(typed)
    assert not offered or "name" not in Draft({"name": offered}).problems_in(("name",))


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ('name = "Müller Garage 1"', "Did you mean mueller-garage-1?"),
        ('tier = "smal"', "Did you mean small?"),
        ('region = "us-eas-1"', "Did you mean us-east-1?"),
        ('[size]\ndatabase_class = "db.t4g.mirco"', "Did you mean db.t4g.micro?"),
        ('[acess]\nviewing = "public"', "Did you mean access?"),
        ('[access]\nviewing = "pasword"', "Did you mean password?"),
    ],
)
def test_a_slip_in_a_site_file_gets_what_was_meant(line: str, meant: str) -> None:
    answers = {"name": "barn", "region": "us-east-1", "tier": "small"}
    file = [f'{key} = "{value}"' for key, value in answers.items() if not line.startswith(key)]
    first, _, rest = line.partition("\n")
    top, below = ([first], "") if not rest and "[" not in first else ([], line)
    text = "\n".join([*file, *top, '[alerts]\nemail = "a@b.cd"', below])
    with pytest.raises(SiteError) as raised:
        loads(text)
    assert meant in str(raised.value)
