"""What commands share: the terminal, the event stream, plain prompts."""
