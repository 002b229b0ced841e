"""Templates and calls that must fail because something is in use, or does not fit."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.simulator.simulator_setup import IsolatedAccount, control

VPC = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}
DATABASE = {
    "Engine": "postgres",
    "EngineVersion": "17.6",
    "DBInstanceClass": "db.t4g.micro",
    "StorageType": "gp3",
    "AllocatedStorage": "50",
    "MasterUsername": "u",
    "MasterUserPassword": "password",
}


def subnet(number: int = 0) -> dict[str, Any]:
    zone = f"us-east-1{'ab'[number]}"
    properties = {
        "VpcId": {"Ref": "Vpc"},
        "CidrBlock": f"10.0.{number}.0/24",
        "AvailabilityZone": zone,
    }
    return {"Type": "AWS::EC2::Subnet", "Properties": properties}


def of_type(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": kind, "Properties": properties}


def physical(aws: IsolatedAccount, logical_id: str) -> str:
    found = aws.client("cloudformation").describe_stack_resource(
        StackName="s", LogicalResourceId=logical_id
    )
    return str(found["StackResourceDetail"]["PhysicalResourceId"])


def refused_call(code: str, call: Callable[..., Any], **parameters: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    assert caught.value.response["Error"]["Code"] == code
    return str(caught.value.response["Error"]["Message"])


def fails_to_delete(aws: IsolatedAccount, resources: dict[str, Any], use: Callable[[], str]) -> str:
    """Create a stack, let something use a part of it, and delete it.

    `use` returns AWS's words for the deletion by a call, which are those for the stack's.
    """
    assert aws.create_stack("s", resources) == ("CREATE_COMPLETE", [])
    words = use()
    status, reasons = aws.delete_stack("s")
    assert status == "DELETE_FAILED"
    (reason,) = [reason for reason in reasons if words in reason]
    assert "HandlerErrorCode: " in reason
    return reason


def subnet_in_use(aws: IsolatedAccount) -> str:
    def use() -> str:
        used = physical(aws, "Subnet")
        aws.client("elbv2").create_load_balancer(Name="l", Subnets=[used], Scheme="internal")
        return refused_call("DependencyViolation", aws.client("ec2").delete_subnet, SubnetId=used)

    return fails_to_delete(aws, {"Vpc": VPC, "Subnet": subnet()}, use)


def route_table_in_use(aws: IsolatedAccount) -> str:
    table = of_type("AWS::EC2::RouteTable", VpcId={"Ref": "Vpc"})

    def use() -> str:
        ec2, used = aws.client("ec2"), physical(aws, "Table")
        ec2.associate_route_table(SubnetId=physical(aws, "Subnet"), RouteTableId=used)
        return refused_call("DependencyViolation", ec2.delete_route_table, RouteTableId=used)

    return fails_to_delete(aws, {"Vpc": VPC, "Subnet": subnet(), "Table": table}, use)


def security_group_in_use(aws: IsolatedAccount) -> str:
    group = of_type("AWS::EC2::SecurityGroup", VpcId={"Ref": "Vpc"}, GroupDescription="g")

    def use() -> str:
        ec2, vpc, used = aws.client("ec2"), physical(aws, "Vpc"), physical(aws, "Group")
        other = ec2.create_security_group(GroupName="o", Description="o", VpcId=vpc)["GroupId"]
        pair = {
            "IpProtocol": "tcp",
            "FromPort": 1,
            "ToPort": 1,
            "UserIdGroupPairs": [{"GroupId": used}],
        }
        ec2.authorize_security_group_ingress(GroupId=other, IpPermissions=[pair])
        return refused_call("DependencyViolation", ec2.delete_security_group, GroupId=used)

    return fails_to_delete(aws, {"Vpc": VPC, "Group": group}, use)


def vpc_in_use(aws: IsolatedAccount) -> str:
    def use() -> str:
        ec2, vpc = aws.client("ec2"), physical(aws, "Vpc")
        ec2.create_security_group(GroupName="o", Description="o", VpcId=vpc)
        return refused_call("DependencyViolation", ec2.delete_vpc, VpcId=vpc)

    return fails_to_delete(aws, {"Vpc": VPC}, use)


def web_acl_in_use(aws: IsolatedAccount) -> str:
    visibility = {
        "CloudWatchMetricsEnabled": True,
        "SampledRequestsEnabled": True,
        "MetricName": "m",
    }
    acl = of_type(
        "AWS::WAFv2::WebACL",
        Scope="CLOUDFRONT",
        DefaultAction={"Allow": {}},
        VisibilityConfig=visibility,
    )

    def use() -> str:
        waf = aws.client("wafv2")
        (used,) = waf.list_web_acls(Scope="CLOUDFRONT")["WebACLs"]
        aws.client("cloudfront").create_distribution(DistributionConfig=_distribution(used["ARN"]))
        given = {"Name": used["Name"], "Id": used["Id"], "LockToken": used["LockToken"]}
        return refused_call(
            "WAFAssociatedItemException", waf.delete_web_acl, Scope="CLOUDFRONT", **given
        )

    return fails_to_delete(aws, {"Acl": acl}, use)


def function_in_use(aws: IsolatedAccount) -> str:
    function = of_type(
        "AWS::CloudFront::Function",
        Name="f",
        AutoPublish=True,
        FunctionCode="function handler(event) { return event.request; }",
        FunctionConfig={"Comment": "", "Runtime": "cloudfront-js-2.0"},
    )

    def use() -> str:
        cloudfront, arn = aws.client("cloudfront"), physical(aws, "Function")
        association = {"FunctionARN": arn, "EventType": "viewer-request"}
        config = _distribution()
        config["DefaultCacheBehavior"]["FunctionAssociations"] = {
            "Quantity": 1,
            "Items": [association],
        }
        cloudfront.create_distribution(DistributionConfig=config)
        tag = cloudfront.describe_function(Name="f", Stage="DEVELOPMENT")["ETag"]
        return refused_call("FunctionInUse", cloudfront.delete_function, Name="f", IfMatch=tag)

    return fails_to_delete(aws, {"Function": function}, use)


def access_control_in_use(aws: IsolatedAccount) -> str:
    config = {
        "Name": "n",
        "OriginAccessControlOriginType": "s3",
        "SigningBehavior": "always",
        "SigningProtocol": "sigv4",
    }
    control = of_type("AWS::CloudFront::OriginAccessControl", OriginAccessControlConfig=config)

    def use() -> str:
        cloudfront, used = aws.client("cloudfront"), physical(aws, "Control")
        distribution = _distribution()
        distribution["Origins"]["Items"][0]["OriginAccessControlId"] = used
        cloudfront.create_distribution(DistributionConfig=distribution)
        tag = cloudfront.get_origin_access_control(Id=used)["ETag"]
        call = cloudfront.delete_origin_access_control
        return refused_call("OriginAccessControlInUse", call, Id=used, IfMatch=tag)

    return fails_to_delete(aws, {"Control": control}, use)


def target_group_in_use(aws: IsolatedAccount) -> str:
    group = of_type("AWS::ElasticLoadBalancingV2::TargetGroup", Protocol="HTTP", Port=80)

    def use() -> str:
        elb, used = aws.client("elbv2"), physical(aws, "Group")
        balancer = elb.create_load_balancer(Name="l", Subnets=["subnet-1"])["LoadBalancers"][0]
        elb.create_listener(
            LoadBalancerArn=balancer["LoadBalancerArn"],
            Protocol="HTTP",
            Port=80,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": used}],
        )
        return refused_call("ResourceInUse", elb.delete_target_group, TargetGroupArn=used)

    return fails_to_delete(aws, {"Group": group}, use)


def cluster_in_use(aws: IsolatedAccount) -> str:
    def use() -> str:
        ecs, used = aws.client("ecs"), physical(aws, "Cluster")
        container = {"name": "a", "image": "example.com/a:1", "memory": 128}
        ecs.register_task_definition(family="f", containerDefinitions=[container])
        ecs.create_service(cluster=used, serviceName="s", taskDefinition="f", desiredCount=0)
        return refused_call("ClusterContainsServicesException", ecs.delete_cluster, cluster=used)

    return fails_to_delete(aws, {"Cluster": of_type("AWS::ECS::Cluster")}, use)


def _distribution(web_acl: str = "") -> dict[str, Any]:
    origin = {
        "Id": "o",
        "DomainName": "example.com",
        "CustomOriginConfig": {
            "HTTPPort": 80,
            "HTTPSPort": 443,
            "OriginProtocolPolicy": "https-only",
        },
    }
    behaviour = {
        "TargetOriginId": "o",
        "ViewerProtocolPolicy": "https-only",
        "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",
    }
    return {
        "CallerReference": "r",
        "Comment": "",
        "Enabled": False,
        "Origins": {"Quantity": 1, "Items": [origin]},
        "DefaultCacheBehavior": behaviour,
        "WebACLId": web_acl,
    }


def create_database(aws: IsolatedAccount, name: str = "used", **more: Any) -> None:
    given = DATABASE | {"AllocatedStorage": 50} | more
    aws.client("rds").create_db_instance(DBInstanceIdentifier=name, **given)


def subnet_group_in_use(aws: IsolatedAccount) -> str:
    group = of_type(
        "AWS::RDS::DBSubnetGroup",
        DBSubnetGroupDescription="g",
        SubnetIds=[{"Ref": "One"}, {"Ref": "Two"}],
    )

    def use() -> str:
        used = physical(aws, "Group")
        create_database(aws, DBSubnetGroupName=used)
        call = aws.client("rds").delete_db_subnet_group
        return refused_call("InvalidDBSubnetGroupStateFault", call, DBSubnetGroupName=used)

    resources = {"Vpc": VPC, "One": subnet(0), "Two": subnet(1), "Group": group}
    return fails_to_delete(aws, resources, use)


def parameter_group_in_use(aws: IsolatedAccount) -> str:
    group = of_type("AWS::RDS::DBParameterGroup", Description="g", Family="postgres17")

    def use() -> str:
        used = physical(aws, "Group")
        create_database(aws, DBParameterGroupName=used)
        call = aws.client("rds").delete_db_parameter_group
        return refused_call("InvalidDBParameterGroupState", call, DBParameterGroupName=used)

    return fails_to_delete(aws, {"Group": group}, use)


def snapshot_does_not_fit(aws: IsolatedAccount) -> str:
    create_database(aws)
    aws.client("rds").create_db_snapshot(DBSnapshotIdentifier="kept", DBInstanceIdentifier="used")
    group = of_type("AWS::RDS::DBParameterGroup", Description="g", Family="postgres16")
    other_family = {"DBParameterGroupName": {"Ref": "Group"}, "EngineVersion": "16.10"}
    refused = {
        "DBSnapshot not found: gone": {"DBSnapshotIdentifier": "gone"},
        "gp3: 20": {"AllocatedStorage": "20"},
        "Cannot upgrade postgres from 17.6 to 17.5": {"EngineVersion": "17.5"},
        "AllowMajorVersionUpgrade flag must be present": {"EngineVersion": "18.1"},
        "Use a parameter group with DBParameterGroupFamily postgres17.": other_family,
    }
    found = []
    for number, (words, properties) in enumerate(refused.items()):
        given = DATABASE | {"DBSnapshotIdentifier": "kept"} | properties
        resources = {"Group": group, "Database": of_type("AWS::RDS::DBInstance", **given)}
        status, reasons = aws.create_stack(f"restore-{number}", resources)
        assert status == "ROLLBACK_COMPLETE"
        assert words in reasons[0]
        found += reasons
    return " ".join(found)


def deployment_not_forced(aws: IsolatedAccount) -> str:
    ecs, name = aws.client("ecs"), "capacityProviderStrategy"
    ecs.create_cluster(clusterName="c")
    container = {"name": "a", "image": "example.com/a:1", "memory": 128}
    ecs.register_task_definition(family="f", containerDefinitions=[container])
    strategies = [{"Base": 0, "Weight": 1, "CapacityProvider": p} for p in ("FARGATE", "SPOT")]
    service = {"Cluster": "c", "TaskDefinition": "f", "DesiredCount": 0}

    def stack(strategy: dict[str, Any], **more: Any) -> dict[str, Any]:
        given = service | {"CapacityProviderStrategy": [strategy]} | more
        return {"Service": of_type("AWS::ECS::Service", **given)}

    assert aws.create_stack("s", stack(strategies[0])) == ("CREATE_COMPLETE", [])
    other = [{"capacityProvider": "FARGATE_SPOT", "base": 0, "weight": 2}]
    arn = physical(aws, "Service")
    given = {"cluster": "c", "service": arn, name: other}
    words = refused_call("InvalidParameterException", ecs.update_service, **given)
    status, reasons = aws.update_stack("s", stack(strategies[1]))
    assert status == "UPDATE_ROLLBACK_COMPLETE"
    assert words in reasons[0]
    forced = {"EnableForceNewDeployment": True, "ForceNewDeploymentNonce": "1"}
    status, _ = aws.update_stack("s", stack(strategies[1], ForceNewDeployment=forced))
    assert status == "UPDATE_COMPLETE"
    return reasons[0]


@contextmanager
def at_speed(aws: IsolatedAccount, speed: str) -> Iterator[None]:
    control(aws.account, "POST", "speed", {"speed": speed})
    try:
        yield
    finally:
        control(aws.account, "POST", "speed", {"speed": "instant"})


CASES: dict[str, tuple[Callable[[IsolatedAccount], str], str]] = {
    "subnet-in-use": (subnet_in_use, "has dependencies and cannot be deleted"),
    "route-table-in-use": (route_table_in_use, "has dependencies and cannot be deleted"),
    "security-group-in-use": (security_group_in_use, "has a dependent object"),
    "vpc-in-use": (vpc_in_use, "has dependencies and cannot be deleted"),
    "web-acl-in-use": (web_acl_in_use, "your resource is being used by another resource"),
    "function-in-use": (function_in_use, "attached to one or more cache behaviors"),
    "access-control-in-use": (access_control_in_use, "in use by one or more distributions"),
    "target-group-in-use": (target_group_in_use, "currently in use by a listener or a rule"),
    "cluster-in-use": (cluster_in_use, "cannot be deleted while Services are active"),
    "subnet-group-in-use": (subnet_group_in_use, "at least one database instance is still using"),
    "parameter-group-in-use": (parameter_group_in_use, "are still members of this parameter group"),
    "snapshot-does-not-fit": (snapshot_does_not_fit, "HandlerErrorCode: InvalidRequest"),
    "deployment-not-forced": (deployment_not_forced, "you must force a new deployment"),
}
