"""SQL around calls that are looked at: the list, what changed, figures, and the end of what is kept."""

_SHOWN = """
    calls.id, calls.flow, flows.name AS flow_name, calls.revision, calls.version, calls.started_at, calls.over_at,
    calls.result, calls.last_block, calls.web_calls, calls.slowest, calls.state,
    CASE WHEN calls.web_calls = 0 THEN 0 ELSE
        (SELECT COUNT(*) FROM web_calls WHERE web_calls.call = calls.id AND web_calls.cause <> 'ok')
    END AS failed_web_calls
"""
_FROM = "FROM calls LEFT JOIN flows ON flows.id = calls.flow"

# A call that was over before it could be taken has no flow, and is not listed as a call.
_WANTED = """
    calls.flow <> '' AND (:flow = '' OR calls.flow = :flow)
        AND (:result = '' OR (CASE WHEN calls.over_at IS NULL THEN 'live' ELSE calls.result END) = :result)
        AND (:caller = '' OR calls.caller IN (:caller, :caller_before, :caller_long_before))
        AND calls.blocks LIKE :block
        AND calls.started_at >= :since AND calls.started_at < :until
"""
_HAD_A_FAILURE = """
    CASE WHEN calls.web_calls > 0
        AND EXISTS (SELECT 1 FROM web_calls WHERE web_calls.call = calls.id AND web_calls.cause <> 'ok')
    THEN 1 ELSE 0 END
"""
CALL_LIST = f"""
    SELECT {_SHOWN} {_FROM}
    WHERE {_WANTED}
        AND (calls.started_at < :seen_at OR (calls.started_at = :seen_at AND calls.id < :seen))
    ORDER BY calls.started_at DESC, calls.id DESC LIMIT :most
"""
CALL_ROW = f"SELECT {_SHOWN} {_FROM} WHERE calls.id = :id AND calls.flow <> ''"
CALL_STARTED = "SELECT started_at FROM calls WHERE id = :id"
CALL_ENDED = """
    SELECT flow, revision, started_at, over_at, result, blocks, web_calls FROM calls
    WHERE id = :id AND over_at IS NOT NULL
"""
WEB_CALLS_OF = """
    SELECT flow, block, at, milliseconds, cause FROM web_calls WHERE call = :id ORDER BY at DESC, token DESC LIMIT :most
"""
# Two looks, each along an index: those that go on, and those that have ended since.
CALLS_GOING_ON = f"""
    SELECT {_SHOWN} {_FROM} WHERE calls.over_at IS NULL AND calls.touched_at >= :since AND calls.flow <> ''
    ORDER BY calls.touched_at DESC LIMIT :most
"""
CALLS_ENDED = f"""
    SELECT {_SHOWN} {_FROM} WHERE calls.over_at >= :since AND calls.flow <> '' ORDER BY calls.over_at DESC LIMIT :most
"""
DRAFT_VERSIONS = "SELECT id, version FROM flows WHERE deleted_at IS NULL AND updated_at >= :since"

INSERT_WEB_CALL = """
    INSERT INTO web_calls (call, token, flow, block, at, milliseconds, cause)
    VALUES (:call, :token, :flow, :block, :at, :milliseconds, :cause)
    ON CONFLICT (call, token) DO NOTHING
"""
# The latest of those that are wanted, counted by all that figures tell apart. A quarter of an hour is part of one hour,
# and of one day, in every time zone.
CALLS_COUNTED = f"""
    SELECT quarter, flow, revision, result, last_block, failures, COUNT(*) AS calls, SUM(milliseconds) AS milliseconds
    FROM (
        SELECT calls.started_at / 900000 AS quarter, calls.flow, calls.revision, calls.last_block,
            CASE WHEN calls.over_at IS NULL THEN 'live' ELSE calls.result END AS result,
            CASE WHEN calls.over_at IS NULL THEN 0 ELSE calls.over_at - calls.started_at END AS milliseconds,
            {_HAD_A_FAILURE} AS failures
        FROM calls WHERE {_WANTED} ORDER BY calls.started_at DESC LIMIT :most
    ) AS latest
    GROUP BY quarter, flow, revision, result, last_block, failures
"""  # noqa: S608 - what is put in stands above
CALLS_BY_FLOW = """
    SELECT flow, COUNT(*) AS calls FROM calls
    WHERE started_at >= :since AND started_at < :until AND flow <> '' GROUP BY flow
"""
WEB_CALLS_COUNTED = """
    SELECT flow, block, at, milliseconds, cause FROM web_calls
    WHERE at >= :since AND at < :until AND (:flow = '' OR flow = :flow) AND (:only = 0 OR block = :only)
        AND (:caller = '' OR call IN (
            SELECT id FROM calls WHERE caller IN (:caller, :caller_before, :caller_long_before)))
    ORDER BY at DESC LIMIT :most
"""
LAST_WEB_CALLS = """
    SELECT milliseconds, cause FROM web_calls WHERE flow = :flow AND block = :block ORDER BY at DESC LIMIT :most
"""

OLD_CALLS = """
    SELECT id FROM calls WHERE started_at < :before AND over_at < :before AND status <> 'active'
    ORDER BY started_at LIMIT :most
"""
FORGET_TRACE = "DELETE FROM trace WHERE call = :id"
FORGET_JOBS = "DELETE FROM jobs WHERE call = :id"
FORGET_WEB_CALLS = "DELETE FROM web_calls WHERE call = :id"
FORGET_MESSAGES = "DELETE FROM messages WHERE call = :id"
FORGET_CALL = "DELETE FROM calls WHERE id = :id"
