"""The one class of the library that the administrator's program uses, with the same methods."""

import hashlib
import hmac
import os


class PasswordHelper:
    def hash(self, password: str) -> str:
        salt = os.urandom(16)
        return f"{salt.hex()}:{self._derived(password, salt)}"

    def verify_and_update(self, plain: str, hashed: str) -> tuple[bool, None]:
        salt, _, derived = hashed.partition(":")
        return hmac.compare_digest(self._derived(plain, bytes.fromhex(salt)), derived), None

    def _derived(self, password: str, salt: bytes) -> str:
        return hashlib.pbkdf2_hmac("sha256", password.encode(), salt, 1000).hex()
