"""An engine for IAM policies that is not ours, for tests alone: see `engine.judge`."""
