"""The SQL of starts; the same rules as in `core`."""

_COLUMNS = "id, flow, revision, reach_by, status, rank, sid, tries, queued_at, changed_at, body, reason"
INSERT_START = """
    INSERT INTO starts
        (id, flow, revision, reach_by, status, rank, sid, tries, queued_at, changed_at, until, body, reason)
    VALUES (:id, :flow, :revision, :reach_by, 'queued', 0, '', 0, :now, :now, :until, :body, :reason)
    ON CONFLICT (id) DO NOTHING
"""
START = f"SELECT {_COLUMNS} FROM starts WHERE id = :id"  # noqa: S608 - the names of columns
WAITING = "SELECT COUNT(*) AS waiting FROM starts WHERE status = 'queued'"
NEXT_START = f"""
    SELECT {_COLUMNS} FROM starts WHERE status = 'queued' AND until <= :now
    ORDER BY queued_at, id LIMIT 1
"""  # noqa: S608
FORGOTTEN_TEXTS = f"""
    SELECT {_COLUMNS} FROM starts WHERE status = 'calling' AND reach_by = 'text' AND until <= :now
    ORDER BY queued_at, id LIMIT 100
"""  # noqa: S608
CLAIM_START = """
    UPDATE starts SET status = 'calling', rank = 1, until = :until, changed_at = :now
    WHERE id = :id AND status = 'queued'
"""
# Of a call that the carrier surely has not placed. It may count as unknown by now, where the store was away.
PUT_BACK = """
    UPDATE starts SET status = 'queued', rank = 0, until = :until, tries = tries + 1, changed_at = :now
    WHERE id = :id AND status IN ('calling', 'unknown') AND sid = ''
"""
TELL_START = """
    UPDATE starts SET status = :status, rank = :rank, sid = CASE WHEN :sid = '' THEN sid ELSE :sid END,
        reason = :reason, until = :until, changed_at = :now
    WHERE id = :id AND (rank < :rank OR (status = :status AND rank < 5))
"""
UNHEARD_STARTS = """
    UPDATE starts SET status = 'unknown', rank = 2, until = NULL, changed_at = :now
    WHERE status IN ('calling', 'ringing') AND reach_by = 'call' AND until < :now
"""
EXPIRED_STARTS = """
    UPDATE starts SET status = 'expired', rank = 5, until = NULL, changed_at = :now
    WHERE status = 'queued' AND queued_at < :queued_before
"""
OLD_STARTS = """
    SELECT id FROM starts WHERE queued_at < :before AND status <> 'queued' ORDER BY queued_at LIMIT :most
"""
FORGET_START = "DELETE FROM starts WHERE id = :id"
SEALED_STARTS = """
    SELECT id, CASE WHEN substr(body, 1, 5) = :head THEN NULL ELSE body END AS sealed
    FROM starts WHERE id > :id ORDER BY id LIMIT 200
"""
RESEAL_START = "UPDATE starts SET body = :fresh WHERE id = :id AND body = :sealed"

NEXT_SLOT = "SELECT next_at FROM pace WHERE name = 'calls'"
TAKE_SLOT = "UPDATE pace SET next_at = :following WHERE name = 'calls' AND next_at = :slot"
