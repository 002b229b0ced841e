"""What the words of a refusal or a failure mean, and what to do. Part of findings."""
