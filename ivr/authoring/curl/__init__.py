"""curl commands: read into the fields of an External Web Call, and written from a request."""

from ivr.authoring.curl.errors import NotCurl
from ivr.authoring.curl.reading import Pasted, is_curl, read_curl
from ivr.authoring.curl.writing import curl_command

__all__ = ["NotCurl", "Pasted", "curl_command", "is_curl", "read_curl"]
