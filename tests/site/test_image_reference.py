"""References of images: what is taken, what is refused, and whose registry it is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solarrally_tui.site.image_reference import ImageReference

DIGEST = f"sha256:{'0f' * 32}"


@pytest.mark.parametrize(
    ("text", "account", "region"),
    [
        ("ghcr.io/owner/solarrally", "", ""),
        ("docker.io/library/solarrally", "", ""),
        ("public.ecr.aws/a1b2/team/solar-rally_x.y", "", ""),
        ("123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app", "123456789012", "eu-west-1"),
        ("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/app", "123456789012", "cn-north-1"),
        ("123456789012.dkr-ecr.eu-west-1.on.aws/app", "123456789012", "eu-west-1"),
    ],
)
def test_registries(text: str, account: str, region: str) -> None:
    parsed = ImageReference.parse(f"{text}@{DIGEST}")
    assert f"{parsed.host}/{parsed.name}@{parsed.digest}" == f"{text}@{DIGEST}"
    assert (parsed.account, parsed.region) == (account, region)
    assert bool(parsed.repository_arn("aws")) is bool(account)


def test_the_repository_of_another_account() -> None:
    parsed = ImageReference.parse(f"111122223333.dkr.ecr.us-west-2.amazonaws.com/a/b@{DIGEST}")
    assert parsed.repository_arn("aws") == "arn:aws:ecr:us-west-2:111122223333:repository/a/b"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ghcr.io/owner/app:latest", "by its digest"),
        ("ghcr.io/owner/app", "by its digest"),
        (f"ghcr.io/owner/app:1.0@{DIGEST}", "no tag"),
        (f"owner/app@{DIGEST}", "registry's name"),
        (f"localhost/app@{DIGEST}", "registry's name"),
        (f"registry.example.com:5000/app@{DIGEST}", "port 443"),
        (f"https://ghcr.io/owner/app@{DIGEST}", "without https"),
        (f"ghcr.io/Owner/app@{DIGEST}", "lower case"),
        ("ghcr.io/owner/app@sha256:abc", "64 hexadecimal digits"),
        (f"ghcr.io/{'a' * 600}@{DIGEST}", "64 hexadecimal digits"),
        (f"ghcr.io/owner/../app@{DIGEST}", "64 hexadecimal digits"),
    ],
)
def test_what_is_refused_says_how_to_write_it(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        ImageReference.parse(text)


@settings(max_examples=40)
@given(st.text(max_size=80))
def test_any_text_that_is_no_reference_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^must "):
        ImageReference.parse(text)
