"""SQL of the words that calls are found by: a row of prints for each call that is over, made when it is read.

A row for each word would be found at once, and cost some hundred times as much to write. `ended_calls.worded` says how
far a call is: 1 until its words are read, then 2, and 0 when they are deleted before it is.
"""

AT_ONCE = 100
"""Calls that are read in one go."""
_SIZE = "(SELECT COALESCE(SUM(LENGTH(entries)), 0) FROM trace WHERE trace.call = {call}) AS size"
_UNREAD = """
    FROM ended_calls CROSS JOIN calls
    WHERE calls.id = ended_calls.id AND ended_calls.worded = 1 AND calls.status <> 'active'
    ORDER BY ended_calls.started_at, ended_calls.id LIMIT :most
"""
_BY_ANOTHER = """
    FROM call_words CROSS JOIN ended_calls
    WHERE ended_calls.id = call_words.call AND ended_calls.worded > 0 AND call_words.made_by <> :made_by
    ORDER BY call_words.call LIMIT :most
"""
# Calls whose words are to be read, and how large their traces are; then as many of the traces as fit. By their ids, as
# who erases callers takes them: two that change the same calls in another order would wait for each other.
UNREAD = f"SELECT ended_calls.id AS call, {_SIZE.format(call='ended_calls.id')} {_UNREAD}"
BY_ANOTHER_KEY = f"SELECT call_words.call, {_SIZE.format(call='call_words.call')} {_BY_ANOTHER}"
_TRACES = """
    SELECT due.call, trace.n, trace.entries FROM ({due}) AS due LEFT JOIN trace ON trace.call = due.call
    ORDER BY due.call, trace.n
"""
UNREAD_TRACES = _TRACES.format(due=f"SELECT ended_calls.id AS call {_UNREAD}")
TRACES_BY_ANOTHER_KEY = _TRACES.format(due=f"SELECT call_words.call {_BY_ANOTHER}")

# First this, so that who deletes a call's words meanwhile waits until they are there, or keeps them from being written.
READ = "UPDATE ended_calls SET worded = 2 WHERE id = :call AND worded > 0"
SET_WORDS = """
    INSERT INTO call_words (call, at, prints, made_by)
    SELECT id, started_at, :prints, :made_by FROM ended_calls WHERE id = :call AND worded = 2
    ON CONFLICT (call) DO UPDATE SET prints = excluded.prints, made_by = excluded.made_by
"""
# What a server of an older version has deleted the calls of, or their words, while servers were upgraded one by one.
FORGET_LEFT = """
    DELETE FROM call_words WHERE made_by <> :made_by
        AND NOT EXISTS (SELECT 1 FROM ended_calls WHERE ended_calls.id = call_words.call AND ended_calls.worded > 0)
"""
FORGET_WORDS = "DELETE FROM call_words WHERE call = :id"
MADE_BY = "SELECT made_by, COUNT(*) AS calls FROM call_words GROUP BY made_by"
