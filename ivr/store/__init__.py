"""What outlives a process: calls, jobs, traces, flows, named secrets, audio. In SQLite or PostgreSQL, sealed."""

from ivr.core.hosts import hosts_allow
from ivr.store.audio import Clip, ClipRow
from ivr.store.audit_trail import Actor, AuditEntry
from ivr.store.errors import (
    BadClip,
    BadDraft,
    BadKey,
    BadSecret,
    BadToken,
    BadUser,
    ClipExists,
    ClipInUse,
    Conflict,
    Damaged,
    FlowInUse,
    FolderInUse,
    InUse,
    KeyMissing,
    LastAdmin,
    NewerDatabase,
    SecretInUse,
    Stale,
    StoreError,
    TokenExists,
    UnknownClip,
    UnknownFlow,
    UnknownSecret,
    UnknownToken,
    UnknownUser,
    UserExists,
)
from ivr.store.flow_rows import Draft, FlowRow, NumberRow, Publication, RevisionRow
from ivr.store.folder import only_server, tighten
from ivr.store.keys import KEY_FILE, load_keys, new_key
from ivr.store.opening import Store, find_keys, open_store
from ivr.store.rotation import Rotated, Rotation, put_new_key_first
from ivr.store.secrets import OpenSecret, SecretRow
from ivr.store.tokens import TokenRow
from ivr.store.users import User
from ivr.store.vault import Vault, key_id

__all__ = [
    "KEY_FILE",
    "Actor",
    "AuditEntry",
    "BadClip",
    "BadDraft",
    "BadKey",
    "BadSecret",
    "BadToken",
    "BadUser",
    "Clip",
    "ClipExists",
    "ClipInUse",
    "ClipRow",
    "Conflict",
    "Damaged",
    "Draft",
    "FlowInUse",
    "FlowRow",
    "FolderInUse",
    "InUse",
    "KeyMissing",
    "LastAdmin",
    "NewerDatabase",
    "NumberRow",
    "OpenSecret",
    "Publication",
    "RevisionRow",
    "Rotated",
    "Rotation",
    "SecretInUse",
    "SecretRow",
    "Stale",
    "Store",
    "StoreError",
    "TokenExists",
    "TokenRow",
    "UnknownClip",
    "UnknownFlow",
    "UnknownSecret",
    "UnknownToken",
    "UnknownUser",
    "User",
    "UserExists",
    "Vault",
    "find_keys",
    "hosts_allow",
    "key_id",
    "load_keys",
    "new_key",
    "only_server",
    "open_store",
    "put_new_key_first",
    "tighten",
]
