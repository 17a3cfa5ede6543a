"""SQL around calls that are looked at: the list, what changed, figures, and the end of what is kept."""

SHOWN = """
    calls.id, calls.flow, flows.name AS flow_name, calls.revision, calls.version, calls.started_at, calls.over_at,
    calls.result, calls.last_block, calls.web_calls, calls.slowest, calls.state,
    CASE WHEN calls.web_calls = 0 THEN 0 ELSE
        (SELECT COUNT(*) FROM web_calls WHERE web_calls.call = calls.id AND web_calls.cause <> 'ok')
    END AS failed_web_calls
"""
_FROM = "FROM calls LEFT JOIN flows ON flows.id = calls.flow"

# A call that was over before it could be taken has no flow, and is not listed as a call.
CALL_ROW = f"SELECT {SHOWN} {_FROM} WHERE calls.id = :id AND calls.flow <> ''"
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
    SELECT {SHOWN} {_FROM} WHERE calls.over_at IS NULL AND calls.touched_at >= :since AND calls.flow <> ''
    ORDER BY calls.touched_at DESC LIMIT :most
"""
CALLS_ENDED = f"""
    SELECT {SHOWN} {_FROM} WHERE calls.over_at >= :since AND calls.flow <> '' ORDER BY calls.over_at DESC LIMIT :most
"""
DRAFT_VERSIONS = "SELECT id, version FROM flows WHERE deleted_at IS NULL AND updated_at >= :since"

INSERT_WEB_CALL = """
    INSERT INTO web_calls (call, token, flow, block, at, milliseconds, cause)
    VALUES (:call, :token, :flow, :block, :at, :milliseconds, :cause)
    ON CONFLICT (call, token) DO NOTHING
"""
CALLS_BY_FLOW = """
    SELECT flow, COUNT(*) AS calls FROM (
        SELECT flow FROM ended_calls WHERE started_at >= :since AND started_at < :until AND on_phone = 1
        UNION ALL
        SELECT flow FROM calls
        WHERE over_at IS NULL AND started_at >= :since AND started_at < :until AND flow <> '' AND on_phone = 1
    ) AS began GROUP BY flow
"""
LAST_WEB_CALLS = """
    SELECT milliseconds, cause FROM web_calls WHERE flow = :flow AND block = :block ORDER BY at DESC LIMIT :most
"""

OLD_CALLS = """
    SELECT id FROM calls WHERE started_at < :before AND over_at < :before AND status <> 'active'
    ORDER BY started_at LIMIT :most
"""
ENDED_AFTER = """
    SELECT id, over_at FROM calls
    WHERE over_at >= :at AND over_at < :before AND (over_at > :at OR id > :id)
    ORDER BY over_at, id LIMIT :most
"""
FORGET_TRACE = "DELETE FROM trace WHERE call = :id"
FORGET_TURN = "DELETE FROM trace WHERE call = :call AND n = :n"
FORGET_JOBS = "DELETE FROM jobs WHERE call = :id"
FORGET_WEB_CALLS = "DELETE FROM web_calls WHERE call = :id"
FORGET_MESSAGES = "DELETE FROM messages WHERE call = :id"
FORGET_CALL = "DELETE FROM calls WHERE id = :id"
