-- Who does what between two servers that both take writes. None of them has a password: nodes prove
-- themselves by their certificates (pg_hba.conf), and `applier` does not log in at all.

-- Receives the other's changes from here, and reads rows to compare and to copy them.
CREATE ROLE mirror LOGIN REPLICATION CONNECTION LIMIT 10;
-- Writes the other's changes here, table by table as the role that owns it.
CREATE ROLE applier LOGIN;
GRANT app_owner TO applier WITH INHERIT FALSE, SET TRUE;
-- Copies a whole server, to follow it physically.
CREATE ROLE replicator LOGIN REPLICATION CONNECTION LIMIT 4;
GRANT pg_monitor TO replicator;

-- Until a server has what the other one has, the application may only read there (held.conf). What
-- brings it up to date may write.
ALTER ROLE applier SET default_transaction_read_only = off;
ALTER ROLE app_owner SET default_transaction_read_only = off;
ALTER ROLE postgres SET default_transaction_read_only = off;

\connect app
GRANT CONNECT ON DATABASE app TO mirror, applier;
GRANT USAGE ON SCHEMA public TO mirror, applier;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO mirror;
ALTER DEFAULT PRIVILEGES FOR ROLE app_owner IN SCHEMA public GRANT SELECT ON TABLES TO mirror;

-- Which migrations a server has is its own affair, as its tables are: they are changed one server
-- after the other (migrate-both). What stands in `public` belongs to both.
CREATE SCHEMA node AUTHORIZATION app_owner;
GRANT USAGE ON SCHEMA node TO app, mirror;
ALTER TABLE django_migrations SET SCHEMA node;
-- A copy of the list has the numbers of its rows, too.
GRANT SELECT ON ALL SEQUENCES IN SCHEMA node TO mirror;
ALTER DATABASE app SET search_path = public, node;

CREATE PUBLICATION masters FOR TABLES IN SCHEMA public;
-- Marks what is done on one server alone, to mend it: the other does not take it over.
SELECT pg_replication_origin_create('mended');
