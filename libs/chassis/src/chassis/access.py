"""Marks on a view's methods: who may call it. A method without a mark is refused, so nothing is open by accident.

The mark also documents the operation: OpenAPI shows the security requirement and the permission.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from chassis.auth import Caller
from chassis.errors import Forbidden

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Access:
    """Who may call: anybody, anybody signed in, the holder of a permission, or another service."""

    public: bool = False
    permission: str | None = None
    role: bool = False
    services: tuple[str, ...] = ()

    def check(self, caller: Caller | None) -> None:
        """Raise Forbidden when the caller may not. Whether there is a caller at all was asked before."""
        if self.public:
            return
        if caller is None or bool(self.services) != bool(caller.service):
            raise Forbidden()
        if self.services and "*" not in self.services and caller.service not in self.services:
            raise Forbidden()
        if self.permission and not caller.may_anywhere(self.permission):
            raise Forbidden(self._refusal)

    @property
    def _refusal(self) -> str:
        return f"Role '{self.permission}' required" if self.role else f"This needs the permission '{self.permission}'."


def _mark(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.access = access  # type: ignore[attr-defined]  # functools.wraps carries it through decorators
        documented = dict(getattr(view, "_apidoc", {}))
        manual = dict(documented.get("manual_doc", {}))
        manual["security"] = [] if access.public else [{"bearer": []}]
        if access.permission:
            manual["x-permission"] = access.permission
        view._apidoc = {**documented, "manual_doc": manual}  # type: ignore[attr-defined]
        return view

    return mark


def requires(permission: str) -> Callable[[View], View]:
    """Only for callers who hold the permission somewhere; the use case asks ``caller.may(…, within=…)`` for a row."""
    return _mark(Access(permission=permission))


def requires_role(name: str) -> Callable[[View], View]:
    """As ``requires``, where the permission is a role's whole family and its document fixes the refusal's words."""
    return _mark(Access(permission=name, role=True))


def services_only(*names: str) -> Callable[[View], View]:
    """Only for the named services' own tokens (``*`` for any of them)."""
    return _mark(Access(services=names))


signed_in = _mark(Access())
"""Only for people with a token, whatever they may do."""

public = _mark(Access(public=True))
"""For everybody. A token, when sent, must still be a good one."""
