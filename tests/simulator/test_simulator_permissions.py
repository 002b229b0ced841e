"""The simulated account refuses what the policies of who calls do not allow, in AWS's words."""

import base64
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from solarrally_tui.simulator.child import Account
from tests.iam_engine.recorded import peek, record, recorded
from tests.policy.operators import ADMINISTRATOR, client, seen_with, user
from tests.simulator.simulator_setup import IsolatedAccount, role_of, until

ANN = "arn:aws:iam::123456789012:user/permission-ann"


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(*actions: str, resource: str = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource, **more}


@pytest.fixture
def ann(account: Account) -> Account:
    """A user without any policy."""
    return user(account, "permission-ann", [])


REFUSED = {
    "s3": ("list_buckets", {}, "AccessDenied", 403, "s3:ListAllMyBuckets"),
    "ec2": ("describe_vpcs", {}, "UnauthorizedOperation", 403, "ec2:DescribeVpcs"),
    "iam": ("list_roles", {}, "AccessDenied", 403, "iam:ListRoles"),
    "ecs": ("list_clusters", {}, "AccessDeniedException", 400, "ecs:ListClusters"),
    "iot": ("list_things", {}, "AccessDeniedException", 403, "iot:ListThings"),
    "cloudfront": ("list_distributions", {}, "AccessDenied", 403, "cloudfront:ListDistributions"),
    "sns": ("list_topics", {}, "AuthorizationError", 403, "sns:ListTopics"),
    "cloudwatch": ("describe_alarms", {}, "AccessDenied", 403, "cloudwatch:DescribeAlarms"),
}


@pytest.mark.parametrize("service", REFUSED)
def test_each_protocol_refuses_in_its_own_way(ann: Account, service: str) -> None:
    operation, given, code, status, action = REFUSED[service]
    with pytest.raises(ClientError) as refused:
        getattr(client(ann, service), operation)(**given)
    error = refused.value.response
    assert error["Error"]["Code"] == code or service == "cloudwatch"
    assert error["ResponseMetadata"]["HTTPStatusCode"] == status or service == "cloudwatch"
    words = error["Error"]["Message"]
    assert f"User: {ANN} is not authorized to perform: {action}" in words
    assert f"because no identity-based policy allows the {action} action" in words


def test_a_boundary_and_an_explicit_deny_are_named_as_the_reason(account: Account) -> None:
    never = {"Effect": "Deny", "Action": "ssm:*", "Resource": "*"}
    bob = user(account, "permission-bob", [ADMINISTRATOR, document(never)])
    with pytest.raises(ClientError, match="with an explicit deny in an identity-based policy"):
        client(bob, "ssm").describe_parameters()
    iam = client(account, "iam")
    text = json.dumps(document(allow("s3:*")))
    arn = iam.create_policy(PolicyName="permission-bound", PolicyDocument=text)["Policy"]["Arn"]
    iam.put_user_permissions_boundary(UserName="permission-bob", PermissionsBoundary=arn)
    client(bob, "s3").list_buckets()
    with pytest.raises(ClientError, match="because no permissions boundary allows the ecs:List"):
        client(bob, "ecs").list_clusters()


def test_conditions_ask_for_tags_of_the_request_and_of_the_resource(account: Account) -> None:
    secrets = client(account, "secretsmanager")
    for site in ("a", "b"):
        tags = [{"Key": "site", "Value": site}]
        secrets.create_secret(Name=f"permission-{site}", SecretString="x", Tags=tags)
    own = {"StringEquals": {"aws:ResourceTag/site": "a"}}
    only = {"ForAllValues:StringEquals": {"aws:TagKeys": ["site"]}}
    eve = user(
        account,
        "permission-eve",
        [
            document(
                allow("secretsmanager:GetSecretValue", Condition=own),
                allow("secretsmanager:TagResource", Condition=own | only),
            )
        ],
    )
    theirs = client(eve, "secretsmanager")
    theirs.get_secret_value(SecretId="permission-a")
    theirs.tag_resource(SecretId="permission-a", Tags=[{"Key": "site", "Value": "a"}])
    with pytest.raises(ClientError, match="GetSecretValue"):
        theirs.get_secret_value(SecretId="permission-b")
    with pytest.raises(ClientError, match="TagResource"):
        theirs.tag_resource(SecretId="permission-a", Tags=[{"Key": "other", "Value": "a"}])


