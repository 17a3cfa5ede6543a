"""Every SQL statement, one text for all databases. Times are integer milliseconds since 1970.

No arithmetic on parameters: PostgreSQL would take them for small integers. `sealed` columns open with the vault only.
"""

LOAD_CALL = "SELECT version, held_at, over_at, state FROM calls WHERE id = :id"
INSERT_CALL = """
    INSERT INTO calls (id, flow, revision, version, status, started_at, touched_at, held_at, over_at, state, result,
        caller, endings, dialled, last_block, blocks, web_calls, slowest, on_phone)
    VALUES (:id, :flow, :revision, :version, :status, :now, :now, :held_at, :over_at, :state, :result, :caller,
        :endings, :dialled, :block, :entered, :fetched, :slowest, :on_phone)
    ON CONFLICT (id) DO NOTHING
"""
UPDATE_CALL = """
    UPDATE calls SET version = :version, status = :status, touched_at = :now, held_at = :held_at, over_at = :over_at,
        state = :state, result = CASE WHEN :result = '' THEN result ELSE :result END, last_block = :block,
        last_flow = CASE WHEN flow = :flow AND revision = :revision THEN '' ELSE :flow END,
        last_revision = CASE WHEN flow = :flow AND revision = :revision THEN 0 ELSE :revision END,
        blocks = blocks || :entered, web_calls = web_calls + :fetched,
        slowest = CASE WHEN slowest < :slowest THEN :slowest ELSE slowest END
    WHERE id = :id AND version = :seen
"""
LOST_CALLS = """
    SELECT id FROM calls
    WHERE over_at IS NULL
        AND (held_at < :held_before
            OR (touched_at < :silent_before AND NOT EXISTS (
                SELECT 1 FROM jobs WHERE jobs.call = calls.id AND jobs.status = 'asked'))
            OR (status <> 'active' AND touched_at < :ended_before))
    ORDER BY started_at LIMIT 100
"""
# One process knocks for a hold page; another may when that knock has brought nobody for a while.
TAKE_KNOCK = """
    UPDATE calls SET knocked_for = :held_at, knocked_at = :now
    WHERE id = :id AND held_at = :held_at AND (knocked_for IS NULL OR knocked_for <> :held_at
        OR knocked_at < :before OR knocked_at = :mine)
"""
# A hold page is saved with one time for both: what is touched later may have got words since.
CHANGED_WHILE_HELD = """
    SELECT id FROM calls WHERE over_at IS NULL AND touched_at > held_at AND touched_at < :before
    ORDER BY started_at LIMIT 100
"""
SILENT_CALLS = """
    SELECT touched_at, id FROM calls
    WHERE over_at IS NULL AND touched_at < :before AND (touched_at > :at OR (touched_at = :at AND id > :id))
    ORDER BY touched_at, id LIMIT :most
"""
LEFT_CALLS = """
    SELECT id FROM calls WHERE over_at IS NOT NULL AND status = 'active' AND touched_at < :left_before
        AND NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.call = calls.id AND jobs.status = 'asked')
    ORDER BY started_at LIMIT 100
"""

START_JOB = """
    INSERT INTO jobs (call, token, kind, body, status, owner, lease, started_at, tries)
    VALUES (:call, :token, :kind, :body, :status, :owner, :lease, :started_at, :tries)
    ON CONFLICT (call, token) DO NOTHING
"""
# Of a job that another process has taken over, nothing is noted any more.
NOTE_JOB = "UPDATE jobs SET status = :status WHERE call = :call AND token = :token AND owner = :owner"
NOTE_QUESTION = """
    UPDATE jobs SET status = :status, body = :body, asks = :asks
    WHERE call = :call AND token = :token AND owner = :owner
"""
OPEN_JOB = "UPDATE jobs SET status = 'asked', owner = '', lease = :until WHERE call = :call AND token = :token"
OPEN_QUESTION = """
    SELECT call, token FROM jobs
    WHERE asks <> '' AND asks IN (:asks_a, :asks_b, :asks_c, :asks_d, :asks_e, :asks_f)
    ORDER BY started_at DESC, call, token LIMIT 1
"""
FINISH_JOB = "DELETE FROM jobs WHERE call = :call AND token = :token"
RELEASE_LEASES = "UPDATE jobs SET lease = 0 WHERE owner = :owner"
ADOPT_JOB = """
    UPDATE jobs SET owner = :owner, lease = :lease, tries = :tries
    WHERE call = :call AND token = :token AND owner = :former_owner AND lease = :former_lease
"""

