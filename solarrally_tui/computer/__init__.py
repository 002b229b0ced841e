"""What this computer brings: streams, folders, proxies, certificate authorities, HTTPS clients.

Whatever is wrong here was never sent anywhere. Imports findings and text.
"""
