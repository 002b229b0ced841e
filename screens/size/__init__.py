"""Size: the step, and what its costs consist of."""
