"""Reads of what a partner funds and what became of it: one statement each, over one organization."""
