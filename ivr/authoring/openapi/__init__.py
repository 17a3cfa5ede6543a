"""OpenAPI documents: their operations, and the fields of an External Web Call that sends one. Nothing is sent."""

from ivr.authoring.openapi.errors import NotOpenApi
from ivr.authoring.openapi.fields import Offered, Picked, as_block, pick
from ivr.authoring.openapi.operations import Operation, Operations, operations
from ivr.authoring.openapi.reading import LONGEST, Document, read_document

__all__ = [
    "LONGEST",
    "Document",
    "NotOpenApi",
    "Offered",
    "Operation",
    "Operations",
    "Picked",
    "as_block",
    "operations",
    "pick",
    "read_document",
]
