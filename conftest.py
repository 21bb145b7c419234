"""Imports the real package first: pytest would otherwise take the folder gateway/ for a package of that name."""

import gateway

__all__ = ["gateway"]
