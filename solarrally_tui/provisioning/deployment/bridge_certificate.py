"""The certificate that a site's MQTT bridges share. Its key is created here, kept in the secret."""

import hashlib
import json
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from solarrally_tui.aws.door import Door
from solarrally_tui.aws.errors import AwsError, Kind
from solarrally_tui.deployed.trusted_authority import iot_root_ca
from solarrally_tui.provisioning.deployment.context import Deployment
from solarrally_tui.provisioning.engine.steps import End
from solarrally_tui.provisioning.identities.iot_identities import delete_certificate


async def ensure(deployment: Deployment) -> End:
    """Put a certificate that AWS IoT accepts into the bridge's secret, unless it holds one.

    What the step learns is why no telemetry can arrive: a certificate that an operator deactivated
    stays so. Raises AwsError.
    """
    door, outputs = deployment.door, deployment.outputs["iot"]
    stored, version = await _stored(door, outputs["BridgeSecretArn"])
    certificate = await _described(door, stored.get("certificateId", ""))
    if certificate is None:
        created = await _create(deployment, version)
        return End(created, "" if created else "Another run created it.", "")
    if certificate["status"] == "ACTIVE":
        arn, policy = certificate["certificateArn"], outputs["BridgePolicyName"]
        return End(await _attach(door, policy, arn), learnt="")
    off = (
        f"The bridge's certificate is {certificate['status']}. An operator decided that, so it "
        "stays. Telemetry does not arrive until it is active."
    )
    return End(False, off, off)


def request(common_name: str) -> tuple[str, str]:
    """Return a new EC P-256 private key and a request for its certificate, both as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    signed = (
        x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return private.decode(), signed.public_bytes(serialization.Encoding.PEM).decode()


async def _create(deployment: Deployment, before: str) -> bool:
    """Create a certificate and store it; return whether no other run was quicker.

    before: the secret's version that it replaces.
    """
    door, outputs = deployment.door, deployment.outputs["iot"]
    secret, policy = outputs["BridgeSecretArn"], outputs["BridgePolicyName"]
    private_key, signing_request = request(f"solarrally-{deployment.site.name}-bridge")
    created = await door.call(
        "iot",
        "create_certificate_from_csr",
        certificateSigningRequest=signing_request,
        setAsActive=True,
    )
    # The policy goes first: destroy finds a certificate by it, even if we are killed here.
    await door.call("iot", "attach_policy", policyName=policy, target=created["certificateArn"])
    value = {
        "certificatePem": created["certificatePem"],
        "privateKey": private_key,
        "rootCaPem": iot_root_ca(),
        "certificateId": created["certificateId"],
    }
    # One token for all who saw the same version: the first to store wins, the others are refused.
    once = hashlib.sha256(f"{secret} {before}".encode()).hexdigest()
    try:
        await door.call(
            "secretsmanager",
            "put_secret_value",
            SecretId=secret,
            ClientRequestToken=once,
            SecretString=json.dumps(value),
        )
    except AwsError as error:
        if error.kind is not Kind.EXISTS:
            raise
        await delete_certificate(door, created["certificateArn"])
        return False
    return True


async def _stored(door: Door, secret: str) -> tuple[dict[str, str], str]:
    """Return what the secret holds, and of which version that is."""
    # A secret without a value is "not found", too.
    response = await door.find("secretsmanager", "get_secret_value", SecretId=secret)
    if response is None:
        return {}, ""
    try:
        value: Any = json.loads(response.get("SecretString") or "{}")
    except json.JSONDecodeError:
        value = {}
    return value if isinstance(value, dict) else {}, response["VersionId"]


async def _described(door: Door, certificate: str) -> dict[str, Any] | None:
    """Return a certificate as AWS IoT describes it, or None where it does not know it."""
    if not certificate:
        return None
    response = await door.find("iot", "describe_certificate", certificateId=certificate)
    description: dict[str, Any] | None = response and response["certificateDescription"]
    return description


async def _attach(door: Door, policy: str, certificate: str) -> bool:
    """Attach the bridge's policy where it is missing, and return whether it was."""
    attached = await door.pages("iot", "list_attached_policies", "policies", target=certificate)
    if any(item["policyName"] == policy for item in attached):
        return False
    await door.call("iot", "attach_policy", policyName=policy, target=certificate)
    return True
