"""Why an upload as a whole cannot be taken."""


class FileRefused(Exception):
    """The upload, or a file in it, cannot be read. ``code`` is for programs, the message for people."""

    def __init__(self, code: str, message: str, *, file: str | None = None, line: int | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.file, self.line = code, message, file, line

    def told(self) -> dict[str, object]:
        """The refusal as the API tells it."""
        return {"code": self.code, "message": self.message, "file": self.file, "line": self.line}
