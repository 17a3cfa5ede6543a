"""The tables, as a history of numbered steps. A step is never edited once it has been released: add another."""

from collections.abc import Awaitable, Callable, Sequence

from msgspec import Struct

from ivr.store.adoption import adopted
from ivr.store.database import Database, Params, Statement
from ivr.store.ending import end_all
from ivr.store.errors import NewerDatabase, StoreError
from ivr.store.sql import core as statements
from ivr.store.standing import noted
from ivr.store.upgrades import bind_all, vouch_for_all
from ivr.store.vault import Vault

TRIES = 20
"""Times that a step reads the rows it changes, before others must be at fault who change them all the time."""

Upgrade = Callable[[Database, Vault, int], Awaitable[Sequence[Statement]]]
"""Reads rows, and tells what changes in them, now, in ms: each of it must change a row that is still what was read."""


class Migration(Struct, frozen=True):
    """A step; its number is its place in the list, from 1. `upgrade` is for what only the key can do."""

    name: str
    sql: tuple[str, ...] = ()
    upgrade: Upgrade | None = None


PEOPLE = "users and what they do"
STOOD = (
    "last_flow TEXT NOT NULL DEFAULT ''",
    "last_revision BIGINT NOT NULL DEFAULT 0",
    "on_phone BIGINT NOT NULL DEFAULT 1",
)
STANDING = "what stands"
"""The step that brings users, tokens that end, and the audit trail."""
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
    Migration(
        "runs without a caller",
        (
            # Those whose caller is gone, and which still go on.
            "CREATE INDEX calls_left ON calls (started_at) WHERE over_at IS NOT NULL AND status = 'active'",
            "DELETE FROM jobs WHERE status = 'done'",
        ),
    ),
    Migration(
        "who may see the board",
        (
            # Of a password there is its hash, of a session's token too: who reads them can't come in with them.
            "CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL, updated_at BIGINT NOT NULL)",
            "CREATE TABLE sessions (id TEXT PRIMARY KEY, expires_at BIGINT NOT NULL)",
        ),
    ),
    Migration(
        "versions of flows",
        (
            "ALTER TABLE flows ADD COLUMN deleted_at BIGINT",
            "ALTER TABLE revisions ADD COLUMN author TEXT NOT NULL DEFAULT ''",
            "ALTER TABLE revisions ADD COLUMN name TEXT NOT NULL DEFAULT ''",
            # The version of the draft that it was made of.
            "ALTER TABLE revisions ADD COLUMN made_of BIGINT",
            # What went live when: a revision that was published, or an older one that was rolled back to.
            """
            CREATE TABLE publications (
                flow TEXT NOT NULL, n BIGINT NOT NULL, revision BIGINT NOT NULL, kind TEXT NOT NULL,
                author TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (flow, n)
            )
            """,
            """
            INSERT INTO publications (flow, n, revision, kind, author, at)
            SELECT flow, number, number, 'published', '', created_at FROM revisions
            """,
            # To count the calls of a revision; on columns that never change.
            "CREATE INDEX calls_of_revision ON calls (flow, revision)",
        ),
    ),
    Migration(
        "starts by other systems",
        (
            """
            CREATE TABLE api_tokens (
                name TEXT PRIMARY KEY, hash TEXT NOT NULL, flow TEXT NOT NULL, created_at BIGINT NOT NULL
            )
            """,
            "CREATE UNIQUE INDEX api_tokens_by_hash ON api_tokens (hash)",
            # `until`: when the next is due to happen to it.
            """
            CREATE TABLE starts (
                id TEXT PRIMARY KEY, flow TEXT NOT NULL, revision BIGINT NOT NULL, reach_by TEXT NOT NULL,
                status TEXT NOT NULL, rank BIGINT NOT NULL, sid TEXT NOT NULL, tries BIGINT NOT NULL,
                queued_at BIGINT NOT NULL, changed_at BIGINT NOT NULL, until BIGINT, body BLOB NOT NULL,
                reason TEXT NOT NULL
            )
            """,
            "CREATE INDEX starts_queued ON starts (reach_by, queued_at, id) WHERE status = 'queued'",
            "CREATE INDEX starts_under_way ON starts (until) WHERE status IN ('calling', 'ringing')",
            "CREATE INDEX starts_by_age ON starts (queued_at)",
            # One row: when the next call may be placed, by whichever process.
            "CREATE TABLE pace (name TEXT PRIMARY KEY, next_at BIGINT NOT NULL)",
            "INSERT INTO pace (name, next_at) VALUES ('calls', 0)",
        ),
    ),
    Migration(
        "what became of calls",
        (
            # In the open, since it is not personal; `caller` can only be searched with the key, for a whole number.
            "ALTER TABLE calls ADD COLUMN result TEXT NOT NULL DEFAULT 'unknown'",
            "ALTER TABLE calls ADD COLUMN caller TEXT NOT NULL DEFAULT ''",
            "ALTER TABLE calls ADD COLUMN last_block BIGINT NOT NULL DEFAULT 0",
            # The blocks it came to, a comma on either side of each.
            "ALTER TABLE calls ADD COLUMN blocks TEXT NOT NULL DEFAULT ','",
            "ALTER TABLE calls ADD COLUMN web_calls BIGINT NOT NULL DEFAULT 0",
            "ALTER TABLE calls ADD COLUMN slowest BIGINT NOT NULL DEFAULT 0",
            # On what never changes, or once: saving a call leaves them alone.
            "CREATE INDEX calls_by_start ON calls (started_at, id)",
            "CREATE INDEX calls_of_caller ON calls (caller, started_at)",
            "CREATE INDEX calls_by_end ON calls (over_at) WHERE over_at IS NOT NULL",
            """
            CREATE TABLE web_calls (
                call TEXT NOT NULL, token TEXT NOT NULL, flow TEXT NOT NULL, block BIGINT NOT NULL, at BIGINT NOT NULL,
                milliseconds BIGINT NOT NULL, cause TEXT NOT NULL, PRIMARY KEY (call, token)
            )
            """,
            "CREATE INDEX web_calls_by_age ON web_calls (at)",
        ),
    ),
    Migration(
        "sessions end",
        (
            # It is unknown when the present sessions began: they count from their present end, which is hours away.
            "ALTER TABLE sessions ADD COLUMN opened_at BIGINT NOT NULL DEFAULT 0",
            "UPDATE sessions SET opened_at = expires_at",
        ),
    ),
    Migration(
        "rows that can be vouched for",
        tuple(
            f"ALTER TABLE {table} ADD COLUMN mac TEXT NOT NULL DEFAULT ''"
            for table in ("sessions", "settings", "numbers", "api_tokens")
        ),
    ),
    # Once: from now on a row without a mac is one that we have not written.
    Migration("vouch for the rows that are there", upgrade=vouch_for_all),
    Migration(
        "secrets bound to where they stand",
        ("ALTER TABLE secrets ADD COLUMN version BIGINT NOT NULL DEFAULT 0",),
        upgrade=bind_all,
    ),
    Migration(
        "what is called and texted",
        (
            # Numbers as prints. Rows of the last 24 hours; one is deleted when it turns out to be one too many.
            """
            CREATE TABLE spending (
                id TEXT PRIMARY KEY, n BIGINT NOT NULL, kind TEXT NOT NULL, destination TEXT NOT NULL,
                caller TEXT NOT NULL, token TEXT NOT NULL, flow TEXT NOT NULL, at BIGINT NOT NULL
            )
            """,
            "CREATE UNIQUE INDEX spending_in_order ON spending (n)",
            "CREATE INDEX spending_by_destination ON spending (destination, at)",
            "CREATE INDEX spending_by_caller ON spending (caller, at)",
            "CREATE INDEX spending_by_token ON spending (token, at)",
            "CREATE INDEX spending_by_flow ON spending (flow, at)",
            "CREATE INDEX spending_by_age ON spending (at)",
            # A row for each kind and cause, for ever.
            """
            CREATE TABLE refusals (
                kind TEXT NOT NULL, cause TEXT NOT NULL, refused BIGINT NOT NULL, PRIMARY KEY (kind, cause)
            )
            """,
            # Calls and runs without a caller wait in one queue.
            "DROP INDEX starts_queued",
            "CREATE INDEX starts_queued ON starts (queued_at, id) WHERE status = 'queued'",
        ),
    ),
    Migration(
        PEOPLE,
        (
            # What decides who gets in is sealed in each `body`. It is unknown whose the present sessions are.
            "CREATE TABLE users (name TEXT PRIMARY KEY, created_at BIGINT NOT NULL, body BLOB NOT NULL)",
            "DROP TABLE sessions",
            """
            CREATE TABLE sessions (
                id TEXT PRIMARY KEY, user_name TEXT NOT NULL, opened_at BIGINT NOT NULL, expires_at BIGINT NOT NULL,
                body BLOB NOT NULL
            )
            """,
            "CREATE INDEX sessions_of_user ON sessions (user_name)",
            "CREATE TABLE links (id TEXT PRIMARY KEY, expires_at BIGINT NOT NULL, body BLOB NOT NULL)",
            "CREATE TABLE guesses (who TEXT PRIMARY KEY, count BIGINT NOT NULL, last BIGINT NOT NULL)",
            "CREATE INDEX guesses_by_age ON guesses (last)",
            "ALTER TABLE api_tokens ADD COLUMN body BLOB",
            "ALTER TABLE api_tokens ADD COLUMN used_at BIGINT",
            """
            CREATE TABLE audit_trail (
                n BIGINT PRIMARY KEY, at BIGINT NOT NULL, author TEXT NOT NULL, kind TEXT NOT NULL, body BLOB NOT NULL
            )
            """,
            # Those of tokens are in their bodies now.
            "UPDATE api_tokens SET mac = ''",
        ),
        upgrade=adopted,
    ),
    Migration(
        "texts are found again",
        (
            # Which job's text a message of the carrier is.
            "CREATE TABLE messages (sid TEXT PRIMARY KEY, call TEXT NOT NULL, token TEXT NOT NULL, at BIGINT NOT NULL)",
            "CREATE INDEX messages_of_call ON messages (call, token)",
            # A job has more than one state by now, and none when it is done.
            "DROP INDEX jobs_running",
            "CREATE INDEX jobs_of_owner ON jobs (owner)",
            # Who lives: until when, by the database's clock, unless it is renewed.
            "CREATE TABLE processes (owner TEXT PRIMARY KEY, lease BIGINT NOT NULL)",
        ),
    ),
    Migration(
        "one knock at a time",
        (
            # Of the hold page that was saved at `knocked_for`.
            "ALTER TABLE calls ADD COLUMN knocked_for BIGINT",
            "ALTER TABLE calls ADD COLUMN knocked_at BIGINT",
        ),
    ),
    Migration(
        "questions by text",
        (
            # By which a question is found by the two numbers it is open between.
            "ALTER TABLE jobs ADD COLUMN asks TEXT NOT NULL DEFAULT ''",
            "CREATE INDEX jobs_that_ask ON jobs (asks, started_at) WHERE asks <> ''",
        ),
    ),
    Migration(STANDING, upgrade=noted),
    Migration(
        "who wants no texts",
        (
            "CREATE TABLE opt_outs (id TEXT PRIMARY KEY, person TEXT NOT NULL, at BIGINT NOT NULL, body BLOB NOT NULL)",
            "CREATE INDEX opt_outs_of_person ON opt_outs (person)",
        ),
    ),
    Migration(
        "alerts",
        ("CREATE TABLE alerts (name TEXT PRIMARY KEY, since BIGINT NOT NULL, told_at BIGINT NOT NULL)",),
    ),
    Migration(
        "the last web calls of a block",
        ("CREATE INDEX web_calls_of_block ON web_calls (flow, block, at)",),
    ),
    Migration(
        "calls that are over can be counted",
        (
            # Prints of the caller's last digits, a comma on either side of each; the number of ours, in the open.
            "ALTER TABLE calls ADD COLUMN endings TEXT NOT NULL DEFAULT ''",
            "ALTER TABLE calls ADD COLUMN dialled TEXT NOT NULL DEFAULT ''",
            # What a call's row says in the open, without its state: written once, when the call is over. `worded`: 1
            # until its trace and its variables are deleted before it is.
            """
            CREATE TABLE ended_calls (
                id TEXT PRIMARY KEY, started_at BIGINT NOT NULL, over_at BIGINT NOT NULL, flow TEXT NOT NULL,
                revision BIGINT NOT NULL, result TEXT NOT NULL, last_block BIGINT NOT NULL, blocks TEXT NOT NULL,
                web_calls BIGINT NOT NULL, failed_web_calls BIGINT NOT NULL, slowest BIGINT NOT NULL,
                caller TEXT NOT NULL, endings TEXT NOT NULL, dialled TEXT NOT NULL, worded BIGINT NOT NULL
            )
            """,
            "CREATE INDEX ended_calls_of_caller ON ended_calls (caller, started_at)",
            # Each with all that its question reads, so that the rows themselves need not be.
            "CREATE INDEX ended_calls_by_start ON ended_calls (started_at, id, flow, result, failed_web_calls)",
            """
            CREATE INDEX ended_calls_alike ON ended_calls (
                flow, revision, result, last_block, dialled, failed_web_calls, started_at, over_at
            )
            """,
            "CREATE INDEX web_calls_alike ON web_calls (flow, block, milliseconds, at, call)",
            "CREATE INDEX web_calls_failed ON web_calls (at, cause, flow, block, call) WHERE cause <> 'ok'",
        ),
    ),
    Migration("what the calls that are there say", upgrade=end_all),
    Migration(
        "calls are found by their words",
        (
            # Prints, a comma on either side of each; `made_by`: the id of the key that made them.
            """
            CREATE TABLE call_words (
                call TEXT PRIMARY KEY, at BIGINT NOT NULL, prints TEXT NOT NULL, made_by TEXT NOT NULL
            )
            """,
            "CREATE INDEX call_words_by_start ON call_words (at, call)",
            # `worded` is 2 where the words were read, so this has the few calls that are over and were not yet.
            "CREATE INDEX ended_calls_unread ON ended_calls (started_at, id) WHERE worded = 1",
        ),
    ),
    Migration(
        "where a call stood, and whether anybody was on the phone",
        (
            # The flow and the revision of `last_block`, where they are not those that the call began with. `on_phone`:
            # 1 where it began with a caller; of the calls that are there that is not known, and they count as before.
            *(f"ALTER TABLE {table} ADD COLUMN {each}" for table in ("calls", "ended_calls") for each in STOOD),
            "DROP INDEX ended_calls_by_start",
            "CREATE INDEX ended_by_start ON ended_calls (started_at, id, flow, result, failed_web_calls, on_phone)",
            "DROP INDEX ended_calls_alike",
            """
            CREATE INDEX ended_calls_alike ON ended_calls (flow, revision, result, last_block, last_flow, last_revision,
                dialled, on_phone, failed_web_calls, started_at, over_at)
            """,
            "CREATE INDEX calls_over ON calls (status) WHERE over_at IS NOT NULL",  # which /metrics counts
        ),
    ),
)


