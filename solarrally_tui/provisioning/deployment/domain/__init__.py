"""The domain of a site while it deploys: certificates, DNS, a change of name."""
