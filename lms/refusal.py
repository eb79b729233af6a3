"""The one way to say no. Plain Python, so that pure rules can refuse too."""


class Refused(Exception):  # noqa: N818  a rule that says no is not an error
    """A rule said no: `code` for programs and tests, `message` a French sentence saying what to change."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Stale(Refused):
    """Someone saved in between: nothing was written; `current` is what is kept now, so that both can be shown."""

    def __init__(self, message: str, current: dict[str, object]) -> None:
        super().__init__("stale", message)
        self.current = current
