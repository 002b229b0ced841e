"""Site files: what is accepted, and how everything else is explained."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from solarrally_tui.interview.draft import Draft
from solarrally_tui.interview.draft_store import DraftStore
from solarrally_tui.pricing.price_book.price_list_items import PRICED_CLASSES
from solarrally_tui.site.database_classes import CLASSES
from solarrally_tui.site.files import dumps, load, loads, save, to_answers
from solarrally_tui.site.model import Site
from solarrally_tui.site.problems import SiteError
from solarrally_tui.site.tiers import CHARGER_RANGE, PRESETS, Tier, preset
from solarrally_tui.site.validation import example_of
from solarrally_tui.text.redaction import redact

EXAMPLES = Path(__file__).parents[2] / "examples"
MINIMAL = """
name = "sunny-garage"
region = "us-east-1"
tier = "small"
[alerts]
email = "ops@example.com"
"""


def problems(text: str) -> dict[str, str]:
    with pytest.raises(SiteError) as caught:
        loads(text)
    return {problem.field: problem.what for problem in caught.value.problems}


def test_the_minimal_file_of_the_readme_is_enough() -> None:
    site = loads(MINIMAL)
    assert (site.name, site.tier, site.alerts.email) == (
        "sunny-garage",
        Tier.SMALL,
        "ops@example.com",
    )
    assert site.size.database_class == PRESETS[Tier.SMALL]["database_class"]


@pytest.mark.parametrize(
    ("name", "region"), [("small", "us-east-1"), ("medium", "eu-central-1"), ("large", "us-east-1")]
)
def test_examples_are_valid_and_answer_every_question(name: str, region: str) -> None:
    site = load(EXAMPLES / f"{name}.toml")
    assert (site.name, site.region, site.tier.value) == (name, region, name)
    written = (EXAMPLES / f"{name}.toml").read_text(encoding="utf-8")
    assert written == dumps(site), "run make generated"


def test_a_saved_site_reads_back_the_same(tmp_path: Path) -> None:
    site = loads(MINIMAL + "[size]\nchargers = 3\nmulti_az = true\n")
    save(site, tmp_path / "site.toml")
    assert load(tmp_path / "site.toml") == site
    assert stat.S_IMODE((tmp_path / "site.toml").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["site.toml"]


def test_any_field_overrides_its_tier() -> None:
    site = loads(MINIMAL.replace("small", "large") + '[size]\ndatabase_class = "db.m7g.large"\n')
    assert site.size.database_class == "db.m7g.large"
    assert site.size.min_tasks == PRESETS[Tier.LARGE]["min_tasks"]


def test_a_site_cannot_be_changed() -> None:
    site = loads(MINIMAL)
    with pytest.raises(ValueError, match="frozen"):
        site.name = "other"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        (('"sunny-garage"', '"Sunny Garage"'), "name", "3 to 20 characters"),
        (('"sunny-garage"', '"a--b"'), "name", "single hyphens"),
        (('"us-east-1"', '"Virginia"'), "region", "not an AWS Region"),
        (('"us-east-1"', '"us-est-1"'), "region", "Did you mean us-east-1?"),
        (('"us-east-1"', '"EU-West-1"'), "region", "Did you mean eu-west-1?"),
        (('"us-east-1"', '"us-gov-west-1"'), "region", "GovCloud (US), which is not supported"),
        (('"us-east-1"', '"cn-north-1"'), "region", "such as ap-southeast-1"),
        (('"us-east-1"', '"eusc-de-east-1"'), "region", "European Sovereign Cloud"),
        (('"small"', '"tiny"'), "tier", "'small', 'medium' or 'large'"),
        (("ops@example.com", "nobody"), "alerts.email", "e-mail address"),
        (("ops@example.com", "a@b\\n.com"), "alerts.email", "e-mail address"),
    ],
)
def test_a_wrong_answer_is_named(change: tuple[str, str], field: str, words: str) -> None:
    assert words in problems(MINIMAL.replace(*change))[field]
    assert example_of(field)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("db.t5x.small", "db.t3.small"),
        ("db.t4g.mico", "db.t4g.micro"),
        ("db.r6.large", "db.r6g.large"),
        ("db.t4g.8xlarge", "db.t4g.xlarge"),
        ("db.t2.micro", "db.t3.micro"),
        ("db.none.atall", "db.t4g.micro"),
    ],
)
def test_a_database_class_that_does_not_exist_is_refused_with_a_suggestion(
    name: str, meant: str
) -> None:
    found = problems(f'{MINIMAL}[size]\ndatabase_class = "{name}"\n')["size.database_class"]
    assert found.startswith(f"{name} is not a class of RDS for PostgreSQL")
    assert f"Did you mean {meant}?" in found


def test_every_priced_class_and_those_of_the_tiers_exist() -> None:
    assert set(PRICED_CLASSES) <= CLASSES
    assert {preset(tier)["database_class"] for tier in Tier} <= set(PRICED_CLASSES)


@pytest.mark.parametrize(
    ("section", "field", "words"),
    [
        (
            '[network]\navoid_zones = ["eu-west-1a"]',
            "network.avoid_zones",
            "which is not in us-east-1",
        ),
        ('[network]\navoid_zones = ["second"]', "network.avoid_zones.0", "neither the id"),
        (
            '[size]\nbackup_copy_region = "us-east-1"',
            "size.backup_copy_region",
            "the site's own Region",
        ),
        ('[size]\nbackup_copy_region = "xx-nowhere-9"', "size.backup_copy_region", "not an AWS"),
    ],
)
def test_a_place_that_cannot_be_is_refused(section: str, field: str, words: str) -> None:
    assert words in problems(f"{MINIMAL}{section}\n")[field]


def test_zones_are_avoided_by_id_or_name() -> None:
    site = loads(f'{MINIMAL}[network]\navoid_zones = ["use1-az2", "us-east-1b"]\n')
    assert site.network.avoid_zones == ("use1-az2", "us-east-1b")
    assert loads(dumps(site)) == site


def text_fields(model: type[BaseModel]) -> Iterator[tuple[str, FieldInfo]]:
    """Yield the fields that are text of a certain form, of a section and of those inside it."""
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from text_fields(field.annotation)
        elif any(getattr(rule, "pattern", None) for rule in field.metadata):
            yield f"{model.__name__}.{name}", field


def test_a_text_of_a_certain_form_says_which() -> None:
    found = dict(text_fields(Site))
    assert len(found) > 10
    silent = [name for name, field in found.items() if not field.description]
    assert not silent, f"give {silent} in site/model.py a description that completes 'must be'"


def test_dns_elsewhere_has_no_hosted_zone() -> None:
    external = '[domain]\nname = "a.example.com"\ndns = "external"\n'
    assert loads(MINIMAL + external).domain.is_external
    told = problems(MINIMAL + external + 'hosted_zone_id = "Z1"\n')
    assert "must be empty" in told["domain.hosted_zone_id"]


def test_every_problem_is_told_at_once() -> None:
    found = problems('name = 1\n[size]\nchargers = "many"\ncolour = "red"\n')
    assert set(found) == {"name", "region", "tier", "alerts", "size.chargers", "size.colour"}
    assert found["size.colour"] == "is not a field of a site file."


def test_more_messages_than_a_bridge_carries_are_refused_with_a_way_out() -> None:
    many = MINIMAL + "[size]\nchargers = 1000\ninterval_seconds = 5\n"
    told = problems(many + "hub = false\n")["size"]
    assert "200 messages a second" in told
    assert "hub = true or interval_seconds = 13" in told
    assert loads(many).size.has_hub
    loads(MINIMAL + "[size]\nchargers = 1000\ninterval_seconds = 13\nhub = false\n")


def test_more_messages_than_a_task_carries_are_refused_with_where_that_is_from() -> None:
    told = problems(MINIMAL + "[size]\nchargers = 1000\ninterval_seconds = 1\n")["size"]
    assert "1000 messages a second" in told
    assert "task_cpu 512 carries 500" in told
    assert "docs/application.md" in told
    assert "interval_seconds = 2 or a larger task_cpu" in told
    larger = "task_cpu = 1024\ntask_memory = 2048\n"
    size = loads(MINIMAL + f"[size]\nchargers = 1000\ninterval_seconds = 1\n{larger}").size
    assert size.has_hub
    assert size.hub_links >= 12


@pytest.mark.parametrize(
    ("chargers", "tasks", "hub", "has"),
    [
        (50, 1, "auto", False),
        (60, 2, "auto", True),
        (59, 2, "auto", False),
        (60, 2, False, False),
        (1, 1, True, True),
    ],
)
def test_a_hub_comes_where_it_pays_or_where_it_is_wanted(
    chargers: int, tasks: int, hub: object, has: bool
) -> None:
    answer = str(hub).lower() if isinstance(hub, bool) else f'"{hub}"'
    size = f"chargers = {chargers}\nmin_tasks = {tasks}\nhub = {answer}\n"
    assert loads(f"{MINIMAL}[size]\n{size}").size.has_hub is has


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[size]\ntask_cpu = 256\ntask_memory = 4096\n", "Fargate offers 512 to 2048"),
        ("[size]\nmin_tasks = 3\nmax_tasks = 2\n", "below min_tasks"),
        ("[size]\ndatabase_max_storage_gib = 22\ndatabase_storage_gib = 21\n", "at least 10 %"),
        ('[domain]\norigin = "public-alb"\n', "needs domain.name"),
    ],
)
def test_answers_that_contradict_each_other_are_explained(text: str, words: str) -> None:
    assert words in " ".join(problems(MINIMAL + text).values())


def test_a_newer_schema_is_refused_by_name() -> None:
    assert "newer solarrally" in problems(f"schema = 2\n{MINIMAL}")["schema"]


def test_a_missing_file_is_a_problem_not_a_traceback(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match="cannot be read"):
        load(tmp_path / "none.toml")


def test_presets_are_complete_and_within_their_range() -> None:
    for tier, (lowest, highest) in CHARGER_RANGE.items():
        site = Site.model_validate(
            {"name": "abc", "region": "us-east-1", "tier": tier, "alerts": {"email": "a@b.cd"}}
        )
        assert lowest <= site.size.chargers <= highest


@settings(max_examples=40)
@given(st.text(max_size=200))
def test_hostile_names_never_crash_and_never_pass_unchanged(text: str) -> None:
    answers = to_answers(loads(MINIMAL)) | {"name": text}
    try:
        site = Site.model_validate(answers)
    except ValueError:
        return
    assert site.name.isascii()
    assert site.name.replace("-", "").isalnum()
    assert loads(dumps(site)) == site


CASES = Path(__file__).parent / "cases"


@pytest.mark.parametrize("name", ["bom", "crlf"])
def test_files_of_windows_are_read(name: str) -> None:
    assert load(CASES / f"{name}.toml").name == "sunny-garage"


@pytest.mark.parametrize(
    ("old", "new", "line", "words", "example"),
    [
        (
            '"sunny-garage"',
            "\N{LEFT DOUBLE QUOTATION MARK}a\N{RIGHT DOUBLE QUOTATION MARK}",
            2,
            "typographic quotes",
            'name = "a"',
        ),
        (
            '"sunny-garage"',
            "\N{DOUBLE LOW-9 QUOTATION MARK}a\N{LEFT DOUBLE QUOTATION MARK}",
            2,
            "typographic quotes",
            'name = "a"',
        ),
        (
            '"sunny-garage"',
            "\N{LEFT SINGLE QUOTATION MARK}a\N{RIGHT SINGLE QUOTATION MARK}",
            2,
            "typographic quotes",
            'name = "a"',
        ),
        (
            "name =",
            "name\N{NO-BREAK SPACE}=",
            2,
            "cannot be seen (U+00A0)",
            'name = "sunny-garage"',
        ),
        (
            "name =",
            "\N{ZERO WIDTH SPACE}name =",
            2,
            "cannot be seen (U+200B)",
            'name = "sunny-garage"',
        ),
        ('tier = "small"', 'tier = "small"\ntier = "large"', 5, "gives tier a second time", ""),
        ("[alerts]", "[alerts]\n[alerts]", 6, "[alerts] a second time", ""),
        ('"small"', "small", 4, "needs quotes", 'tier = "small"'),
        ('"small"', '"small', 4, "not closed", 'tier = "small"'),
        ('tier = "small"', "tier: small", 4, "YAML", 'tier = "small"'),
        ('tier = "small"', "tier =", 4, "gives tier no value", "tier ="),
        ("[alerts]", "[alerts", 5, "closing bracket", "[alerts]"),
        ("[alerts]", "[size]\nmulti_az = True\n[alerts]", 6, "small letters", "multi_az = true"),
        ("[alerts]", "who\n[alerts]", 5, "is no answer", ""),
        ('"small"', '"small" "x"', 4, "one answer in a line", ""),
        ("[alerts]", "// who\n[alerts]", 5, "begins with #", "# who"),
        (
            "[alerts]",
            "[size]\nchargers = 'ten'\n[alerts]",
            6,
            "must be a whole number",
            "chargers = 10",
        ),
        (
            "[alerts]",
            "[size]\nmulti_az = 'often'\n[alerts]",
            6,
            "true or false",
            "multi_az = false",
        ),
        ("[alerts]", "size = 3\n[alerts]", 5, "must be a table", ""),
        ("[alerts]", "[size]\nchargers = 1,000\n[alerts]", 6, "digits only", "chargers = 1000"),
        ("[alerts]", "[size]\nchargers = 010\n[alerts]", 6, "digits only", "chargers = 10"),
        ("[alerts]", "[size]\nmulti_az = Yes\n[alerts]", 6, "true or false", "multi_az = true"),
        ('"small"', '"sm\\xall"', 4, "backslash", ""),
        ('"small"', "'small\"", 4, "single quote", ""),
        ("[alerts]", "<<<<<<< HEAD\n[alerts]", 5, "merge conflict", ""),
        ("[alerts]", "[sise]\nchargers = 3\n[alerts]", 5, "Did you mean size?", ""),
        ("[alerts]", "[size]\nbudget = true\n[alerts]", 6, "It belongs to [alerts].", ""),
        (
            "[alerts]",
            "[access]\nviewing = 'addresses'\naddresses = [\"10.0.0.300\"]\n[alerts]",
            7,
            "neither an address",
            "",
        ),
        ("[alerts]", "[alarms]\nemail = 'x'\n[alerts]", 5, "is not a field", ""),
    ],
)
def test_a_line_that_cannot_be_read_is_named_and_corrected(
    old: str, new: str, line: int, words: str, example: str
) -> None:
    with pytest.raises(SiteError) as caught:
        loads(MINIMAL.replace(old, new, 1))
    (problem,) = caught.value.problems
    assert problem.line == line
    assert words in problem.what
    assert example in problem.example
    assert str(problem).startswith(f"line {line}, ")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ((CASES / "utf16.toml").read_bytes(), "is UTF-16 text"),
        (MINIMAL.encode("utf-16-be"), "is UTF-16 text"),
        (MINIMAL.encode("utf-32"), "is UTF-32 text"),
        (
            MINIMAL.replace("sunny", "s\N{LATIN SMALL LETTER U WITH DIAERESIS}").encode("latin-1"),
            "line 2, ",
        ),
    ],
)
def test_another_encoding_is_named(tmp_path: Path, body: bytes, words: str) -> None:
    path = tmp_path / "site.toml"
    path.write_bytes(body)
    with pytest.raises(SiteError) as caught:
        load(path)
    assert words in str(caught.value)
    assert "Save it as UTF-8" in str(caught.value)


TOKEN = "ghp_R1v4lSecretToken0123456789"


@pytest.mark.parametrize(
    "address",
    [
        f"https://ops:{TOKEN}@github.com/o/r",
        f"https://{TOKEN}@github.com/o/r.git",
        f"https://x-access-token:{TOKEN}@example.com:8443/o/r",
        f"https://gitlab.com/o/r?private_token={TOKEN}",
        f"http://ops:{TOKEN}@github.com/o/r",
        f"ops:{TOKEN}@github.com/o/r",
        f"{TOKEN}@github.com:o/r",
        f"ssh://{TOKEN}@github.com/o/r",
    ],
)
def test_a_token_in_an_address_is_refused_and_repeated_nowhere(
    address: str, tmp_path: Path
) -> None:
    with pytest.raises(SiteError) as caught:
        loads(f'{MINIMAL}[application]\nrepository = "{address}"\n')
    (problem,) = caught.value.problems
    assert (problem.field, problem.line) == ("application.repository", 8)
    assert "holds a user name, a password or a token" in problem.what
    assert TOKEN not in str(caught.value)
    assert TOKEN not in redact(f"cloning {address}")
    draft = Draft({"name": "sunny-garage", "application": {"repository": address}})
    DraftStore(tmp_path).save(draft)
    assert TOKEN not in (tmp_path / "sunny-garage.toml").read_text()
    assert draft.text("application.repository") == address


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("git@github.com:o/r.git", "Use https://github.com/o/r.git"),
        ("ssh://git@github.com:22/o/r", "Use https://github.com/o/r"),
        ("http://github.com/o/r", "Use https://github.com/o/r"),
        ("https://github.com/o/r/tree/main", "Use https://github.com/o/r as the address and main"),
        ("https://github.com/o/r/tree/feat/x", "o/r as the address and feat/x"),
        ("https://github.com/o/r/blob/main/README.md", "Use https://github.com/o/r as"),
        ("https://github.com/o/r/commit/abc123", "and abc123 as"),
        ("https://github.com/o/r/releases/tag/v1", "and v1 as"),
        ("https://gitlab.com/g/s/r/-/tree/main", "Use https://gitlab.com/g/s/r as"),
        ("https://codeberg.org/o/r/src/branch/main", "Use https://codeberg.org/o/r as"),
        ("https://bitbucket.org/o/r/src/main/", "Use https://bitbucket.org/o/r as"),
        ("github.com/o/r", "is not an https:// address"),
    ],
)
def test_an_address_of_another_kind_is_refused_with_the_right_one(address: str, words: str) -> None:
    assert (
        words
        in problems(f'{MINIMAL}[application]\nrepository = "{address}"\n')["application.repository"]
    )


def test_names_of_branches_are_what_git_allows() -> None:
    for ref in (
        "feature/login@2",
        "f\u00fcr-alle",
        "dependabot/npm/@types/node-20",
        "v1.0+b",
        "#7",
    ):
        assert loads(f'{MINIMAL}[application]\nref = "{ref}"\n').application.ref == ref
    for ref in (
        "a b",
        "a..b",
        "-x",
        "a~1",
        "a:b",
        "@{1}",
        "x.lock",
        "/a",
        "a/",
        "a//b",
        "refs/heads/x",
    ):
        assert problems(f'{MINIMAL}[application]\nref = "{ref}"\n')["application.ref"]
