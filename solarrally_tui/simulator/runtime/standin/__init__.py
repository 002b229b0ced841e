"""The process that stands in for one running task."""
