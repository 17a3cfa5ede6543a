"""SQL of the processes that share a database: who lives, and whose jobs are free. `NOW` is the database's own time.

All but OTHERS_JOBS is for PostgreSQL: with SQLite there is one server, so that all jobs of others are free, but for the
questions whose time is not over.
"""

NOW = "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)"
SQLITE_NOW = "(julianday('now') - 2440587.5) * 86400000"
FAR = 2**62
"""The lease of a job whose process has one. Another lease than this is the job's own: 0 when it was given up, the time
for a reply when it is a question."""
FROZEN = 30_000
"""Milliseconds after the end of its lease at which a process counts as dead, though its connection stands."""

RENEW = f"""
    INSERT INTO processes (owner, lease) VALUES (:owner, {NOW} + CAST(:lease AS BIGINT))
    ON CONFLICT (owner) DO UPDATE SET lease = excluded.lease
"""  # noqa: S608 - only we write these
TIME = f"SELECT {NOW} AS now"
PUBLISH = "SELECT pg_notify(:channel, :text)"

_JOB = "jobs.call, jobs.token, jobs.body, jobs.status, jobs.owner, jobs.lease, jobs.started_at, jobs.tries"
OTHERS_JOBS = f"""
    SELECT {_JOB} FROM jobs WHERE owner <> :owner AND (lease = {FAR} OR lease < {SQLITE_NOW})
    ORDER BY started_at LIMIT 100
"""  # noqa: S608
# Free is what was given up, and what belongs to a process that has neither a lease nor its lock any more. One that is
# frozen, or cut off by a network that loses everything, still has its lock, as its connection stands: it has half a
# minute to come back. Right after a start of the database server no process has had the time to come back.
FREE_JOBS = f"""
    SELECT {_JOB} FROM jobs LEFT JOIN processes ON processes.owner = jobs.owner
    WHERE jobs.owner <> :owner AND (
        jobs.lease < {NOW}
        OR ((processes.lease < {NOW} OR processes.owner IS NULL)
            AND pg_postmaster_start_time() < clock_timestamp() - INTERVAL '5 seconds'
            AND (processes.lease < {NOW} - {FROZEN} OR NOT EXISTS (
                SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = 4874
                    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                    AND CAST(objid AS BIGINT) = (CAST(hashtext(jobs.owner) AS BIGINT) & 4294967295)
            ))
            AND jobs.lease = {FAR}))
    ORDER BY jobs.started_at LIMIT 100
"""  # noqa: S608
OLD_PROCESSES = f"""
    DELETE FROM processes WHERE lease < {NOW} - 86400000
        AND NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.owner = processes.owner)
"""  # noqa: S608
OVER_HERE = """
    SELECT jobs.call FROM jobs JOIN calls ON calls.id = jobs.call
    WHERE jobs.owner = :owner AND calls.over_at IS NOT NULL AND calls.status <> 'active' LIMIT 100
"""
