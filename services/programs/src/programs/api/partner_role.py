"""Who may call what lies below /partner: the words of the refusal are fixed by the partner's document."""

from dataclasses import dataclass

from chassis.access import Access, View, requires
from chassis.auth import Caller
from chassis.errors import Forbidden

PARTNER = "partner"


@dataclass(frozen=True)
class _Role(Access):
    def check(self, caller: Caller | None) -> None:
        try:
            super().check(caller)
        except Forbidden:
            raise Forbidden(f"Role '{self.permission}' required") from None


def partner(view: View) -> View:
    """Only for callers who hold the permission ``partner``; the gateway says the same."""
    marked = requires(PARTNER)(view)
    marked.access = _Role(permission=PARTNER)  # type: ignore[attr-defined]
    return marked
