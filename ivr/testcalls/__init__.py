"""Test calls: a flow that is not published is called by a pretend carrier, within the server and for its author."""

from ivr.testcalls.running import TestCalls

__all__ = ["TestCalls"]
