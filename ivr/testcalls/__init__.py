"""Test calls: a flow that is not published is called by a pretend carrier, within the server and for its author."""

from ivr.testcalls.calls import TestCalls

__all__ = ["TestCalls"]
