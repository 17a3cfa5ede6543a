"""Why a document is of no use."""


class NotOpenApi(ValueError):
    """A sentence about what is in the way."""
