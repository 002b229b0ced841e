"""Commands for somebody who helps with a site: diagnose, explain."""
