"""What is said when a text can't be read as a curl command."""


class NotCurl(ValueError):
    """The text is no curl command that could become one request; the sentence says why."""
