"""What services of the account do with a role: its trust first, then each permission."""

from collections.abc import Iterable
from dataclasses import dataclass

from ministack.core.responses import request_scope

from solarrally_tui.simulator.iam import judgement, principals
from solarrally_tui.simulator.iam.authorization import Authorization
from solarrally_tui.simulator.iam.needs import Need
from solarrally_tui.simulator.iam.principals import Principal
from solarrally_tui.simulator.iam.resource_names import Place


class NotAssumedError(Exception):
    """A service may not assume a role: there is none, or it does not trust the service."""


class DeniedError(Exception):
    """A role may not do something. The message is AWS's."""


@dataclass(frozen=True, slots=True)
class RoleSession:
    """A service at work with a role."""

    authorization: Authorization
    principal: Principal
    place: Place

    def check(self, *needed: Need) -> None:
        """Judge what the service is about to do. Raises DeniedError for what is not allowed."""
        denial = self.authorization.denial(self.principal, needed, self.place)
        if denial:
            raise DeniedError(denial.message)

    def on(self, resource: str, actions: Iterable[str]) -> None:
        """Judge actions on one resource, by the end of its ARN or its whole ARN.

        Raises DeniedError.
        """
        whole = resource == "*" or resource.startswith("arn:")
        arn = resource if whole else self.place.arn(resource)
        self.check(*(Need(action, arn) for action in actions))


def assume(
    authorization: Authorization,
    role_arn: str,
    service: str,
    session: str,
    place: Place,
    source_arn: str = "",
) -> RoleSession:
    """Return the session that a service has of a role.

    `source_arn` is the resource for which the service works. Raises NotAssumedError.
    """
    with request_scope(place.account, place.region):
        principal = principals.of_role(role_arn, session)
        trust = principals.trust(role_arn)
    context = {"aws:sourceaccount": place.account}
    context |= {"aws:sourcearn": source_arn} if source_arn else {}
    request = judgement.Request("sts:AssumeRole", role_arn, dict(context))
    if (
        principal is None
        or not judgement.judge(service, judgement.Policies(), request, trust).allowed
    ):
        raise NotAssumedError(f"{service} is not authorized to assume the role {role_arn}.")
    return RoleSession(authorization, principal, place)
