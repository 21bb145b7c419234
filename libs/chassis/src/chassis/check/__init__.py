"""The production checklist as a command: ``python -m billing check``. One line a point; 1 when a point fails.

``points`` are the words, ``secrets`` also guards the start of a process, each other file looks at one thing,
``command`` runs them all. A service adds its own with ``Service.checks``.
"""
