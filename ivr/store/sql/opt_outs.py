"""The SQL of who wants no texts, and of a caller who is erased; the same rules as in `core`."""

INSERT_OPT_OUT = "INSERT INTO opt_outs (id, person, at, body) VALUES (:id, :person, :now, :body)"
REMOVE_OPT_OUT = "DELETE FROM opt_outs WHERE person IN (:first, :before, :long_before)"
OPT_OUT = "SELECT at FROM opt_outs WHERE person IN (:first, :before, :long_before) LIMIT 1"
OPT_OUTS = "SELECT id, at, body FROM opt_outs ORDER BY at DESC, id LIMIT :most"
SEALED_OPT_OUTS = """
    SELECT id, CASE WHEN substr(body, 1, 5) = :head THEN NULL ELSE body END AS sealed
    FROM opt_outs WHERE id > :id ORDER BY id LIMIT 200
"""
RESEAL_OPT_OUT = "UPDATE opt_outs SET body = :fresh, person = :person WHERE id = :id AND body = :sealed"

# Calls that are over; those that go on are counted only.
ERASABLE = """
    SELECT id, state FROM calls
    WHERE caller IN (:first, :before, :long_before) AND over_at IS NOT NULL AND status <> 'active' AND id > :id
    ORDER BY id LIMIT :most
"""
GOING_ON = """
    SELECT COUNT(*) AS calls FROM calls
    WHERE caller IN (:first, :before, :long_before) AND (over_at IS NULL OR status = 'active')
"""
# Whoever is being rung at is to hear the words of their call when they pick up: until it is a call, it goes on here.
ALL_STARTS = """
    SELECT id, body, CASE WHEN status IN ('calling', 'ringing') OR (status = 'answered' AND NOT EXISTS (
        SELECT 1 FROM calls WHERE calls.id = starts.sid)) THEN 1 ELSE 0 END AS going_on
    FROM starts WHERE id > :id ORDER BY id LIMIT 200
"""
# Of a call that is over nobody waits for the end of its text.
TEXTS_OF_ENDED = """
    SELECT jobs.call, jobs.token, jobs.body FROM jobs JOIN calls ON calls.id = jobs.call
    WHERE jobs.kind = 'text' AND jobs.status = 'queued' AND calls.over_at IS NOT NULL AND calls.status <> 'active'
        AND (jobs.call, jobs.token) > (:call, :token)
    ORDER BY jobs.call, jobs.token LIMIT 200
"""
ERASE_TEXT = "DELETE FROM jobs WHERE call = :call AND token = :token AND status = 'queued'"
