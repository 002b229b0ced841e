"""The graph of steps, its runner, and the events that it tells."""
