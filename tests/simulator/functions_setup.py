"""A stack of functions as an operator would write it, and the programs in their image."""

import base64
import io
import json
import textwrap
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from tests import clients
from tests.simulator.refusal_setup import VPC, of_type, subnet
from tests.simulator.simulator_setup import IsolatedAccount

PROGRAMS: Final = {
    "programs/api.py": """
        import os
        import boto3
        from mangum import Mangum
        from api import site
        from main import app

        table = boto3.client("dynamodb")
        handle = Mangum(app, lifespan="off")

        def handler(event, context):
            if event["headers"].get("x-origin") != "secret":
                return {"statusCode": 403, "body": "not by this way"}
            if event["rawPath"] == "/fail":
                raise KeyError("broken")
            for item in table.scan(TableName=os.environ["LATEST"])["Items"]:
                site.record({"unit_id": item["unit"]["S"], "power_w": 7.0, "status": "charging"})
            return handle(event, context)
    """,
    "programs/telemetry.py": """
        import asyncio, json, os, types
        import boto3
        from utils.mqtt_client import MQTTManager
        from utils.websocket_manager import WebSocketManager

        table = boto3.client("dynamodb")
        api = boto3.client("apigatewaymanagementapi", endpoint_url=os.environ["LIVE"])

        class Sender(WebSocketManager):
            async def broadcast_to_all(self, data):
                for item in table.scan(TableName=os.environ["VIEWERS"])["Items"]:
                    api.post_to_connection(ConnectionId=item["id"]["S"], Data=json.dumps(data))
                unit = {"unit": {"S": data["unit_id"]}}
                table.put_item(TableName=os.environ["LATEST"], Item=unit)

        manager = MQTTManager(Sender())

        async def take(records):
            manager.loop = asyncio.get_running_loop()
            for record in records:
                told = json.loads(record["body"])
                topic = "evse/" + told.pop("thing") + "/telemetry"
                said = types.SimpleNamespace(topic=topic, payload=json.dumps(told).encode())
                manager._on_message(None, None, said)
            await asyncio.sleep(0)
            while asyncio.all_tasks() - {asyncio.current_task()}:
                await asyncio.sleep(0.001)

        def handler(event, context):
            bad = [r for r in event["Records"] if "bad" in r["body"]]
            asyncio.run(take([r for r in event["Records"] if r not in bad]))
            return {"batchItemFailures": [{"itemIdentifier": r["messageId"]} for r in bad]}
    """,
}
VIEWERS: Final = """
import os, boto3

table = boto3.client("dynamodb")

def handler(event, context):
    about = event["requestContext"]
    name = os.environ["VIEWERS"]
    if about["eventType"] == "CONNECT":
        if event["headers"].get("x-origin") != "secret":
            return {"statusCode": 403}
        table.put_item(TableName=name, Item={"id": {"S": about["connectionId"]}})
    elif about["eventType"] == "DISCONNECT":
        table.delete_item(TableName=name, Key={"id": {"S": about["connectionId"]}})
    return {"statusCode": 200}
"""


