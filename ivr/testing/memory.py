"""A store in memory."""

from ivr.runtime.memory import REVISION, MemoryCalls, MemoryFlows

__all__ = ["REVISION", "MemoryCalls", "MemoryFlows"]
