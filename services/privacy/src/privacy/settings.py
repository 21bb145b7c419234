"""What privacy reads from the environment."""

from dataclasses import dataclass
from typing import Self

from environs import Env, validate

from chassis.settings import ServiceSettings

LEAST, MOST = 12, 120
"""Months. The database itself refuses to let go of what is younger than ``LEAST`` (migration 0005)."""


@dataclass(frozen=True)
class Settings(ServiceSettings):
    """``privacy_contact`` is the address that is told of requests whose time runs out; empty: nobody is.

    ``proof_months`` is how long proofs are kept (``rules/periods.py``).
    """

    privacy_contact: str
    proof_months: int

    @classmethod
    def read(cls, env: Env) -> Self:
        """See the base class."""
        return cls(
            **cls.base(env),
            privacy_contact=env.str("PRIVACY_CONTACT", ""),
            proof_months=env.int("PROOF_MONTHS", 36, validate=validate.Range(LEAST, MOST)),
        )
