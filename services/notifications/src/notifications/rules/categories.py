"""What a message is, as people's wishes see it."""

CATEGORIES = ("messages", "progress", "reports")
"""What organizations write, news about one's own learning, and dashboards a member asked for: people choose."""

SERVICE = "service"
"""What somebody must be told whatever they wish: invitations, codes, invoices. It waits for no quiet hours either."""

EVERYTHING = "*"
"""In place of a category: nothing at all, because nothing arrives there."""

_KINDS = {
    "message": "messages",
    "enrollment_completed": "progress",
    "sponsorship_activated": "progress",
    "sponsorship_ended": "progress",
    "report": "reports",
}


def category_of(kind: str) -> str:
    """The category of a message of this kind."""
    return _KINDS.get(kind, SERVICE)
