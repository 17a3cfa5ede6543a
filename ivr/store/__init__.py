"""What outlives a process: calls, jobs, traces, flows. Sealed, in SQLite or PostgreSQL."""

from ivr.store.errors import BadKey, Conflict, Damaged, KeyMissing, NewerDatabase, StoreError, UnknownFlow
from ivr.store.flows import FlowRow
from ivr.store.keys import load_keys, new_key
from ivr.store.opening import Store, open_store
from ivr.store.vault import Vault

__all__ = [
    "BadKey",
    "Conflict",
    "Damaged",
    "FlowRow",
    "KeyMissing",
    "NewerDatabase",
    "Store",
    "StoreError",
    "UnknownFlow",
    "Vault",
    "load_keys",
    "new_key",
    "open_store",
]
