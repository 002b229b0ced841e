"""IAM, Lambda and CodeBuild: who does what for the site."""

from collections.abc import Iterator
from typing import Any, Final

from solarrally_tui.terraform.bodies import Body, Into, as_json
from solarrally_tui.terraform.hcl import Block, Expression
from solarrally_tui.terraform.names import snake
from solarrally_tui.terraform.scope import Scope
from solarrally_tui.terraform.types.model import Resource, Row


def _policies(scope: Scope, resource: Resource) -> Iterator[Block]:
    """Each policy of a role as a resource, under the condition that it has in the list."""
    role = resource.refers("aws_iam_role", "name")
    for node in resource.properties.get("Policies", ()):
        condition, policy, _nothing = node.get("Fn::If", ("", node, None))
        when = f"local.{snake(condition)}" if condition else ""
        name, document = policy["PolicyName"], policy["PolicyDocument"]
        arguments = {"name": name, "role": role, "policy": scope.policy(document)}
        suffix = f"_{name.replace('-', '_')}"
        yield resource.block("aws_iam_role_policy", arguments, suffix=suffix, when=when)
    for at, arn in enumerate(resource.properties.get("ManagedPolicyArns", ()), 1):
        arguments = {"role": role, "policy_arn": scope.value(arn)}
        yield resource.block("aws_iam_role_policy_attachment", arguments, suffix=f"_{at}")


def _image(scope: Scope, node: Any) -> Body:
    uri = node.get("ImageUri")
    return Body({"image_uri": scope.value(uri)}) if uri else Body()


def _code(_: Scope, resource: Resource) -> Body:
    """The archive of a function's code, where it has no image."""
    if "ZipFile" not in resource.properties["Code"]:
        return Body()
    archive = f"data.archive_file.{resource.name}"
    return Body(
        {
            "filename": Expression(f"{archive}.output_path"),
            "source_code_hash": Expression(f"{archive}.output_base64sha256"),
        }
    )


def _archive(scope: Scope, resource: Resource) -> Iterator[Block]:
    """The function's code as the archive that Terraform uploads."""
    del scope
    code = resource.properties["Code"].get("ZipFile")
    if code is None:
        return
    yield Block(
        "data",
        ("archive_file", resource.name),
        {
            "type": "zip",
            "output_path": Expression(f'"${{path.module}}/{resource.name}.zip"'),
            "source_content_filename": "index.py",
            "source_content": code,
        },
    )


ROWS: Final = {
    "AWS::IAM::Role": Row(
        "aws_iam_role",
        {
            "AssumeRolePolicyDocument": as_json("assume_role_policy"),
            "Policies": None,
            "ManagedPolicyArns": None,
        },
        ref="name",
        attributes={"Arn": "arn"},
        named="name",
        more=_policies,
        beside=("aws_iam_role_policy", "aws_iam_role_policy_attachment"),
    ),
    "AWS::Lambda::Function": Row(
        "aws_lambda_function",
        {"Code": _image},
        ref="function_name",
        attributes={"Arn": "arn"},
        named="function_name",
        derived=_code,
        more=_archive,
    ),
    "AWS::Lambda::Permission": Row("aws_lambda_permission"),
    "AWS::CodeBuild::Project": Row(
        "aws_codebuild_project",
        {
            "TimeoutInMinutes": "build_timeout",
            "QueuedTimeoutInMinutes": "queued_timeout",
            "Source": Into("source", {"BuildSpec": "buildspec"}),
            "LogsConfig": Into("logs_config", {"CloudWatchLogs": "cloudwatch_logs"}),
        },
        ref="name",
    ),
}