def image(aws: IsolatedAccount, architecture: str = "arm64") -> str:
    """Push an image that holds the programs; return its address."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in PROGRAMS.items():
            archive.writestr(name, textwrap.dedent(text))
    notes = {
        "solarrally.simulated": f"tests {architecture}",
        "solarrally.programs": base64.b64encode(packed.getvalue()).decode(),
    }
    ecr = aws.client("ecr")
    repository = ecr.create_repository(repositoryName="programs")["repository"]
    ecr.put_image(
        repositoryName="programs", imageTag="one", imageManifest=json.dumps({"annotations": notes})
    )
    return f"{repository['repositoryUri']}:one"


def role(service: str, *actions: str) -> dict[str, Any]:
    """Return a role for a service, with some actions on everything."""
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    allowed = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    policies = [{"PolicyName": "p", "PolicyDocument": {"Statement": [allowed]}}]
    return of_type(
        "AWS::IAM::Role",
        AssumeRolePolicyDocument={"Statement": [trust]},
        **({"Policies": policies} if actions else {}),
    )


def table(key: str) -> dict[str, Any]:
    return of_type(
        "AWS::DynamoDB::Table",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
        KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
    )


def att(name: str, attribute: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [name, attribute]}


def of_image(uri: str, program: str, **more: Any) -> dict[str, Any]:
    """Return a function of an image."""
    given = {
        "PackageType": "Image",
        "Code": {"ImageUri": uri},
        "ImageConfig": {
            "EntryPoint": ["python", "-m", "awslambdaric"],
            "Command": [f"programs.{program}.handler"],
        },
        "Role": att("Role", "Arn"),
        "Architectures": ["arm64"],
        "Timeout": 20,
        "MemorySize": 512,
        "Environment": {
            "Variables": {
                "LATEST": {"Ref": "Latest"},
                "VIEWERS": {"Ref": "Viewers"},
                "LIVE": {
                    "Fn::Sub": "https://${Live}.execute-api.${AWS::Region}.amazonaws.com/live"
                },
            }
        },
    }
    return of_type("AWS::Lambda::Function", **(given | more))


def api(name: str, protocol: str, function: str, stage: str, *routes: str) -> dict[str, Any]:
    """Return an API whose routes all lead to one function, which lets it."""
    integration = {"Fn::Sub": f"integrations/${{{name}Integration}}"}
    uri = "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${F.Arn}/invocations"
    selection = {"RouteSelectionExpression": "$request.body.action"}
    resources = {
        name: of_type(
            "AWS::ApiGatewayV2::Api",
            Name=name,
            ProtocolType=protocol,
            **(selection if protocol == "WEBSOCKET" else {}),
        ),
        f"{name}Integration": of_type(
            "AWS::ApiGatewayV2::Integration",
            ApiId={"Ref": name},
            IntegrationType="AWS_PROXY",
            IntegrationUri={"Fn::Sub": uri.replace("F.Arn", f"{function}.Arn")},
            **({"PayloadFormatVersion": "2.0"} if protocol == "HTTP" else {}),
        ),
        f"{name}Stage": of_type(
            "AWS::ApiGatewayV2::Stage", ApiId={"Ref": name}, StageName=stage, AutoDeploy=True
        ),
        f"{name}Permission": of_type(
            "AWS::Lambda::Permission",
            Action="lambda:InvokeFunction",
            FunctionName={"Ref": function},
            Principal="apigateway.amazonaws.com",
            SourceArn={
                "Fn::Sub": f"arn:aws:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{{name}}}/*"
            },
        ),
    }
    for number, route in enumerate(routes):
        resources[f"{name}Route{number}"] = of_type(
            "AWS::ApiGatewayV2::Route", ApiId={"Ref": name}, RouteKey=route, Target=integration
        )
    return resources


def resources(uri: str) -> dict[str, Any]:
    """Return the whole stack."""
    return {
        "RuleRole": role("iot.amazonaws.com", "sqs:SendMessage"),
        "Role": role(
            "lambda.amazonaws.com", "dynamodb:*", "sqs:*", "execute-api:ManageConnections", "logs:*"
        ),
        "Latest": table("unit"),
        "Viewers": table("id"),
        "Dead": of_type("AWS::SQS::Queue"),
        "Queue": of_type(
            "AWS::SQS::Queue",
            VisibilityTimeout=20,
            RedrivePolicy={"deadLetterTargetArn": att("Dead", "Arn"), "maxReceiveCount": 1},
        ),
        "Rule": of_type(
            "AWS::IoT::TopicRule",
            TopicRulePayload={
                "Sql": "SELECT *, topic(2) AS thing FROM 'evse/+/telemetry'",
                "Actions": [
                    {"Sqs": {"QueueUrl": {"Ref": "Queue"}, "RoleArn": att("RuleRole", "Arn")}}
                ],
            },
        ),
        "Telemetry": of_image(uri, "telemetry"),
        "Source": of_type(
            "AWS::Lambda::EventSourceMapping",
            EventSourceArn=att("Queue", "Arn"),
            FunctionName={"Ref": "Telemetry"},
            BatchSize=10,
            MaximumBatchingWindowInSeconds=1,
            FunctionResponseTypes=["ReportBatchItemFailures"],
        ),
        "Answers": of_image(uri, "api"),
        "Admits": of_type(
            "AWS::Lambda::Function",
            Runtime="python3.13",
            Handler="index.handler",
            Code={"ZipFile": VIEWERS},
            Role=att("Role", "Arn"),
            Timeout=20,
            Environment={"Variables": {"VIEWERS": {"Ref": "Viewers"}}},
        ),
        **api("Http", "HTTP", "Answers", "$default", "$default"),
        **api("Live", "WEBSOCKET", "Admits", "live", "$connect", "$disconnect", "$default"),
        "Site": of_type("AWS::CloudFront::Distribution", DistributionConfig=_distribution()),
    }


def _distribution() -> dict[str, Any]:
    def origin(name: str) -> dict[str, Any]:
        return {
            "Id": name,
            "DomainName": {"Fn::Sub": f"${{{name}}}.execute-api.${{AWS::Region}}.amazonaws.com"},
            "CustomOriginConfig": {"OriginProtocolPolicy": "https-only"},
            "OriginCustomHeaders": [{"HeaderName": "X-Origin", "HeaderValue": "secret"}],
        }

    def behavior(name: str) -> dict[str, Any]:
        return {
            "TargetOriginId": name,
            "ViewerProtocolPolicy": "redirect-to-https",
            "CachePolicyId": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
            "OriginRequestPolicyId": "b689b0a8-53d0-40ab-baf2-68738e2966ac",
            "AllowedMethods": ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"],
        }

    return {
        "Enabled": True,
        "Origins": [origin("Http"), origin("Live")],
        "DefaultCacheBehavior": behavior("Http"),
        "CacheBehaviors": [behavior("Live") | {"PathPattern": "/live"}],
    }


@dataclass(frozen=True, slots=True)
class Site:
    """The stack as it stands."""

    aws: IsolatedAccount
    address: str
    """Host and port of its distribution."""

    def physical(self, name: str) -> str:
        found = self.aws.client("cloudformation").describe_stack_resource(
            StackName="s", LogicalResourceId=name
        )
        return str(found["StackResourceDetail"]["PhysicalResourceId"])


def site_of(aws: IsolatedAccount) -> Site:
    """Deploy the stack."""
    outputs = {"Address": {"Value": att("Site", "DomainName")}}
    status = aws.create_stack("s", resources(image(aws)), Outputs=outputs)
    assert status == ("CREATE_COMPLETE", [])
    return Site(aws, clients.reached(aws.account, aws.outputs("s")["Address"]))


LISTS: Final = """
import boto3

