"""One commit of a public repository, read over HTTPS without Git."""
