"""The only thing an operator decides: one frozen, validated Site."""
