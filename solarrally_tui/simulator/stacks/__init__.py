"""How stacks of the embedded account behave: pace, faults, refusals, corrections."""
