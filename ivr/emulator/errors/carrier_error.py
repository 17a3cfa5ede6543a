"""A failure with the code the carrier's debugger gives it."""


class CarrierError(Exception):
    """An error that ends the current document; the fallback URL is asked next.

    `code` is the debugger's code, `url` what was being fetched or run (empty for inline documents).
    """

    def __init__(self, code: int, message: str, url: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.url = url
