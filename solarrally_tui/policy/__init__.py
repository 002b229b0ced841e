"""IAM policies worked out from the blueprints, the registry's schemas and the engine's calls."""
