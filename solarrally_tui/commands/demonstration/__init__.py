"""The demonstration and the simulated account for other terminals."""