# A message is the text of one job, for ever; a receipt and a look at the carrier's list may both say so.
INSERT_MESSAGE = """
    INSERT INTO messages (sid, call, token, at) VALUES (:sid, :call, :token, :now) ON CONFLICT (sid) DO NOTHING
"""
MESSAGE = "SELECT call, token FROM messages WHERE sid = :sid"
MESSAGE_OF_JOB = "SELECT sid FROM messages WHERE call = :call AND token = :token"

INSERT_TRACE = "INSERT INTO trace (call, n, at, entries) VALUES (:call, :n, :now, :entries)"
TRACE = "SELECT n, entries FROM trace WHERE call = :call ORDER BY n"

DRAFT = """
    SELECT id, name, draft, version, updated_at, deleted_at, revision,
        (SELECT MAX(number) FROM revisions WHERE flow = :id) AS last_revision,
        (SELECT MAX(n) FROM publications WHERE flow = :id) AS last_publication,
        (SELECT made_of FROM revisions WHERE flow = :id AND number = flows.revision) AS live_version
    FROM flows WHERE id = :id
"""
LIVE = "SELECT id, revision FROM flows WHERE id = :id AND deleted_at IS NULL"
INSERT_FLOW = """
    INSERT INTO flows (id, name, draft, version, revision, updated_at)
    VALUES (:id, :name, :draft, :version, NULL, :now)
    ON CONFLICT (id) DO NOTHING
"""
UPDATE_FLOW = """
    UPDATE flows SET name = :name, draft = :draft, version = :version, updated_at = :now, deleted_at = NULL
    WHERE id = :id AND version = :seen
"""
# Changes nothing, and makes other transactions that begin with it wait. When a flow is
# deleted and given a number at the same time, the second then sees what the first has done.
TAKE_TURNS = "UPDATE flows SET version = version WHERE id = :flow AND deleted_at IS NULL"
DELETE_FLOW = """
    UPDATE flows SET deleted_at = :now, revision = NULL, version = :version, draft = :draft
    WHERE id = :flow AND version = :seen AND deleted_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM numbers WHERE flow = :flow)
"""
GO_LIVE = "UPDATE flows SET revision = :number WHERE id = :flow AND deleted_at IS NULL"
INSERT_REVISION = """
    INSERT INTO revisions (flow, number, body, created_at, note, author, name, made_of)
    VALUES (:flow, :number, :body, :now, :note, :author, :name, :made_of)
    ON CONFLICT (flow, number) DO NOTHING
"""
INSERT_PUBLICATION = """
    INSERT INTO publications (flow, n, revision, kind, author, at) VALUES (:flow, :n, :number, :kind, :author, :now)
    ON CONFLICT (flow, n) DO NOTHING
"""
PUBLICATIONS = "SELECT revision, kind, author, at FROM publications WHERE flow = :flow ORDER BY n DESC"
REVISION = "SELECT body FROM revisions WHERE flow = :flow AND number = :number"
REVISIONS = """
    SELECT number, created_at, author, note, name,
        (SELECT COUNT(*) FROM calls WHERE calls.flow = :flow AND calls.revision = revisions.number) AS calls
    FROM revisions WHERE flow = :flow ORDER BY number DESC
"""
FLOW_IDS = "SELECT id FROM flows WHERE deleted_at IS NULL ORDER BY id"
FLOWS = """
    SELECT flows.id, flows.name, flows.revision, flows.updated_at, flows.version, numbers.number, numbers.flow,
        numbers.mac
    FROM flows LEFT JOIN numbers ON numbers.flow = flows.id WHERE flows.deleted_at IS NULL
    ORDER BY flows.name, flows.id, numbers.number
"""
HEADS = """
    SELECT substr(draft, 1, 5) AS head FROM flows UNION SELECT substr(body, 1, 5) AS head FROM revisions
    UNION SELECT substr(value, 1, 5) AS head FROM secrets UNION SELECT substr(body, 1, 5) AS head FROM users
    UNION SELECT substr(body, 1, 5) AS head FROM audit_trail WHERE n = 0
    UNION SELECT substr(body, 1, 5) AS head FROM api_tokens WHERE body IS NOT NULL
"""

