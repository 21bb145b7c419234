"""The two ways a start ends early."""


class Refused(Exception):
    """It cannot go on; the message is one sentence for the person at the console."""


class Stopped(Exception):
    """Somebody asked it to stop."""