def test_the_policy_of_a_bucket_allows_and_denies(account: Account, ann: Account) -> None:
    s3 = client(account, "s3")
    s3.create_bucket(Bucket="permission-bucket")
    s3.put_object(Bucket="permission-bucket", Key="open", Body=b"x")
    s3.put_object(Bucket="permission-bucket", Key="shut", Body=b"x")
    resource = "arn:aws:s3:::permission-bucket/"
    statement = {"Effect": "Allow", "Principal": {"AWS": ANN}, "Action": "s3:GetObject"}
    policy = document({**statement, "Resource": f"{resource}open"})
    s3.put_bucket_policy(Bucket="permission-bucket", Policy=json.dumps(policy))
    client(ann, "s3").get_object(Bucket="permission-bucket", Key="open")
    with pytest.raises(ClientError, match="s3:GetObject"):
        client(ann, "s3").get_object(Bucket="permission-bucket", Key="shut")
    admin = user(account, "permission-admin", [ADMINISTRATOR])
    policy = document({**statement, "Effect": "Deny", "Principal": "*", "Resource": f"{resource}*"})
    s3.put_bucket_policy(Bucket="permission-bucket", Policy=json.dumps(policy))
    with pytest.raises(ClientError, match="with an explicit deny in a resource-based policy"):
        client(admin, "s3").get_object(Bucket="permission-bucket", Key="open")