ANY_SEALED = (
    "SELECT DISTINCT substr(draft, 1, 5) AS head FROM flows",
    "SELECT DISTINCT substr(body, 1, 5) AS head FROM revisions",
    "SELECT DISTINCT substr(value, 1, 5) AS head FROM secrets",
    "SELECT substr(state, 1, 5) AS head FROM calls ORDER BY started_at DESC LIMIT 1",
    "SELECT substr(body, 1, 5) AS head FROM starts ORDER BY queued_at DESC LIMIT 1",
)
"""Heads of what is sealed, each table for itself: an older database has not all of them."""

OF_NUMBER = """
    SELECT flows.id, flows.revision, numbers.number, numbers.flow, numbers.mac FROM numbers
    JOIN flows ON flows.id = numbers.flow WHERE numbers.number = :number AND flows.revision IS NOT NULL
"""
UNPUBLISHED = """
    SELECT numbers.number, numbers.flow, numbers.mac FROM numbers
    JOIN flows ON flows.id = numbers.flow WHERE numbers.number = :number AND flows.revision IS NULL
"""
ASSIGN = """
    INSERT INTO numbers (number, flow, mac) SELECT :number, id, :mac FROM flows WHERE id = :flow AND deleted_at IS NULL
    ON CONFLICT (number) DO UPDATE SET flow = excluded.flow, mac = excluded.mac
"""
UNASSIGN = "DELETE FROM numbers WHERE number = :number"
NUMBERS_OF = "SELECT number, flow, mac FROM numbers WHERE flow = :flow"
NUMBERS = """
    SELECT numbers.number, numbers.flow, numbers.mac, flows.id, flows.name, flows.revision
    FROM numbers JOIN flows ON flows.id = numbers.flow
    ORDER BY numbers.number
"""

# Named secrets. (A linter takes a constant with that word in its name for a password.)
NAMED_VALUE = "SELECT name, value, version FROM secrets WHERE name = :name"
NAMED_VALUES = "SELECT name, value, version, updated_at FROM secrets ORDER BY name"
# Of versions before the head of the audit trail told what stands.
VALUE_REGISTER = """
    SELECT (SELECT value FROM settings WHERE name = :register) AS register,
        (SELECT mac FROM settings WHERE name = :register) AS register_mac
"""
INSERT_SETTING = """
    INSERT INTO settings (name, value, mac, updated_at) VALUES (:name, :value, :mac, :now)
    ON CONFLICT (name) DO NOTHING
"""
# A row of no meaning, written anew each time: whether the database can be written shows only when it is.
WRITE_SOMETHING = """
    INSERT INTO settings (name, value, mac, updated_at) VALUES ('checked', '', '', :now)
    ON CONFLICT (name) DO UPDATE SET updated_at = excluded.updated_at
"""
SET_MARK = """
    INSERT INTO settings (name, value, mac, updated_at) VALUES (:name, :value, '', :now)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at
"""
CHANGE_SETTING = """
    UPDATE settings SET value = :value, mac = :mac, updated_at = :now WHERE name = :name AND value = :former
"""
NAMES_OF_VALUES = "SELECT name FROM secrets ORDER BY name"
SET_VALUE = """
    INSERT INTO secrets (name, value, version, updated_at) VALUES (:name, :value, :version, :now)
    ON CONFLICT (name) DO UPDATE
    SET value = excluded.value, version = excluded.version, updated_at = excluded.updated_at
"""
REMOVE_VALUE = "DELETE FROM secrets WHERE name = :name"

INSERT_CLIP = """
    INSERT INTO audio (name, sha256, milliseconds, size, original, created_at, content)
    VALUES (:name, :hash, :milliseconds, :size, :original, :now, :content)
    ON CONFLICT (name) DO NOTHING
"""
CLIP = "SELECT name, sha256, milliseconds, size, original, created_at FROM audio WHERE name = :name"
CLIPS = "SELECT name, sha256, milliseconds, size, original, created_at FROM audio ORDER BY name"
CLIP_NAMES = "SELECT name FROM audio ORDER BY name"
CLIP_CONTENT = "SELECT content FROM audio WHERE sha256 = :hash LIMIT 1"
REMOVE_CLIP = "DELETE FROM audio WHERE name = :name"

