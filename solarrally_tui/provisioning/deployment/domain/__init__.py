"""The domain of a site while it deploys: certificates, DNS, a changed name. Part of deployment."""
