"""Review: the step and its sections."""
