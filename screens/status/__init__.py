"""Status: the step, its table of checks, and the hand-over."""