# For changing keys: the next rows after a key, so that no statement takes long, however much there is. What begins
# with `head` needs nothing done and stays where it is. Where passwords are sealed once more inside, all is read.
SEALED_CALLS = """
    SELECT id, CASE WHEN substr(state, 1, 5) = :head THEN NULL ELSE state END AS sealed
    FROM calls WHERE id > :id ORDER BY id LIMIT 200
"""
RESEAL_CALL = """
    UPDATE calls SET state = :fresh, caller = :caller, endings = :endings WHERE id = :id AND state = :sealed
"""
SEALED_JOBS = """
    SELECT call, token, body AS sealed
    FROM jobs WHERE (call, token) > (:call, :token) ORDER BY call, token LIMIT 200
"""
RESEAL_JOB = """
    UPDATE jobs SET body = :fresh, asks = CASE WHEN asks = '' THEN '' ELSE :asks END
    WHERE call = :call AND token = :token AND body = :sealed
"""
SEALED_TRACE = """
    SELECT call, n, CASE WHEN substr(entries, 1, 5) = :head THEN NULL ELSE entries END AS sealed
    FROM trace WHERE (call, n) > (:call, :n) ORDER BY call, n LIMIT 200
"""
RESEAL_TRACE = "UPDATE trace SET entries = :fresh WHERE call = :call AND n = :n AND entries = :sealed"
SEALED_DRAFTS = "SELECT id, version, draft AS sealed FROM flows WHERE id > :id ORDER BY id LIMIT 200"
# A new version, so that an author who read the draft before does not bring its old passwords back.
RESEAL_DRAFT = """
    UPDATE flows SET draft = :fresh, version = version + 1
    WHERE id = :id AND draft = :sealed AND version = :version
"""
SEALED_REVISIONS = """
    SELECT flow, number, body AS sealed
    FROM revisions WHERE (flow, number) > (:flow, :number) ORDER BY flow, number LIMIT 200
"""
RESEAL_REVISION = "UPDATE revisions SET body = :fresh WHERE flow = :flow AND number = :number AND body = :sealed"
SEALED_VALUES = """
    SELECT name, version, CASE WHEN substr(value, 1, 5) = :head THEN NULL ELSE value END AS sealed
    FROM secrets WHERE name > :name ORDER BY name LIMIT 200
"""
RESEAL_VALUE = "UPDATE secrets SET value = :fresh WHERE name = :name AND value = :sealed"

# The one password that the board had before there were users.
SETTING = "SELECT name, value, updated_at, mac FROM settings WHERE name = :name"
REMOVE_SETTING = "DELETE FROM settings WHERE name = :name AND value = :value"

# Macs of what says who answers: those not by the first key, to be changed where a row is still what was read.
SETTING_MACS = "SELECT name, value, mac FROM settings WHERE substr(mac, 1, 8) <> :head"
REMAC_SETTING = "UPDATE settings SET mac = :mac WHERE name = :name AND value = :value AND mac = :former"
NUMBER_MACS = "SELECT number, flow, mac FROM numbers WHERE substr(mac, 1, 8) <> :head"
REMAC_NUMBER = "UPDATE numbers SET mac = :mac WHERE number = :number AND flow = :flow AND mac = :former"
MACS = "SELECT mac FROM settings UNION SELECT mac FROM numbers"

# For the metrics: cheap to count, and never personal.
CALLS_BY_STATUS = """
    SELECT status, COUNT(*) AS calls FROM calls WHERE over_at IS NOT NULL GROUP BY status ORDER BY status
"""
CALLS_UNDER_WAY = "SELECT COUNT(*) AS calls FROM calls WHERE over_at IS NULL"
CALLS_HELD = "SELECT COUNT(*) AS calls FROM calls WHERE over_at IS NULL AND held_at IS NOT NULL"
JOBS_UNDER_WAY = "SELECT kind, COUNT(*) AS jobs FROM jobs WHERE status = 'running' GROUP BY kind ORDER BY kind"

MAKE_MIGRATIONS = (
    "CREATE TABLE IF NOT EXISTS migrations (number BIGINT PRIMARY KEY, name TEXT NOT NULL, at BIGINT NOT NULL)"
)
MIGRATIONS = "SELECT number, name FROM migrations ORDER BY number"
INSERT_MIGRATION = """
    INSERT INTO migrations (number, name, at) VALUES (:number, :name, :now) ON CONFLICT (number) DO NOTHING
"""
