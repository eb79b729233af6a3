"""How the store says no: an HTTP status of xAPI §3.2 and an English sentence, for the programs that speak to it."""

from lms.refusal import Refused


class Declined(Refused):
    """The store says no with `status`. The sentence names a property, a header or a parameter, and never repeats its value."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"xapi_{status}", message)
        self.status = status