def test_a_session_has_the_policies_of_its_role_and_only_who_is_trusted_gets_one(
    account: Account, ann: Account
) -> None:
    iam = client(account, "iam")
    trust = document({"Effect": "Allow", "Principal": {"AWS": ANN}, "Action": "sts:AssumeRole"})
    arn = iam.create_role(RoleName="permission-role", AssumeRolePolicyDocument=json.dumps(trust))[
        "Role"
    ]["Arn"]
    policy = json.dumps(document(allow("ecs:ListClusters")))
    iam.put_role_policy(RoleName="permission-role", PolicyName="p", PolicyDocument=policy)
    keys = client(ann, "sts").assume_role(RoleArn=arn, RoleSessionName="work")["Credentials"]
    taken = seen_with(account, keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
    client(taken, "ecs").list_clusters()
    with pytest.raises(ClientError, match="assumed-role/permission-role/work is not authorized"):
        client(taken, "s3").list_buckets()
    other = user(account, "permission-other", [ADMINISTRATOR])
    with pytest.raises(ClientError, match="is not authorized to perform: sts:AssumeRole"):
        client(other, "sts").assume_role(RoleArn=arn, RoleSessionName="work")


def roles_policy(aws: IsolatedAccount, *statements: dict[str, Any]) -> str:
    """A service role of CloudFormation with these statements and nothing else."""
    arn = role_of(aws, "cloudformation.amazonaws.com")
    aws.client("iam").put_role_policy(
        RoleName="cloudformation",
        PolicyName="all",
        PolicyDocument=json.dumps(document(*statements)),
    )
    return arn


TOPIC = {"Topic": {"Type": "AWS::SNS::Topic"}}


def created(aws: IsolatedAccount, role: str, resources: dict[str, Any]) -> tuple[str, list[str]]:
    aws.client("cloudformation").create_stack(
        StackName="s", TemplateBody=json.dumps({"Resources": resources}), RoleARN=role
    )
    return aws.settled("s")


def test_a_stack_fails_where_its_role_lacks_a_permission(aws: IsolatedAccount) -> None:
    needed = ("sns:CreateTopic", "sns:TagResource", "sns:GetTopicAttributes")
    needed += ("sns:ListSubscriptionsByTopic", "sns:ListTagsForResource")
    role = roles_policy(aws, allow(*needed))
    status, reasons = created(aws, role, TOPIC)
    assert status == "ROLLBACK_COMPLETE"
    assert any(
        "assumed-role/cloudformation/AWSCloudFormation is not authorized to perform: "
        "sns:GetDataProtectionPolicy"
        in reason
        and "(HandlerErrorCode: AccessDenied)" in reason
        and "Status Code: 403" in reason
        for reason in reasons
    ), reasons


def test_what_a_handler_needs_depends_on_the_properties(aws: IsolatedAccount) -> None:
    role = roles_policy(aws, allow("logs:*"))
    aws.client("iam").put_role_policy(
        RoleName="cloudformation",
        PolicyName="no",
        PolicyDocument=json.dumps(
            document({"Effect": "Deny", "Action": "logs:PutRetentionPolicy", "Resource": "*"})
        ),
    )
    group = {"Type": "AWS::Logs::LogGroup", "Properties": {}}
    assert created(aws, role, {"Group": group})[0] == "CREATE_COMPLETE"
    aws.delete_stack("s")
    kept = {"Group": {**group, "Properties": {"RetentionInDays": 7}}}
    assert "logs:PutRetentionPolicy" in str(created(aws, role, kept))


IMAGE_NAME = "/aws/service/ami-amazon-linux-latest/al2023-ami-minimal-kernel-default-arm64"
WITH_IMAGE = {
    "Parameters": {
        "Image": {"Type": "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>", "Default": IMAGE_NAME}
    },
    "Resources": TOPIC,
}


def test_a_change_set_is_refused_to_who_may_not_look_up_its_parameters(account: Account) -> None:
    """Found by review: the deploy policy lacked it, and every first deployment would have ended."""
    without = {"Effect": "Deny", "Action": "ssm:GetParameters", "Resource": "*"}
    zoe = user(account, "permission-zoe", [ADMINISTRATOR, document(without)])
    words = "User doesn't have permission to call ssm:GetParameters"
    with pytest.raises(ClientError, match=words):
        client(zoe, "cloudformation").create_change_set(
            StackName="permission-image",
            ChangeSetName="c",
            ChangeSetType="CREATE",
            TemplateBody=json.dumps(WITH_IMAGE),
        )


TARGET = {
    "Target": {
        "Type": "AWS::ApplicationAutoScaling::ScalableTarget",
        "Properties": {
            "ServiceNamespace": "ecs",
            "ScalableDimension": "ecs:service:DesiredCount",
            "ResourceId": "service/c/s",
            "MinCapacity": 1,
            "MaxCapacity": 2,
        },
    }
}


def test_a_scalable_target_needs_alarms_without_a_name(aws: IsolatedAccount) -> None:
    """Found by review: the service role could put alarms of the site's names only."""
    named = "arn:aws:cloudwatch:*:*:alarm:solarrally-*"
    role = roles_policy(
        aws,
        allow("application-autoscaling:*", "iam:*", "cloudwatch:De*"),
        allow("cloudwatch:PutMetricAlarm", resource=named),
    )
    status, reasons = created(aws, role, TARGET)
    assert status == "ROLLBACK_COMPLETE"
    assert "cloudwatch:PutMetricAlarm" in str(reasons), reasons


def test_an_interface_endpoint_with_private_names_needs_their_hosted_zone(
    aws: IsolatedAccount,
) -> None:
    """Found by review: the registry's schema does not name it, AWS's reference does."""
    vpc = aws.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    properties = {
        "VpcId": vpc,
        "ServiceName": "com.amazonaws.us-east-1.ecr.api",
        "VpcEndpointType": "Interface",
        "PrivateDnsEnabled": True,
    }
    endpoint = {"Endpoint": {"Type": "AWS::EC2::VPCEndpoint", "Properties": properties}}
    role = roles_policy(aws, allow("ec2:*"))
    status, reasons = created(aws, role, endpoint)
    assert status == "ROLLBACK_COMPLETE"
    assert "route53:AssociateVPCWithHostedZone" in str(reasons), reasons


def test_a_task_starts_only_with_what_its_execution_role_may_read(account: Account) -> None:
    """The words are ECS's, and the database and image of the task are not asked for before."""
    iam, ecs = client(account, "iam"), client(account, "ecs")
    service = {"Service": "ecs-tasks.amazonaws.com"}
    trust = {"Effect": "Allow", "Principal": service, "Action": "sts:AssumeRole"}
    role = iam.create_role(
        RoleName="permission-execution", AssumeRolePolicyDocument=json.dumps(document(trust))
    )["Role"]["Arn"]
    secret = client(account, "secretsmanager").create_secret(
        Name="permission-task", SecretString="x"
    )["ARN"]
    definition = ecs.register_task_definition(
        family="permission",
        networkMode="awsvpc",
        executionRoleArn=role,
        containerDefinitions=[
            {"name": "main", "image": "public", "secrets": [{"name": "S", "valueFrom": secret}]}
        ],
    )["taskDefinition"]["taskDefinitionArn"]
    ecs.create_cluster(clusterName="permission")
    started = ecs.run_task(cluster="permission", taskDefinition=definition)["tasks"][0]["taskArn"]

    def stopped() -> str | None:
        task = ecs.describe_tasks(cluster="permission", tasks=[started])["tasks"][0]
        return task.get("stoppedReason") if task["lastStatus"] == "STOPPED" else None

    reason = until(stopped)
    assert reason.startswith("ResourceInitializationError: unable to pull secrets")
    assert "assumed-role/permission-execution" in reason
    assert "is not authorized to perform: secretsmanager:GetSecretValue" in reason


def token(**claims: str) -> str:
    """A token as GitHub Actions gets it, without a signature."""
    parts = ({"alg": "none"}, {"iss": "https://token.actions.githubusercontent.com"} | claims)
    texts = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode() for part in parts)
    return ".".join(text.rstrip("=") for text in (*texts, ""))


