"""What privacy reads from the environment."""

from dataclasses import dataclass
from typing import Self

from environs import Env

from chassis.settings import ServiceSettings


@dataclass(frozen=True)
class Settings(ServiceSettings):
    """``privacy_contact`` is the address that is told of requests whose time runs out; empty: nobody is."""

    privacy_contact: str

    @classmethod
    def read(cls, env: Env) -> Self:
        """See the base class."""
        return cls(**cls.base(env), privacy_contact=env.str("PRIVACY_CONTACT", ""))
