-- Roles, none of them a superuser. `app_owner` owns the tables and runs migrations;
-- `app`, which the application logs in with, may read and change rows and nothing else.
-- Neither has a password yet: each seat gives its own.
CREATE ROLE app_owner LOGIN;
CREATE ROLE app LOGIN;
CREATE DATABASE app OWNER app_owner;
REVOKE ALL ON DATABASE app FROM PUBLIC;
GRANT CONNECT ON DATABASE app TO app;

-- The monitoring reads the server's statistics, and no table. It may log in only in labs that have
-- one, where it gets a password.
CREATE ROLE monitor LOGIN CONNECTION LIMIT 5;
GRANT pg_monitor TO monitor;
ALTER ROLE monitor SET statement_timeout = '10s';

\connect app
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO app;
ALTER DEFAULT PRIVILEGES FOR ROLE app_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO app;
ALTER DEFAULT PRIVILEGES FOR ROLE app_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO app;

-- Gunicorn gives a request 30 s; a statement that outlives its request only costs.
ALTER ROLE app SET statement_timeout = '25s';
ALTER ROLE app SET lock_timeout = '5s';
ALTER ROLE app SET idle_in_transaction_session_timeout = '30s';
