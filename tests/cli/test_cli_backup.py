"""`ivr backup` and `ivr restore` as a user has them, on both databases, while a server takes calls."""

import asyncio
import os
from pathlib import Path

import pytest

from tests.chaos.world import World, world
from tests.cli.process import Ran, run
from tests.store.conftest import new_database, postgres, postgres_programs  # noqa: F401 - a fixture

pytestmark = pytest.mark.process


async def ran(made: World, *words: str, **env: str) -> Ran:
    done = await run(made.folder, *words, env={**made.env, **env})
    assert "Traceback" not in done.said
    return done


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def test_a_backup_of_a_server_in_service_goes_to_another_machine(
    tmp_path: Path, request: pytest.FixtureRequest, kind: str
) -> None:
    server = request.getfixturevalue("postgres") if kind == "postgres" else ""
    url, other = (await new_database(server), await new_database(server)) if server else ("", "")
    there = {"IVR_DATA": str(tmp_path / "other"), "PATH": postgres_programs() if server else os.environ["PATH"]}
    there |= {"IVR_DATABASE_URL": other} if other else {}
    here = {"PATH": there["PATH"]}
    file = str(tmp_path / "kept" / "backup.zip")
    async with world(tmp_path, database=url) as made:
        await made.start()
        ringing = asyncio.create_task(made.ring(12, every=0.3))
        await asyncio.sleep(1.5)
        backup = await ran(made, "backup", file, "--with-key", **here)
        assert (backup.code, "is whole" in backup.said) == (0, True), backup.said
        refused = await ran(made, "restore", file, "--force", **here)
        assert (refused.code, "server" in refused.said) == (1, True), refused.said
        await ringing
        await made.settle(120)
        assert all(call.over for call in made.calls)
        assert (await ran(made, "restore", file, **there)).code == 0
        again = await ran(made, "restore", file, **there)
        assert (again.code, "--force" in again.said) == (1, True)
        names = await ran(made, "numbers", "list", **there)
        assert all(f"+1555010020{n}" in names.out.replace(" ", "").replace("-", "") for n in (1, 2)), names.said
        listed = await ran(made, "calls", "list", **there)
        kept = [call.sid for call in made.calls if call.sid in listed.out]
        assert kept, "it was made in the middle of calls"
        for sid in kept:  # each whole: what was saved together is there together
            shown = await ran(made, "calls", "show", sid, **there)
            assert (shown.code, "One moment." in shown.out) == (0, True), shown.said
