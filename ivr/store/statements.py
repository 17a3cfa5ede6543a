"""Every SQL statement, one text for all databases. Times are integer milliseconds since 1970.

No arithmetic on parameters: PostgreSQL would take them for small integers. `sealed` columns open with the vault only.
"""

LOAD_CALL = "SELECT version, held_at, over_at, state FROM calls WHERE id = :id"
INSERT_CALL = """
    INSERT INTO calls (id, flow, revision, version, status, started_at, touched_at, held_at, over_at, state)
    VALUES (:id, :flow, :revision, :version, :status, :now, :now, :held_at, :over_at, :state)
    ON CONFLICT (id) DO NOTHING
"""
UPDATE_CALL = """
    UPDATE calls SET version = :version, status = :status, touched_at = :now, held_at = :held_at, over_at = :over_at,
        state = :state
    WHERE id = :id AND version = :seen
"""
LOST_CALLS = """
    SELECT id FROM calls
    WHERE over_at IS NULL
        AND (held_at < :held_before OR touched_at < :silent_before
            OR (status <> 'active' AND touched_at < :ended_before))
    ORDER BY started_at LIMIT 100
"""

START_JOB = """
    INSERT INTO jobs (call, token, kind, body, status, owner, lease, started_at, tries)
    VALUES (:call, :token, :kind, :body, 'running', :owner, :lease, :started_at, :tries)
    ON CONFLICT (call, token) DO NOTHING
"""
FINISH_JOB = "UPDATE jobs SET status = 'done' WHERE call = :call AND token = :token"
RENEW_LEASES = "UPDATE jobs SET lease = :lease WHERE owner = :owner AND status = 'running'"
ORPHANED_JOBS = """
    SELECT call, token, body, owner, lease, started_at, tries FROM jobs
    WHERE status = 'running' AND lease < :now AND owner <> :owner
    ORDER BY lease LIMIT 100
"""
ADOPT_JOB = """
    UPDATE jobs SET owner = :owner, lease = :lease, tries = :tries
    WHERE call = :call AND token = :token AND status = 'running' AND owner = :former_owner AND lease = :former_lease
"""

INSERT_TRACE = "INSERT INTO trace (call, n, at, entries) VALUES (:call, :n, :now, :entries)"
TRACE = "SELECT n, entries FROM trace WHERE call = :call ORDER BY n"

DRAFT = """
    SELECT name, draft, version, (SELECT MAX(number) FROM revisions WHERE flow = :id) AS last_revision
    FROM flows WHERE id = :id
"""
INSERT_FLOW = """
    INSERT INTO flows (id, name, draft, version, revision, updated_at)
    VALUES (:id, :name, :draft, :version, NULL, :now)
    ON CONFLICT (id) DO NOTHING
"""
UPDATE_FLOW = """
    UPDATE flows SET name = :name, draft = :draft, version = :version, updated_at = :now
    WHERE id = :id AND version = :seen
"""
GO_LIVE = "UPDATE flows SET revision = :number WHERE id = :flow"
INSERT_REVISION = """
    INSERT INTO revisions (flow, number, body, created_at, note) VALUES (:flow, :number, :body, :now, :note)
    ON CONFLICT (flow, number) DO NOTHING
"""
REVISION = "SELECT body FROM revisions WHERE flow = :flow AND number = :number"
FLOW_IDS = "SELECT id FROM flows ORDER BY id"
FLOWS = """
    SELECT flows.id, flows.name, flows.revision, flows.updated_at, numbers.number
    FROM flows LEFT JOIN numbers ON numbers.flow = flows.id
    ORDER BY flows.name, flows.id, numbers.number
"""
HEADS = "SELECT substr(draft, 1, 5) AS head FROM flows UNION SELECT substr(body, 1, 5) AS head FROM revisions"

OF_NUMBER = """
    SELECT flows.id, flows.revision FROM numbers JOIN flows ON flows.id = numbers.flow
    WHERE numbers.number = :number AND flows.revision IS NOT NULL
"""
ASSIGN = """
    INSERT INTO numbers (number, flow) SELECT :number, id FROM flows WHERE id = :flow
    ON CONFLICT (number) DO UPDATE SET flow = excluded.flow
"""
UNASSIGN = "DELETE FROM numbers WHERE number = :number"

MAKE_MIGRATIONS = (
    "CREATE TABLE IF NOT EXISTS migrations (number BIGINT PRIMARY KEY, name TEXT NOT NULL, at BIGINT NOT NULL)"
)
MIGRATIONS = "SELECT number, name FROM migrations ORDER BY number"
INSERT_MIGRATION = """
    INSERT INTO migrations (number, name, at) VALUES (:number, :name, :now) ON CONFLICT (number) DO NOTHING
"""
