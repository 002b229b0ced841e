"""Price book, usage model and the estimate of resolved templates."""
