"""The tables, as a history of numbered steps. A step is never edited once it has been released: add another."""

from collections.abc import Sequence

from msgspec import Struct

from ivr.store import statements
from ivr.store.database import Database, Params, Statement
from ivr.store.errors import NewerDatabase


class Migration(Struct, frozen=True):
    """A step; its number is its place in the list, from 1."""

    name: str
    sql: tuple[str, ...]


MIGRATIONS = (
    Migration(
        "calls and flows",
        (
            """
            CREATE TABLE calls (
                id TEXT PRIMARY KEY, flow TEXT NOT NULL, revision BIGINT NOT NULL, version BIGINT NOT NULL,
                status TEXT NOT NULL, started_at BIGINT NOT NULL, touched_at BIGINT NOT NULL, held_at BIGINT,
                over_at BIGINT, state BLOB NOT NULL
            )
            """,
            # On a column that never changes, so that saving a call leaves the index alone.
            "CREATE INDEX calls_not_over ON calls (started_at) WHERE over_at IS NULL",
            """
            CREATE TABLE jobs (
                call TEXT NOT NULL, token TEXT NOT NULL, kind TEXT NOT NULL, body BLOB NOT NULL, status TEXT NOT NULL,
                owner TEXT NOT NULL, lease BIGINT NOT NULL, started_at BIGINT NOT NULL, tries BIGINT NOT NULL,
                PRIMARY KEY (call, token)
            )
            """,
            "CREATE INDEX jobs_running ON jobs (owner) WHERE status = 'running'",
            """
            CREATE TABLE trace (
                call TEXT NOT NULL, n BIGINT NOT NULL, at BIGINT NOT NULL, entries BLOB NOT NULL, PRIMARY KEY (call, n)
            )
            """,
            """
            CREATE TABLE flows (
                id TEXT PRIMARY KEY, name TEXT NOT NULL, draft BLOB NOT NULL, version BIGINT NOT NULL, revision BIGINT,
                updated_at BIGINT NOT NULL
            )
            """,
            """
            CREATE TABLE revisions (
                flow TEXT NOT NULL REFERENCES flows (id), number BIGINT NOT NULL, body BLOB NOT NULL,
                created_at BIGINT NOT NULL, note TEXT NOT NULL, PRIMARY KEY (flow, number)
            )
            """,
            "CREATE TABLE numbers (number TEXT PRIMARY KEY, flow TEXT NOT NULL REFERENCES flows (id))",
            "CREATE INDEX numbers_of_flow ON numbers (flow)",
        ),
    ),
    Migration(
        "secrets and audio",
        (
            "CREATE TABLE secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL, updated_at BIGINT NOT NULL)",
            # The content is not sealed: every caller hears it.
            """
            CREATE TABLE audio (
                name TEXT PRIMARY KEY, sha256 TEXT NOT NULL, milliseconds BIGINT NOT NULL, size BIGINT NOT NULL,
                original TEXT NOT NULL, created_at BIGINT NOT NULL, content BLOB NOT NULL
            )
            """,
            "CREATE INDEX audio_by_content ON audio (sha256)",
        ),
    ),
)


async def migrate(database: Database, now: int, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Bring the tables up to date. Processes that start at once take turns; each step is done by one of them.

    Raises NewerDatabase where a newer program has been, and StoreError.
    """
    await database.write([*database.first, Statement(statements.MAKE_MIGRATIONS)])
    done = {row["number"]: row["name"] for row in await database.fetch(statements.MIGRATIONS, {})}
    if done and max(done) > len(migrations):
        raise NewerDatabase(
            f"The database is at step {max(done)} ({done[max(done)]}), but this program knows only "
            f"{len(migrations)}: a newer version has used it. Start that version instead."
        )
    for number, migration in enumerate(migrations, 1):
        if number not in done:
            record: Params = {"number": number, "name": migration.name, "now": now}
            mine = Statement(statements.INSERT_MIGRATION, record, must_change=True)
            await database.write([*database.first, mine, *map(Statement, migration.sql)])
