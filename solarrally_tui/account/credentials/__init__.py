"""Where credentials come from: this computer, the keyring, Identity Center. Imports aws."""
