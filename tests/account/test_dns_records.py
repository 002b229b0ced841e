"""What a person is told about the DNS records to set by hand."""

import pytest

from solarrally_tui.domains.certificates import explanation, read
from solarrally_tui.domains.dns_records import (
    DnsRecord,
    address_record,
    advice,
    in_words,
    likely_zone,
    relative,
)


@pytest.mark.parametrize(
    ("domain", "zone"),
    [
        ("charging.example.com", "example.com"),
        ("example.com", "example.com"),
        ("a.b.example.co.uk", "example.co.uk"),
        ("example.co.uk", "example.co.uk"),
        ("co.uk", "co.uk"),
        ("laden.example.de", "example.de"),
    ],
)
def test_the_zone_is_the_part_that_was_bought(domain: str, zone: str) -> None:
    assert likely_zone(domain) == zone


def test_the_trap_of_relative_names_is_explained() -> None:
    proof = DnsRecord.from_aws("_abc.charging.example.com.", "CNAME", "_xyz.acm-validations.aws.")
    told = in_words([proof])
    assert "name _abc.charging.example.com, type CNAME, value _xyz.acm-validations.aws" in told
    assert "only the part before .example.com" in told
    assert "which is _abc.charging:" in told
    assert "which is _abc:" in advice(proof, "charging.example.com")
    assert relative("example.com", "example.com") == "@"
    assert not in_words([])


def test_a_domain_itself_gets_no_cname() -> None:
    below = address_record("charging.example.com", "d1.cloudfront.net")
    assert below.type == "CNAME"
    top = address_record("example.com", "d1.cloudfront.net")
    assert top.type == "ALIAS"
    assert "www.example.com" in advice(top)


def test_reasons_of_amazon_are_explained() -> None:
    detail = {
        "CertificateArn": "arn:aws:acm:us-east-1:000000000000:certificate/1",
        "DomainName": "charging.example.com",
        "Status": "FAILED",
        "FailureReason": "CAA_ERROR",
    }
    assert "CAA record" in read(detail, "us-east-1").reason
    late = read(detail | {"Status": "VALIDATION_TIMED_OUT", "FailureReason": None}, "us-east-1")
    assert "in time" in late.reason
    pending = read(detail | {"Status": "PENDING_VALIDATION"}, "us-east-1")
    assert not pending.reason
    assert not pending.records
    assert "CAA record" in explanation("Certificate failed (FAILED, CAA_ERROR): x.")
    assert not explanation("An OTHERWISE unknown text.")
