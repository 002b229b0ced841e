"""What an export of a deployed site imports, compared with what the account has."""

import re
from pathlib import Path

from solarrally_tui.terraform.types.table import TABLE
from tests.journey.journey_setup import Journey, client, solarrally
from tests.terraform.hcl_reader import Parser

REGION = "us-east-1"
NOT_IMPORTED = {
    "AWS::CloudFormation::WaitConditionHandle",
    "AWS::SecretsManager::SecretTargetAttachment",
}

FORMS = {
    "AWS::EC2::EIP": r"data\.aws_eip\.\w+\.id",
    "AWS::EC2::Route": r"rtb-\w+_0\.0\.0\.0/0",
    "AWS::EC2::SubnetRouteTableAssociation": r"subnet-\w+/rtb-\w+",
    "AWS::EC2::VPCGatewayAttachment": r"igw-\w+:vpc-\w+",
    "AWS::SNS::TopicPolicy": r"arn:aws:sns:.*",
}


def terraform_takes_over_what_is_deployed(site: Journey, name: str, folder: Path) -> None:
    done = solarrally(site.account, site.home, "export", name, "--to", str(folder))
    assert done.code == 0, done.err
    imported = identifiers(folder)
    physical = resources(site, name)
    of_vpc = next(id_ for kind, id_ in physical if kind == "AWS::EC2::VPC")
    assert imported["module.network.aws_vpc.vpc"] == of_vpc
    # What is deployed is imported by its own id, by one that has it in it, or in a form of its own.
    plain = {TABLE[kind].terraform: [] for kind, _ in physical if kind in TABLE}
    for address, identifier in imported.items():
        plain.setdefault(address.split(".")[2], []).append(identifier)
    for kind, physical_id in physical:
        if kind in NOT_IMPORTED:
            continue
        same = plain[TABLE[kind].terraform]
        if kind in FORMS:
            assert all(re.fullmatch(FORMS[kind], given) for given in same), (kind, same)
            continue
        parts = re.split(r"[|/:]", physical_id)
        assert any(physical_id in given or parts[-1] in given for given in same), (
            kind,
            physical_id,
        )
    assert not any("secret_version" in address for address in imported)
    main = (folder / "main.tf").read_text()
    assert "is_adopted" in main
    for log_group in (id_ for kind, id_ in physical if kind == "AWS::Logs::LogGroup"):
        assert f'"{log_group}"' in main
    retained = (folder / "retain" / "data.yaml").read_text()
    assert retained.count("DeletionPolicy: Retain") == retained.count("UpdateReplacePolicy: Retain")
    assert "DeletionPolicy: Snapshot" not in retained


def identifiers(folder: Path) -> dict[str, str]:
    """By address: the id that Terraform imports it by. That of an EIP is read when it plans."""
    _, blocks = Parser((folder / "imports.tf").read_text()).body()
    known = {"exists": set()}
    return {
        str(arguments["to"](known)): str(arguments["id"](known))
        for kind, _, arguments, _ in blocks
        if kind == "import"
    }


def resources(site: Journey, name: str) -> list[tuple[str, str]]:
    found = []
    for region in (REGION,):
        cloudformation = client(site.account, "cloudformation", region)
        for stack in cloudformation.describe_stacks()["Stacks"]:
            if stack["StackName"].startswith(f"solarrally-{name}-"):
                listed = cloudformation.list_stack_resources(StackName=stack["StackName"])
                found += [
                    (each["ResourceType"], each["PhysicalResourceId"])
                    for each in listed["StackResourceSummaries"]
                ]
    return found
