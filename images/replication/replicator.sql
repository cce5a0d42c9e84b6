-- The role that follows the primary, copies it (pg_basebackup) and rewinds to it (pg_rewind).
-- It has no password: its nodes prove themselves by their certificates (pg_hba.conf).
CREATE ROLE replicator LOGIN REPLICATION;
GRANT pg_monitor TO replicator;
GRANT EXECUTE ON FUNCTION pg_catalog.pg_ls_dir(text, boolean, boolean) TO replicator;
GRANT EXECUTE ON FUNCTION pg_catalog.pg_stat_file(text, boolean) TO replicator;
GRANT EXECUTE ON FUNCTION pg_catalog.pg_read_binary_file(text) TO replicator;
GRANT EXECUTE ON FUNCTION pg_catalog.pg_read_binary_file(text, bigint, bigint, boolean) TO replicator;

-- One line for who follows this node, and how far behind; asked on the primary:
--     sudo -u postgres psql service=primary -c 'TABLE replication_state'
CREATE VIEW replication_state AS
SELECT slot_name AS node,
       coalesce(state, 'away') AS state,
       sync_state,
       pg_size_pretty(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)) AS behind,
       replay_lag AS behind_time,
       pg_size_pretty(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)) AS wal_kept,
       wal_status
  FROM pg_replication_slots LEFT JOIN pg_stat_replication ON pid = active_pid
 WHERE NOT pg_is_in_recovery();
GRANT SELECT ON replication_state TO pg_monitor;
