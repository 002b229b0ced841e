"""Stack tags where AWS puts them and MiniStack does not: on buckets."""

from ministack.services.cloudformation import provisioners

from solarrally_tui.simulator.loopback import api
from solarrally_tui.simulator.pins import private
from solarrally_tui.simulator.resources.registry import Made, Properties
from solarrally_tui.simulator.stacks.checks import Checks


def declare(checks: Checks) -> None:
    """Let buckets take stack tags."""
    private(provisioners, "_STACK_TAG_PROPERTY")["AWS::S3::Bucket"] = ("Tags", "list")
    checks.correct("AWS::S3::Bucket", _bucket)


def _bucket(made: Made, properties: Properties) -> Made:
    # CloudFormation's own tags go by another way than PutBucketTagging, which refuses them.
    tags = [tag for tag in properties.get("Tags", []) if not tag["Key"].startswith("aws:")]
    if tags:
        api("s3").put_bucket_tagging(Bucket=made[0], Tagging={"TagSet": tags})
    return made
