"""How chargers come in: many at once from a list, for a gateway, and from an old broker.

Part of the room of chargers, and may import what that may; `chargers.onboarding` adds each one.
"""
