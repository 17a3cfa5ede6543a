"""What operating systems do differently. Windows has no limit of open files, no `fcntl`, and no signals in its loop."""

import importlib
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio  # only named: every command imports this module, and most have no loop


def module(name: str) -> Any:
    """A module that only some systems have; None elsewhere."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def raise_open_files(wanted: int) -> None:
    """Let this process have so many files open, or as many as the system lets it."""
    resource = module("resource")
    if resource is None:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def open_files() -> int:
    """How many files this process may have open; where there is no such limit, as many as Windows has handles for."""
    resource = module("resource")
    return 8192 if resource is None else int(resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def stops() -> tuple[signal.Signals, ...]:
    """How a process is asked to end: by Ctrl-C (SIGINT), by its supervisor (SIGTERM), or as its terminal is closed
    (SIGHUP), unless it was started to outlive that, by `nohup`."""
    asked = (signal.SIGINT, signal.SIGTERM)
    hangup = getattr(signal, "SIGHUP", None)
    return asked if hangup is None or signal.getsignal(hangup) == signal.SIG_IGN else (*asked, hangup)


def on_stop(loop: "asyncio.AbstractEventLoop", stop: Callable[[signal.Signals], None]) -> None:
    """Call `stop` in the loop whenever the process is asked to end."""
    for number in stops():
        try:
            loop.add_signal_handler(number, stop, number)
        except NotImplementedError:
            # The handler runs in the main thread between two steps of the loop, which may be asleep: hence
            # `call_soon_threadsafe`, which wakes it.
            signal.signal(number, lambda given, _: loop.call_soon_threadsafe(stop, signal.Signals(given)))


@contextmanager
def alone_in(folder: Path, lock: str) -> Iterator[None]:
    """Keep out all other processes that want to be alone in the same folder. At the end the names of its files are
    durable. Where folders can't be opened, as on Windows, the file `lock` in it is held instead. Raises OSError.
    """
    fcntl, msvcrt = module("fcntl"), module("msvcrt")
    on_windows = os.name == "nt"
    handle = os.open(folder / lock, os.O_CREAT | os.O_RDWR, 0o600) if on_windows else os.open(folder, os.O_RDONLY)
    try:
        if fcntl is not None:
            fcntl.flock(handle, fcntl.LOCK_EX)
        elif msvcrt is not None:
            msvcrt.locking(handle, msvcrt.LK_LOCK, 1)
        yield
        if not on_windows:
            os.fsync(handle)
    finally:
        os.close(handle)  # which gives up the lock


def keep_owner(handle: int, like: os.stat_result) -> None:
    """Give an open file the owner of another, where files have one."""
    if hasattr(os, "fchown"):
        os.fchown(handle, like.st_uid, like.st_gid)


def keep_private() -> None:
    """From now on this process makes files that only its own user can open."""
    os.umask(0o077)
