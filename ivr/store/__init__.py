"""What outlives a process: calls, jobs, traces, flows, named secrets, audio. In SQLite or PostgreSQL, sealed."""

from ivr.store.audio import Clip, ClipRow
from ivr.store.errors import (
    BadClip,
    BadKey,
    BadSecret,
    ClipExists,
    ClipInUse,
    Conflict,
    Damaged,
    InUse,
    KeyMissing,
    NewerDatabase,
    SecretInUse,
    StoreError,
    UnknownClip,
    UnknownFlow,
    UnknownSecret,
)
from ivr.store.flows import FlowRow
from ivr.store.hosts import hosts_allow
from ivr.store.keys import KEY_FILE, load_keys, new_key
from ivr.store.opening import Store, open_store
from ivr.store.rotation import Rotated, Rotation, put_new_key_first
from ivr.store.secrets import OpenSecret, SecretRow
from ivr.store.vault import Vault, key_id

__all__ = [
    "KEY_FILE",
    "BadClip",
    "BadKey",
    "BadSecret",
    "Clip",
    "ClipExists",
    "ClipInUse",
    "ClipRow",
    "Conflict",
    "Damaged",
    "FlowRow",
    "InUse",
    "KeyMissing",
    "NewerDatabase",
    "OpenSecret",
    "Rotated",
    "Rotation",
    "SecretInUse",
    "SecretRow",
    "Store",
    "StoreError",
    "UnknownClip",
    "UnknownFlow",
    "UnknownSecret",
    "Vault",
    "hosts_allow",
    "key_id",
    "load_keys",
    "new_key",
    "open_store",
    "put_new_key_first",
]
