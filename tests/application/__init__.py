"""The real application, built and run outside the simulated account: `make app CHECKOUT=/path`."""
