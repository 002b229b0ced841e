"""Application: the step, and the list of what is found in its source."""
