"""Ways out for text messages. Which one is used, if any, is a matter of settings."""

from notifications.clients.texters.africas_talking import AfricasTalking
from notifications.clients.texters.base import NoTexter, Texter
from notifications.clients.texters.folder import FolderTexter
from notifications.settings import Settings


def texter(settings: Settings) -> Texter:
    """Africa's Talking when there is a key; else the local folder on somebody's machine, and nothing in earnest."""
    if settings.texts.key:
        return AfricasTalking(settings.texts)
    if settings.environment == "local":
        return FolderTexter(settings.mail_dir)
    return NoTexter()


__all__ = ["Texter", "texter"]
