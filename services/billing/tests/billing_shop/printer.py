"""The renderer, without its process."""

from chassis.render import Renderer, RendererBusy


class Printer(Renderer):
    """The renderer's work, done here instead of in its process."""

    def __init__(self) -> None:
        self.busy = False

    def pdf(self, html: str, css: str = "") -> bytes:
        from chassis.render.document import to_pdf

        if self.busy:
            raise RendererBusy
        return to_pdf(html, css)
