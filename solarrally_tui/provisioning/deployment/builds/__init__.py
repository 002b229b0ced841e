"""The images and the dashboard: built in the account, or given. Part of deployment."""
