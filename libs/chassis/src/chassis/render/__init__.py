"""PDF in a warm process of its own.

``python -m chassis.render`` is the process (``__main__``: gunicorn, ``app``: the doors, ``document``: HTML to
PDF); ``Renderer`` is how a service asks it. WeasyPrint is imported by the process only.
"""

from chassis.render.client import Renderer, RendererBusy, RenderFailed

__all__ = ["RenderFailed", "Renderer", "RendererBusy"]
