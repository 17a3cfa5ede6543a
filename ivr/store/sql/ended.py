"""SQL of calls that are over, in a table of their own: narrow, so that a hundred thousand are counted at once.

A call stands there from the save that ends it. What is asked for is one of a few conditions, each put in only where it
matters: `over` are those on calls that are over, `live` the same on calls that go on.
"""

from collections.abc import Sequence

COLUMNS = """id, started_at, over_at, flow, revision, result, last_block, blocks, web_calls, slowest, caller, endings,
        dialled"""
STOOD = "last_flow, last_revision, on_phone"
"""Columns that the step which fills the table for the first time does not know yet."""


def _ended(columns: str) -> str:
    return f"""
        INSERT INTO ended_calls ({columns}, failed_web_calls, worded)
        SELECT {columns},
            (SELECT COUNT(*) FROM web_calls WHERE web_calls.call = calls.id AND web_calls.cause <> 'ok'), 1
        FROM calls WHERE over_at IS NOT NULL AND flow <> ''
    """  # noqa: S608 - columns of this module


_ENDED = _ended(f"{COLUMNS}, {STOOD}")
_NEWER = """
    ON CONFLICT (id) DO UPDATE SET over_at = excluded.over_at, result = excluded.result,
        last_block = excluded.last_block, blocks = excluded.blocks, web_calls = excluded.web_calls,
        failed_web_calls = excluded.failed_web_calls, slowest = excluded.slowest, caller = excluded.caller,
        endings = excluded.endings, dialled = excluded.dialled
"""
# After the save that ends a call, and after what changes in it later: what its row says now.
END_CALL = f"{_ENDED} AND id = :id {_NEWER}, last_flow = excluded.last_flow, last_revision = excluded.last_revision"
END_CALLS = f"{_ended(COLUMNS)} AND id > :behind AND id <= :last {_NEWER}"
# Those that a server of an older version has ended, while servers were upgraded one by one.
END_MISSED = f"""
    {_ENDED} AND over_at >= :since AND NOT EXISTS (SELECT 1 FROM ended_calls WHERE ended_calls.id = calls.id)
    ON CONFLICT (id) DO NOTHING
"""  # noqa: S608 - what is put in stands above
FORGET_ENDED = "DELETE FROM ended_calls WHERE id = :id"
RENUMBER_ENDED = "UPDATE ended_calls SET caller = :caller, endings = :endings WHERE id = :id"

# Calls whose words are there still; some at a time.
WORDED = """
    SELECT calls.id, calls.version, calls.state FROM ended_calls JOIN calls ON calls.id = ended_calls.id
    WHERE ended_calls.worded > 0 AND ended_calls.started_at < :before AND ended_calls.over_at < :before
        AND calls.status <> 'active'
    ORDER BY ended_calls.started_at LIMIT 100
"""
NO_WORDS = "UPDATE ended_calls SET worded = 0 WHERE id = :id"
WITHOUT_WORDS = "UPDATE calls SET state = :fresh WHERE id = :id AND version = :version"

CALLS_TO_NUMBER = "SELECT id, state FROM calls WHERE id > :behind ORDER BY id LIMIT 500"
NUMBER_CALL = "UPDATE calls SET endings = :endings, dialled = :dialled WHERE id = :id AND endings = ''"

_FAILED = "EXISTS (SELECT 1 FROM web_calls WHERE web_calls.call = calls.id AND web_calls.cause <> 'ok')"


ENDED = "ended_calls"
BY_WORDS = "call_words CROSS JOIN ended_calls"
"""Where calls that are over are looked for: with conditions on their words they are walked by those, in this order."""


def page(shown: str, source: str, over: Sequence[str], live: Sequence[str]) -> str:
    """The columns of so many calls, the newest first."""
    at, call = ("at", "call") if source == BY_WORDS else ("started_at", "id")
    newest = f"ORDER BY {at} DESC, {call} DESC LIMIT :most"
    by_now = "ORDER BY started_at + 0 DESC, id DESC LIMIT :most"  # calls that go on are few: not in the order of all
    return f"""
        SELECT {shown} FROM (
            SELECT * FROM (SELECT id, started_at FROM calls WHERE {_all(live)} {by_now}) AS going_on
            UNION ALL
            SELECT * FROM (SELECT id, started_at FROM {source} WHERE {_all(over)} {newest}) AS over_by_now
        ) AS page JOIN calls ON calls.id = page.id LEFT JOIN flows ON flows.id = calls.flow
        ORDER BY page.started_at DESC, page.id DESC LIMIT :most
    """  # noqa: S608 - conditions of this module's users, never what was typed


def alike(source: str, over: Sequence[str]) -> str:
    """Calls counted by all that figures tell apart: the order of an index, so that nothing has to be sorted."""
    kind = "flow, revision, result, last_block, last_flow, last_revision, dialled, on_phone, failed_web_calls"
    return f"""
        SELECT {kind}, COUNT(*) AS calls, SUM(over_at - started_at) AS milliseconds
        FROM {source} WHERE {_all(over)} GROUP BY {kind}
    """  # noqa: S608


def by_quarter(source: str, over: Sequence[str]) -> str:
    """Calls of callers by the quarter of an hour in which they began: part of one hour, and of one day, everywhere."""
    return f"""
        SELECT started_at / 900000 AS quarter, COUNT(*) AS calls,
            SUM(CASE WHEN result = 'failed' THEN 1 ELSE 0 END) AS failed,
            SUM(CASE WHEN failed_web_calls > 0 THEN 1 ELSE 0 END) AS failures
        FROM {source} WHERE {_all([*over, "on_phone = 1"])} GROUP BY started_at / 900000
    """  # noqa: S608


def going_on(live: Sequence[str]) -> str:
    """Calls that go on, by both."""
    kind = "flow, revision, last_block, last_flow, last_revision, dialled, on_phone"
    return f"""
        SELECT quarter, {kind}, failures, COUNT(*) AS calls FROM (
            SELECT started_at / 900000 AS quarter, {kind},
                CASE WHEN web_calls > 0 AND {_FAILED} THEN 1 ELSE 0 END AS failures
            FROM calls WHERE {_all(live)}
        ) AS found GROUP BY quarter, {kind}, failures
    """  # noqa: S608


def waits(asked: Sequence[str], source: str, over: Sequence[str], live: Sequence[str]) -> str:
    """How many web calls of each block took so many milliseconds; of some calls, where there are conditions on them."""
    return f"""
        SELECT flow, block, milliseconds, COUNT(*) AS web_calls FROM web_calls
        WHERE {_all([*asked, *_of_calls(source, over, live)])} GROUP BY flow, block, milliseconds
    """  # noqa: S608


def failures(asked: Sequence[str], source: str, over: Sequence[str], live: Sequence[str]) -> str:
    """How many web calls of each block failed in each quarter of an hour, by cause."""
    return f"""
        SELECT at / 900000 AS quarter, cause, flow, block, COUNT(*) AS web_calls FROM web_calls
        WHERE {_all(["cause <> 'ok'", *asked, *_of_calls(source, over, live)])}
        GROUP BY at / 900000, cause, flow, block
    """  # noqa: S608


def _of_calls(source: str, over: Sequence[str], live: Sequence[str]) -> Sequence[str]:
    if not over:
        return ()
    found = f"SELECT id FROM {source} WHERE {_all(over)} UNION ALL SELECT id FROM calls WHERE {_all(live)}"  # noqa: S608
    return (f"call IN ({found})",)


def _all(conditions: Sequence[str]) -> str:
    return " AND ".join(conditions) or "1 = 1"
