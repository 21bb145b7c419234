"""What the sandbox needs to know: whether it is used at all, its client's key, the secret of its webhooks."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SandboxSettings:
    """``public_url`` is where people see its pages."""

    enabled: bool
    api_key: str
    webhook_secret: str
    public_url: str
