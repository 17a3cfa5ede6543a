"""What is kept for some days only, and for how many, as the settings say."""

from collections.abc import Callable, Sequence

from ivr.operation.erasure import DeleteRecording
from ivr.operation.old_recordings import AfterRecordings, OldRecordings
from ivr.runtime.retention import Forgetting
from ivr.settings import Settings, SettingsError
from ivr.store import Store


def kept_for_days(
    store: Store, settings: Settings, delete_recording: DeleteRecording, now: Callable[[], int]
) -> Sequence[tuple[Forgetting, int]]:
    """Each kind with its number of days, in the order in which they are looked at. Raises SettingsError."""
    return (
        *_calls(store, settings, delete_recording, now),
        (store.words, settings.keep_traces_days),
        (store.starts, settings.keep_starts_days),
        (store.audit_trail, settings.keep_audit_days),
    )


def _calls(
    store: Store, settings: Settings, delete_recording: DeleteRecording, now: Callable[[], int]
) -> Sequence[tuple[Forgetting, int]]:
    calls, recordings = settings.keep_calls_days, settings.keep_recordings_days
    if not recordings:
        return [(store.history, calls)]
    if 0 < calls < recordings:
        raise SettingsError(
            f"IVR_KEEP_RECORDINGS_DAYS is {recordings}, but calls are kept for {calls} days, and nobody knows their "
            f"recordings afterwards. Set IVR_KEEP_CALLS_DAYS to {recordings} or more, or this to {calls} or less."
        )
    old = OldRecordings(store.recorded, delete_recording, now)
    return [(old, recordings), (AfterRecordings(store.history, store.recorded), calls)]
