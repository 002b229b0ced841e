"""Commands that look at deployed sites: status, logs, list, dashboard. Imports shared/."""
