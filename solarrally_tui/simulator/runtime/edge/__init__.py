"""CloudFront: listeners, functions, and the ways to a distribution's origins.

The modules may import `target_health` and `container_engine` of the runtime, the account's
certificate authority and `pins`.
"""
