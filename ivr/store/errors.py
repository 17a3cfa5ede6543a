"""What can go wrong with stored things. Each error is one sentence for people, with what to do about it."""


class StoreError(Exception):
    """The database could not do it; it may be able to when asked again."""


class NewerDatabase(StoreError):
    """The database was made by a newer program than this one."""


class Damaged(Exception):
    """Sealed data that was changed, cut off, or put in another place than its own."""


class KeyMissing(Exception):
    """Sealed data whose key is not here."""


class BadKey(ValueError):
    """A key that is none, as configured or in the key file."""


class UnknownFlow(LookupError):
    """There is no such flow, or no such revision of it."""


class Conflict(Exception):
    """Somebody else changed the same flow meanwhile."""