def test_a_web_identity_gets_a_role_only_with_the_claims_that_the_role_trusts(
    account: Account,
) -> None:
    host = "token.actions.githubusercontent.com"
    provider = f"arn:aws:iam::123456789012:oidc-provider/{host}"
    claims = {f"{host}:aud": "sts.amazonaws.com", f"{host}:sub": "repo:owner/name:*"}
    trust = document(
        {
            "Effect": "Allow",
            "Principal": {"Federated": provider},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {"StringLike": claims},
        }
    )
    role = client(account, "iam").create_role(
        RoleName="permission-github", AssumeRolePolicyDocument=json.dumps(trust)
    )["Role"]["Arn"]

    def taken(sub: str) -> Any:
        return client(account, "sts").assume_role_with_web_identity(
            RoleArn=role,
            RoleSessionName="actions",
            WebIdentityToken=token(aud="sts.amazonaws.com", sub=sub),
        )

    keys = taken("repo:owner/name:ref:refs/heads/main")["Credentials"]
    pusher = seen_with(account, keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
    with pytest.raises(ClientError, match="assumed-role/permission-github/actions is not"):
        client(pusher, "ecs").list_clusters()
    with pytest.raises(ClientError, match="Not authorized to perform sts:AssumeRoleWithWeb"):
        taken("repo:owner/fork:ref:refs/heads/main")


def test_a_rule_of_iot_writes_only_what_its_role_may(account: Account) -> None:
    iam, logs = client(account, "iam"), client(account, "logs")
    service = {"Service": "iot.amazonaws.com"}
    trust = document({"Effect": "Allow", "Principal": service, "Action": "sts:AssumeRole"})
    role = iam.create_role(RoleName="permission-rule", AssumeRolePolicyDocument=json.dumps(trust))[
        "Role"
    ]["Arn"]
    logs.create_log_group(logGroupName="permission-rule")
    action = {"cloudwatchLogs": {"roleArn": role, "logGroupName": "permission-rule"}}
    client(account, "iot").create_topic_rule(
        ruleName="permission_rule",
        topicRulePayload={"sql": "SELECT * FROM 'permission/rule'", "actions": [action]},
    )

    def written() -> int:
        client(account, "iot-data").publish(topic="permission/rule", qos=1, payload=b'{"a": 1}')
        streams = logs.describe_log_streams(logGroupName="permission-rule")["logStreams"]
        return len(streams)

    record(account)
    written()
    denied = until(lambda: [one for one in peek(account) if one["effect"] != "allowed"])
    assert {(one["action"], one["principal"].split("/")[1]) for one in denied} == {
        ("logs:DescribeLogStreams", "permission-rule")
    }
    assert written() == 0
    iam.put_role_policy(
        RoleName="permission-rule",
        PolicyName="log",
        PolicyDocument=json.dumps(document(allow("logs:*", resource="arn:aws:logs:*:*:*"))),
    )
    assert until(written)
    recorded(account)
