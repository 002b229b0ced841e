"""Checks of the requests: response time and errors, CloudFront, and what the firewall blocks."""

from typing import Final

from solarrally_tui.health.figures import Figure, Point, Series, newest, total
from solarrally_tui.health.metrics import PERIOD, Metric
from solarrally_tui.health.observed_site import ObservedSite
from solarrally_tui.health.report import Observation, fail, ok, warn
from solarrally_tui.site.names import web_acl_metric
from solarrally_tui.text.enumeration import counted

_SLOW_MS: Final = 2000.0
_ERRORS_WARN: Final = 1.0
_ERRORS_FAIL: Final = 20.0
"""Percent of the requests of the last five minutes with requests."""
_FEW: Final = 10
"""With fewer requests, one error is no share."""
_OF_FUNCTIONS: Final = 100
"""With fewer requests, the slowest are those for which Lambda started a function."""
_BLOCKED_WARN: Final = 20.0
_MINUTES: Final = PERIOD / 60


async def traffic(observed: ObservedSite) -> Observation:
    """Judge how fast the application answers, and how many answers are server errors."""
    requests = await observed.series("requests")
    seconds = await observed.series("response_time")
    of_tasks = await observed.series("errors_target")
    of_balancer = await observed.series("errors_balancer")
    return judged(requests, _scaled(seconds, 1000.0), _sum(of_tasks, of_balancer), 1)


async def api(observed: ObservedSite) -> Observation:
    """Judge the same of the API whose requests functions answer."""
    requests = await observed.series("api_requests")
    milliseconds = await observed.series("api_latency")
    failed = await observed.series("api_errors")
    return judged(requests, milliseconds, failed, _OF_FUNCTIONS)


def judged(requests: Series, milliseconds: Series, failed: Series, enough: int) -> Observation:
    """Judge requests, the time that 95 % of them take, and server errors, by period.

    enough: how many requests there must be to call them slow.
    """
    errors, count = total(failed[-1:]), total(requests[-1:])
    share = errors / count * 100 if count else 0.0
    figures = (
        Figure(
            "response_time", "Response time", newest(milliseconds), "ms", milliseconds, _SLOW_MS
        ),
        Figure(
            "requests", "Requests a minute", count / _MINUTES if requests else None, "", requests
        ),
        Figure("errors", "Server errors", errors if requests else None, "", failed),
    )
    if not requests:
        return ok("No request in the last three hours, by CloudWatch.", *figures)
    fast = (
        f"95 % of requests take less than {figures[0].text}."
        if milliseconds
        else "Too few requests to judge how long they take."
    )
    rate = f"{figures[1].text} {'request' if figures[1].text == '1' else 'requests'} a minute"
    line = f"{fast} {rate}, {counted(errors, 'server error')} in five minutes."
    if errors and count >= _FEW and share >= _ERRORS_FAIL:
        return fail(f"{line} That is {share:.0f} % of the requests.", *figures)
    if errors and count >= _FEW and share >= _ERRORS_WARN:
        return warn(f"{line} That is {share:.0f} % of the requests.", *figures)
    if (newest(milliseconds) or 0.0) >= _SLOW_MS and count >= enough:
        return warn(f"{line} The application is slow: see the database's load.", *figures)
    return ok(line, *figures)


def traffic_metrics(observed: ObservedSite) -> tuple[Metric, ...]:
    """Return what the load balancer measures."""
    balancer = (("LoadBalancer", observed.output("balancer", "LoadBalancerFullName")),)
    group = (*balancer, ("TargetGroup", observed.output("balancer", "TargetGroupFullName")))
    space = "AWS/ApplicationELB"
    return (
        Metric("requests", space, "RequestCount", "Sum", balancer),
        Metric("response_time", space, "TargetResponseTime", "p95", group),
        Metric("errors_target", space, "HTTPCode_Target_5XX_Count", "Sum", group),
        Metric("errors_balancer", space, "HTTPCode_ELB_5XX_Count", "Sum", balancer),
    )


