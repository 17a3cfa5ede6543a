"""What can go wrong with stored things. Each error is one sentence for people, with what to do about it."""

from ivr.runtime.ports import Unavailable


class StoreError(Unavailable):
    """The database could not do it; it may be able to when asked again."""


class FolderInUse(StoreError):
    """Another server runs on this data folder."""


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
    """A change of a flow that what is there does not allow."""


class Stale(Conflict):
    """The draft is at another version than the one that was seen: another author has saved meanwhile."""


class BadDraft(ValueError):
    """A draft that can't be stored, not even with its mistakes."""


class FlowInUse(Exception):
    """A flow that is to be deleted, and still answers numbers."""


class BadSecret(ValueError):
    """A named secret that can't be stored: its name, its value, or a host of it. The message never holds the value."""


class UnknownSecret(LookupError):
    """There is no such named secret."""


class BadClip(ValueError):
    """A clip that can't be stored."""


class UnknownClip(LookupError):
    """There is no such clip in the audio library."""


class ClipExists(Exception):
    """Another clip has this name."""


class InUse(Exception):
    """What is to be removed is used. `flows` names the flows, and where in each: “id (draft, revision 3)”."""

    def __init__(self, sentence: str, flows: tuple[str, ...]) -> None:
        super().__init__(sentence)
        self.flows = flows


class SecretInUse(InUse):
    """A named secret that flows refer to."""


class ClipInUse(InUse):
    """A clip that flows play."""


class BadToken(ValueError):
    """A token that can't be made: its name."""


class TokenExists(Exception):
    """Another token has this name."""


class UnknownToken(LookupError):
    """There is no such token."""


class BadUser(ValueError):
    """A user that can't be added: the name."""


class UserExists(Exception):
    """Another user has this name."""


class UnknownUser(LookupError):
    """There is no such user."""


class LastAdmin(Exception):
    """The change would leave no user who may manage users."""
