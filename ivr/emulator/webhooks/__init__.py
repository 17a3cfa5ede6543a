"""Signed requests to the server."""
