"""What AWS refuses and MiniStack accepts, in AWS's own words, each with its source.

May import what `stacks` may, and its `resource_hooks` and `service_roles`.
"""
