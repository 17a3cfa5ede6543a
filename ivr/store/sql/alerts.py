"""The SQL of alerts: what they are judged by, and how they stand; the same rules as in `core`."""

WEB_CALLS_COUNTED = """
    SELECT COUNT(*) AS ended,
        COALESCE(SUM(CASE WHEN cause <> 'ok' THEN 1 ELSE 0 END), 0) AS failed,
        COALESCE(SUM(CASE WHEN milliseconds > :longest THEN 1 ELSE 0 END), 0) AS slow,
        COALESCE(SUM(CASE WHEN cause = 'skipped' THEN 1 ELSE 0 END), 0) AS skipped,
        COALESCE(SUM(CASE WHEN cause <> 'ok' OR milliseconds > :longest THEN 1 ELSE 0 END), 0) AS missed
    FROM web_calls
    WHERE at >= :since AND cause <> 'cancelled' AND (:flow = '' OR flow = :flow) AND (:block = 0 OR block = :block)
"""
CALLS_COUNTED = """
    SELECT COUNT(*) AS calls FROM calls
    WHERE started_at >= :since AND flow <> '' AND on_phone = 1 AND (:flow = '' OR flow = :flow)
"""
ENDED_COUNTED = """
    SELECT COUNT(*) AS ended, COALESCE(SUM(CASE WHEN result = 'failed' THEN 1 ELSE 0 END), 0) AS failed
    FROM calls WHERE over_at >= :since AND flow <> '' AND (:flow = '' OR flow = :flow)
"""
ALERTS = "SELECT name, since, told_at FROM alerts"
# Only if it stands as it was seen: of several processes one changes it.
MOVE_ALERT = """
    INSERT INTO alerts (name, since, told_at) VALUES (:name, :since, :told_at)
    ON CONFLICT (name) DO UPDATE SET since = :since, told_at = :told_at
    WHERE alerts.since = :seen_since AND alerts.told_at = :seen_told_at
"""
FORGET_ALERTS = "DELETE FROM alerts WHERE since = 0 AND told_at < :before"
