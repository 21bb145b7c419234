"""Passwords: which are refused, how they are kept."""

from identity.rules.passwords.hashing import hash_password, is_outdated, matches
from identity.rules.passwords.strength import LONGEST, SHORTEST, weakness

__all__ = ["LONGEST", "SHORTEST", "hash_password", "is_outdated", "matches", "weakness"]