dynamodb = boto3.client("dynamodb")

def handler(event, context):
    return {"tables": len(dynamodb.list_tables()["TableNames"])}
"""


def without_network() -> dict[str, Any]:
    """Return a stack with a function in a VPC from which nothing leads out."""
    return {
        "Vpc": VPC,
        "Subnet": subnet(),
        "Table": of_type("AWS::EC2::RouteTable", VpcId={"Ref": "Vpc"}),
        "Tied": of_type(
            "AWS::EC2::SubnetRouteTableAssociation",
            SubnetId={"Ref": "Subnet"},
            RouteTableId={"Ref": "Table"},
        ),
        "Group": of_type("AWS::EC2::SecurityGroup", VpcId={"Ref": "Vpc"}, GroupDescription="g"),
        "Role": role("lambda.amazonaws.com", "ec2:*", "dynamodb:ListTables"),
        "Function": of_type(
            "AWS::Lambda::Function",
            Runtime="python3.13",
            Handler="index.handler",
            Code={"ZipFile": LISTS},
            Role=att("Role", "Arn"),
            Timeout=2,
            VpcConfig={
                "SubnetIds": [{"Ref": "Subnet"}],
                "SecurityGroupIds": [{"Ref": "Group"}],
            },
        ),
    }


def fails(aws: IsolatedAccount, given: dict[str, Any], **changed: dict[str, Any]) -> str:
    """Create a stack in which some resources have other properties; return why it failed."""
    for name, properties in changed.items():
        given[name]["Properties"] |= properties
    status, reasons = aws.create_stack("s", given)
    assert status == "ROLLBACK_COMPLETE"
    return reasons[0]


def function_role(aws: IsolatedAccount) -> str:
    given = {"Role": role("ecs-tasks.amazonaws.com"), "Function": _small()}
    return fails(aws, given)


def function_network(aws: IsolatedAccount) -> str:
    given = {
        "Vpc": VPC,
        "Subnet": subnet(),
        "Group": of_type("AWS::EC2::SecurityGroup", VpcId={"Ref": "Vpc"}, GroupDescription="g"),
        "Role": role("lambda.amazonaws.com", "logs:*"),
        "Function": _small(),
    }
    network = {"SubnetIds": [{"Ref": "Subnet"}], "SecurityGroupIds": [{"Ref": "Group"}]}
    return fails(aws, given, Function={"VpcConfig": network})


def function_image_missing(aws: IsolatedAccount) -> str:
    uri = f"{image(aws)}-other"
    given = {"Role": role("lambda.amazonaws.com"), "Function": of_image(uri, "api")}
    given["Function"]["Properties"].pop("Environment")
    return fails(aws, given)


def function_image_denied(aws: IsolatedAccount) -> str:
    """Somebody creates the stack who may do everything but change the policy of a repository."""
    uri, document = image(aws), {"Effect": "Allow", "Action": "*", "Resource": "*"}
    denied = {"Effect": "Deny", "Action": "ecr:SetRepositoryPolicy", "Resource": "*"}
    iam = aws.client("iam")
    iam.create_user(UserName="u")
    policy = json.dumps({"Version": "2012-10-17", "Statement": [document, denied]})
    iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=policy)
    key = iam.create_access_key(UserName="u")["AccessKey"]["AccessKeyId"]
    given = {"Role": role("lambda.amazonaws.com"), "Function": of_image(uri, "api")}
    given["Function"]["Properties"].pop("Environment")
    clients.client_of_key(aws.account, key, "cloudformation", aws.region).create_stack(
        StackName="s",
        TemplateBody=json.dumps({"Resources": given}),
        Capabilities=["CAPABILITY_IAM"],
    )
    status, reasons = aws.settled("s")
    assert status == "ROLLBACK_COMPLETE"
    return reasons[0]


def function_concurrency(aws: IsolatedAccount) -> str:
    given = {"Role": role("lambda.amazonaws.com"), "Function": _small()}
    return fails(aws, given, Function={"ReservedConcurrentExecutions": 901})


def source_denied(aws: IsolatedAccount) -> str:
    return fails(aws, _queued("logs:*"))


def source_visibility(aws: IsolatedAccount) -> str:
    return fails(aws, _queued("sqs:*"), Function={"Timeout": 31})


def api_logs(aws: IsolatedAccount) -> str:
    given = {
        "Role": role("lambda.amazonaws.com"),
        "Function": _small(),
        "Log": of_type("AWS::Logs::LogGroup"),
        **api("Live", "WEBSOCKET", "Function", "live", "$connect"),
    }
    logs = {"DestinationArn": att("Log", "Arn"), "Format": "$context.requestId"}
    return fails(aws, given, LiveStage={"AccessLogSettings": logs})


CASES: Final[dict[str, tuple[Callable[[IsolatedAccount], str], str]]] = {
    "function-role": (function_role, "cannot be assumed by Lambda"),
    "function-network": (function_network, "permissions to call CreateNetworkInterface on EC2"),
    "function-image-missing": (function_image_missing, "Provide a valid source image"),
    "function-image-denied": (function_image_denied, "permission to access the ECR image"),
    "function-concurrency": (function_concurrency, "below its minimum value of [100]"),
    "source-denied": (source_denied, "permissions to call ReceiveMessage on SQS"),
    "source-visibility": (source_visibility, "30 seconds is less than Function timeout: 31 sec"),
    "api-logs": (api_logs, "CloudWatch Logs role ARN must be set in account settings"),
}


def _small() -> dict[str, Any]:
    return of_type(
        "AWS::Lambda::Function",
        Runtime="python3.13",
        Handler="index.handler",
        Code={"ZipFile": VIEWERS},
        Role=att("Role", "Arn"),
    )


def _queued(allowed: str) -> dict[str, Any]:
    return {
        "Role": role("lambda.amazonaws.com", allowed),
        "Queue": of_type("AWS::SQS::Queue"),
        "Function": _small(),
        "Source": of_type(
            "AWS::Lambda::EventSourceMapping",
            EventSourceArn=att("Queue", "Arn"),
            FunctionName={"Ref": "Function"},
        ),
    }
