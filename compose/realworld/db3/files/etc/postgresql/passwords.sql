-- Gives the roles that log in their passwords, from this node's secrets, as long as they have
-- none. One that was set by hand since then stays.
\set ON_ERROR_STOP on
-- Slow ones are logged, and may wait or hold a password.
SET log_min_duration_statement = -1;
-- A standby has them from its primary, as soon as it follows. Where it is decided after the start
-- who is what, this node may yet become the primary.
DO $$
BEGIN
    WHILE pg_is_in_recovery()
        AND EXISTS (SELECT FROM pg_authid WHERE rolname IN ('app', 'app_owner') AND rolpassword IS NULL)
    LOOP
        PERFORM pg_sleep(0.1);
    END LOOP;
END
$$;
SELECT pg_is_in_recovery() AS standby
\gset
\if :standby
\q
\endif
\set app `cat /etc/postgresql/secrets/database-password`
\set owner `cat /etc/postgresql/secrets/database-owner-password`
-- Only in a lab with monitoring.
\set monitor `cat /etc/postgresql/secrets/monitor-password 2>/dev/null || true`
-- Not even a failed statement may bring a password into the log.
SET log_min_error_statement = panic;
SELECT format('ALTER ROLE %I PASSWORD %L', role, password)
  FROM (VALUES ('app', :'app'), ('app_owner', :'owner'), ('monitor', :'monitor')) AS given (role, password)
  JOIN pg_authid ON rolname = role
 WHERE password <> '' AND rolpassword IS NULL
\gexec
