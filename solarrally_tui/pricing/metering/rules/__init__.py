"""Price rules: which charges each resource type has.

May import the rest of metering. A new resource type gets a rule here or a reason in free_types.py.
"""
