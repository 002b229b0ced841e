"""CodeBuild of the embedded account: phases over time, and in effect what the build spec does."""
