-- Made by barelab, from images/masters/files/etc/postgresql/interleave.sql.j2
-- db2 gives keys 2, 4, 6 and so on, so that no two servers give the same one. For
-- every column that numbers itself and does not do so yet.
DO $$
DECLARE
    step constant bigint := 2;
    turn constant bigint := 2;
    each record;
    highest bigint;
    last bigint;
    first bigint;
BEGIN
    FOR each IN
        SELECT seqrelid::regclass AS numbers, refobjid::regclass AS owner, attname AS key
          FROM pg_sequence
          JOIN pg_depend ON classid = 'pg_class'::regclass AND objid = seqrelid AND deptype IN ('a', 'i')
          JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
          JOIN pg_class ON pg_class.oid = refobjid AND relnamespace = 'public'::regnamespace
         WHERE seqincrement <> step OR (seqstart - turn) % step <> 0
    LOOP
        EXECUTE format('SELECT max(%I) FROM %s', each.key, each.owner) INTO highest;
        EXECUTE format('SELECT last_value FROM %s', each.numbers) INTO last;
        first := greatest(highest, last) + 1;
        first := first + ((turn - first) % step + step) % step;
        EXECUTE format('ALTER SEQUENCE %s INCREMENT BY %s START WITH %s RESTART WITH %s',
                       each.numbers, step, first, first);
    END LOOP;
END
$$;
