"""Price rules: which charges each resource type brings."""
