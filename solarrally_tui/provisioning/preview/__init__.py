"""What a deployment would do, asked of AWS without changing anything."""
