"""A payment provider to try things with: it moves no money. What it offers is written in ``README.md`` beside this.

It has its own tables, and meets billing over HTTP only, as any other provider would.
"""
