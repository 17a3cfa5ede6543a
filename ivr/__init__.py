"""A phone line that talks to any API."""

__version__ = "0.1.0"
