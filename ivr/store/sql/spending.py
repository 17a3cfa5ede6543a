"""The SQL of what is called and texted, and of what was refused; the same rules as in `statements`."""

COUNT = """
    INSERT INTO spending (id, n, kind, destination, caller, token, flow, at)
    VALUES (
        :id, (SELECT COALESCE(MAX(n), 0) + 1 FROM spending), :kind, :destination, :caller, :token, :flow, :now
    ) ON CONFLICT (id) DO NOTHING
"""
_BEFORE = "at > :since AND n <= (SELECT n FROM spending WHERE id = :id)"
"""Those that were counted before it, and itself."""
PLACES = f"""
    SELECT
        (SELECT COUNT(*) FROM spending WHERE destination = :destination AND {_BEFORE}) AS destination,
        (SELECT COUNT(*) FROM spending WHERE caller = :caller AND {_BEFORE}) AS caller,
        (SELECT COUNT(*) FROM spending WHERE token = :token AND {_BEFORE}) AS token,
        (SELECT COUNT(*) FROM spending WHERE flow = :flow AND {_BEFORE}) AS flow,
        (SELECT COUNT(*) FROM spending WHERE {_BEFORE}) AS day
"""  # noqa: S608 - a condition of ours
TAKE_BACK = "DELETE FROM spending WHERE id = :id"
FORGET = "DELETE FROM spending WHERE at <= :before"
REFUSED = """
    INSERT INTO refusals (kind, cause, refused) VALUES (:kind, :cause, 1)
    ON CONFLICT (kind, cause) DO UPDATE SET refused = refusals.refused + 1
"""
REFUSALS = "SELECT kind, cause, refused FROM refusals ORDER BY kind, cause"
