"""The demonstration and the simulated account for other terminals; imports the simulator."""
