"""From a Site to the parameters of each stack; template reader and resolver."""
