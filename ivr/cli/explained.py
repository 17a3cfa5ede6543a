"""Errors whose text is a sentence for people, with what to do: none of them is a bug of ours."""

from ivr.authoring import NotReady
from ivr.settings import SettingsError
from ivr.store import BadKey, Conflict, Damaged, KeyMissing, StoreError, UnknownFlow

ERRORS = (SettingsError, StoreError, UnknownFlow, Conflict, NotReady, KeyMissing, Damaged, BadKey, OSError)
