"""The SQL of users, sessions, links, tokens, guesses and the audit trail; the same rules as in `core`."""

from functools import cache

# Users. All that decides who gets in is in `body`, which is sealed: a row that was made without the key opens nothing.
USERS = "SELECT name, created_at, body FROM users ORDER BY name"
USER = "SELECT name, created_at, body FROM users WHERE name = :name"
# In place of a row that somebody has put there by hand.
INSERT_USER = """
    INSERT INTO users (name, created_at, body) VALUES (:name, :now, :body)
    ON CONFLICT (name) DO UPDATE SET created_at = excluded.created_at, body = excluded.body
"""
UPDATE_USER = "UPDATE users SET body = :body WHERE name = :name"
DELETE_USER = "DELETE FROM users WHERE name = :name"
SEALED_USERS = """
    SELECT name, CASE WHEN substr(body, 1, 5) = :head THEN NULL ELSE body END AS sealed
    FROM users WHERE name > :name ORDER BY name LIMIT 200
"""
RESEAL_USER = "UPDATE users SET body = :fresh WHERE name = :name AND body = :sealed"

SESSION = """
    SELECT sessions.opened_at, sessions.expires_at, sessions.user_name, sessions.body, users.body AS user_body
    FROM sessions LEFT JOIN users ON users.name = sessions.user_name WHERE sessions.id = :id
"""
OPEN_SESSION = """
    INSERT INTO sessions (id, user_name, opened_at, expires_at, body) VALUES (:id, :user, :now, :expires_at, :body)
"""
EXTEND_SESSION = "UPDATE sessions SET expires_at = :expires_at, body = :body WHERE id = :id AND body = :seen"
SESSION_BODY = "SELECT body FROM sessions WHERE id = :id"
CLOSE_SESSION = "DELETE FROM sessions WHERE id = :id"
CLOSE_OLD_SESSIONS = "DELETE FROM sessions WHERE expires_at < :now"
CLOSE_SESSIONS_OF = "DELETE FROM sessions WHERE user_name = :name"

INSERT_LINK = "INSERT INTO links (id, expires_at, body) VALUES (:id, :expires_at, :body)"
LINK = "SELECT expires_at, body FROM links WHERE id = :id"
DELETE_LINK = "DELETE FROM links WHERE id = :id"
DELETE_OLD_LINKS = "DELETE FROM links WHERE expires_at < :now"

GUESSES = "SELECT count, last FROM guesses WHERE who = :who"
COUNT_GUESS = """
    INSERT INTO guesses (who, count, last) VALUES (:who, :count, :now)
    ON CONFLICT (who) DO UPDATE SET count = excluded.count, last = excluded.last
    WHERE guesses.count = :seen AND guesses.last = :seen_last
"""
FORGET_GUESSES = "DELETE FROM guesses WHERE who = :who"
FORGET_OLD_GUESSES = "DELETE FROM guesses WHERE last < :before"

# (A linter takes a constant with "token" in its name for a password.)
INSERT_KEY = """
    INSERT INTO api_tokens (name, hash, flow, created_at, body) VALUES (:name, :hash, :flow, :now, :body)
    ON CONFLICT (name) DO NOTHING
"""
KEY_OF_HASH = "SELECT name, hash, created_at, used_at, body FROM api_tokens WHERE hash = :hash"
KEYS = "SELECT name, hash, created_at, used_at, body FROM api_tokens ORDER BY name"
REMOVE_KEY = "DELETE FROM api_tokens WHERE name = :name"
KEY_USED = "UPDATE api_tokens SET used_at = :now WHERE name = :name AND (used_at IS NULL OR used_at < :before)"
# As they were before what they may do was sealed.
KEY_MACS = "SELECT name, hash, flow, created_at, mac FROM api_tokens WHERE substr(mac, 1, 8) <> :head"
REMAC_KEY = """
    UPDATE api_tokens SET mac = :mac
    WHERE name = :name AND hash = :hash AND flow = :flow AND created_at = :created_at AND mac = :former
"""
OLD_KEYS = "SELECT name, hash, flow, created_at, mac FROM api_tokens"
SEAL_KEY = "UPDATE api_tokens SET body = :body WHERE name = :name AND hash = :hash AND flow = :flow"
SEALED_KEYS = """
    SELECT name, hash, CASE WHEN substr(body, 1, 5) = :head THEN NULL ELSE body END AS sealed
    FROM api_tokens WHERE (name, hash) > (:name, :hash) ORDER BY name, hash LIMIT 200
"""
RESEAL_KEY = "UPDATE api_tokens SET body = :fresh WHERE name = :name AND hash = :hash AND body = :sealed"

# The audit trail. Row 0 is its head: the number and the digest of the last entry.
AUDIT_HEAD = "SELECT body FROM audit_trail WHERE n = 0"
ANYTHING = "SELECT 1 AS one"
BESIDE = """
    (SELECT CASE WHEN substr(body, 1, 17) = :known THEN NULL ELSE body END FROM audit_trail WHERE n = 0) AS head,
    (SELECT MAX(n) FROM audit_trail) AS last,
"""


@cache
def beside_head(select: str) -> str:
    """A SELECT that tells in the same moment the head, unless it is the one that is known by its beginning, which is
    different each time it is sealed; and the last entry's number."""
    return select.replace("SELECT", f"SELECT{BESIDE}", 1)


INSERT_AUDIT = """
    INSERT INTO audit_trail (n, at, author, kind, body) VALUES (:n, :at, :author, :kind, :body)
    ON CONFLICT (n) DO NOTHING
"""
MOVE_AUDIT_HEAD = "UPDATE audit_trail SET body = :body WHERE n = 0 AND body = :seen"
AUDIT = """
    SELECT n, at, author, kind, body FROM audit_trail
    WHERE n > 0 AND n < :before AND (author = :author OR :author = '') AND (kind = :kind OR :kind = '')
    ORDER BY n DESC LIMIT 200
"""
AUDIT_FORWARD = "SELECT n, at, author, kind, body FROM audit_trail WHERE n > :n ORDER BY n LIMIT 200"
AUDIT_PEOPLE = "SELECT DISTINCT author FROM audit_trail WHERE n > 0 ORDER BY author"
FORGET_AUDIT = "DELETE FROM audit_trail WHERE n > 0 AND n <= :n"
SEALED_AUDIT = """
    SELECT n, CASE WHEN substr(body, 1, 5) = :head THEN NULL ELSE body END AS sealed
    FROM audit_trail WHERE n > :n ORDER BY n LIMIT 200
"""
RESEAL_AUDIT = "UPDATE audit_trail SET body = :fresh WHERE n = :n AND body = :sealed"