async def migrate(database: Database, vault: Vault, now: int, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Bring the tables up to date. Processes that start at once take turns; each step is done by one of them.

    Raises NewerDatabase where a newer program has been, and StoreError.
    """
    await database.write([*database.first, Statement(statements.MAKE_MIGRATIONS)])
    done = await _done(database)
    if done and max(done) > len(migrations):
        raise NewerDatabase(
            f"The database is at step {max(done)} ({done[max(done)]}), but this program knows only "
            f"{len(migrations)}: a newer version has used it. Start that version instead."
        )
    for number, migration in enumerate(migrations, 1):
        if number not in done:
            await _take(database, vault, now, (number, migration))


async def _take(database: Database, vault: Vault, now: int, step: tuple[int, Migration]) -> None:
    """Take a step, unless another process has. What an upgrade has read may have changed meanwhile: then it reads it
    again."""
    number, migration = step
    record: Params = {"number": number, "name": migration.name, "now": now}
    mine = Statement(statements.INSERT_MIGRATION, record, must_change=True)
    for _ in range(TRIES):
        changes = await migration.upgrade(database, vault, now) if migration.upgrade is not None else ()
        whole = [*database.first, mine, *map(Statement, migration.sql), *changes]
        if await database.write(whole) or number in await _done(database):
            return
    raise StoreError(f"The step “{migration.name}” can't be taken: stop the servers that use this database.")


async def _done(database: Database) -> dict[int, str]:
    return {row["number"]: row["name"] for row in await database.fetch(statements.MIGRATIONS, {})}
