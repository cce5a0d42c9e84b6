-- Made by barelab, from images/promotion/files/etc/postgresql/slots.sql.j2
-- The primary keeps WAL for each other node, here or away; a standby for nobody.
SELECT pg_create_physical_replication_slot(name, true)
  FROM unnest(ARRAY['db1', 'db2']) AS name
 WHERE NOT pg_is_in_recovery() AND name <> current_setting('cluster_name')
   AND name NOT IN (SELECT slot_name FROM pg_replication_slots);
SELECT pg_drop_replication_slot(slot_name)
  FROM pg_replication_slots
 WHERE pg_is_in_recovery() AND NOT active;
