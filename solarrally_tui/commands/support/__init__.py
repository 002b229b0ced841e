"""Commands for somebody who helps with a site: diagnose, explain. Imports health/ and shared/."""
