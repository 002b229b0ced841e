"""One stack brought to its wanted state through a change set, judged and worded."""