def api_metrics(observed: ObservedSite) -> tuple[Metric, ...]:
    """Return what API Gateway measures of the API."""
    api = (("ApiId", observed.output("functions", "HttpApiId")),)
    space = "AWS/ApiGateway"
    return (
        Metric("api_requests", space, "Count", "Sum", api),
        Metric("api_latency", space, "Latency", "p95", api),
        Metric("api_errors", space, "5xx", "Sum", api),
    )


async def cloudfront(observed: ObservedSite) -> Observation:
    """Judge how many of CloudFront's answers are server errors."""
    requests = await observed.series("edge_requests")
    errors = await observed.series("edge_errors")
    count = total(requests[-1:])
    # Of a few requests, a share of errors says nothing.
    rate = newest(errors) if count >= _FEW else None
    figures = (
        Figure(
            "edge_requests",
            "Requests at CloudFront a minute",
            count / _MINUTES if requests else None,
            "",
            requests,
        ),
        Figure("edge_errors", "Errors at CloudFront", rate, "%", errors, _ERRORS_WARN),
    )
    if not requests:
        return ok("No request in the last three hours, by CloudWatch.", *figures)
    if rate is None:
        line = f"Too few requests to judge: {count:.0f} in five minutes."
        return ok(line, *figures)
    many = f"{figures[0].text} {'request' if figures[0].text == '1' else 'requests'} a minute"
    line = f"{many} at CloudFront. Server errors: {rate:.1f} %."
    if rate >= _ERRORS_FAIL:
        return fail(line, *figures)
    return (warn if rate >= _ERRORS_WARN else ok)(line, *figures)


def cloudfront_metrics(observed: ObservedSite) -> tuple[Metric, ...]:
    """Return what CloudFront measures without additional metrics, which cost."""
    distribution = (
        ("DistributionId", observed.output("edge", "DistributionId")),
        ("Region", "Global"),
    )
    return (
        Metric("edge_requests", "AWS/CloudFront", "Requests", "Sum", distribution, is_global=True),
        Metric(
            "edge_errors", "AWS/CloudFront", "5xxErrorRate", "Average", distribution, is_global=True
        ),
    )


async def firewall(observed: ObservedSite) -> Observation:
    """Judge which share of the requests the firewall blocked in three hours."""
    allowed = await observed.series("firewall_allowed")
    blocked = await observed.series("firewall_blocked")
    passed, stopped = total(allowed), total(blocked)
    share = stopped / (passed + stopped) * 100 if passed + stopped else None
    figure = Figure(
        "firewall_blocked", "Blocked by the firewall", share, "%", blocked, _BLOCKED_WARN
    )
    if share is None:
        return ok("No request in the last three hours, by CloudWatch.", figure)
    line = f"Blocked {stopped:,.0f} of {passed + stopped:,.0f} requests in three hours."
    if share >= _BLOCKED_WARN and stopped >= _FEW:
        return warn(
            f"{line} Scanners, or viewers of yours: see the rules' samples in the WAF console.",
            figure,
        )
    return ok(line, figure)


def firewall_metrics(observed: ObservedSite) -> tuple[Metric, ...]:
    """Return what the web ACL of the distribution counts over all its rules."""
    # The name of the metric in blueprints/global; rules have metrics of their own.
    everything = (("WebACL", web_acl_metric(observed.site.name)), ("Rule", "ALL"))
    return (
        Metric(
            "firewall_allowed", "AWS/WAFV2", "AllowedRequests", "Sum", everything, is_global=True
        ),
        Metric(
            "firewall_blocked", "AWS/WAFV2", "BlockedRequests", "Sum", everything, is_global=True
        ),
    )


def _scaled(series: Series, factor: float) -> Series:
    return tuple(Point(point.time, point.value * factor) for point in series)


def _sum(first: Series, second: Series) -> Series:
    """Return two series as one, by their moments."""
    values = {point.time: point.value for point in first}
    for point in second:
        values[point.time] = values.get(point.time, 0.0) + point.value
    return tuple(Point(time, values[time]) for time in sorted(values))
