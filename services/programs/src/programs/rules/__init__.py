"""Arithmetic and decisions: no session, no Flask, no clock."""
