#!/usr/bin/python3
"""Compare the two masters, table by table and range by range of keys, while both are written to.

Where a range differs its rows are compared, and those that differ are looked at again each time
that both servers have got what the other one had: changes that were on their way become equal, rows
under change go on changing, and what stands still and differs has come apart.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import NamedTuple

import psycopg
from places import NODES
from servers import connect, even
from watch import write

REPORT = Path("/var/lib/masters/differences.json")
FIGURES = Path("/var/lib/masters/comparison.prom")
RANGE = 2000
LOOKS = 6
EVEN_S = 20.0
SHOWN = 20
# Its columns by name: they may stand in another order where they came later.
TABLES = """
    SELECT attrelid::regclass::text,
           array_agg(quote_ident(attname) ORDER BY attname),
           array_agg(quote_ident(attname) ORDER BY attname) FILTER (WHERE attnum = ANY (indkey)),
           bool_and(atttypid IN ('int4'::regtype, 'int8'::regtype))
               FILTER (WHERE attnum = ANY (indkey))
      FROM pg_publication_tables
      JOIN pg_attribute ON attrelid = format('%I.%I', schemaname, tablename)::regclass
                       AND attnum > 0 AND NOT attisdropped
      JOIN pg_index ON indrelid = attrelid AND indisprimary
     WHERE pubname = 'masters' GROUP BY attrelid ORDER BY 1
"""
Rows = dict[str, int]


class Table(NamedTuple):
    """How a table's rows are named, grouped and hashed."""

    name: str
    key: str
    group: str
    hash: str

    @classmethod
    def of(cls, name: str, columns: list[str], keys: list[str], numbered: bool) -> Table:
        """Return it; keys that are no numbers are grouped by their hash."""
        key = keys[0] if len(keys) == 1 else f"ROW({', '.join(keys)})"
        group = f"{key} / {RANGE}" if numbered and len(keys) == 1 else f"hashtext({key}::text) & 63"
        return cls(
            name, f"{key}::text", group, f"hashtextextended(ROW({', '.join(columns)})::text, 0)"
        )


def tables(database: psycopg.Connection) -> list[Table]:
    """Return the tables that both masters share."""
    return [Table.of(*row) for row in database.execute(TABLES).fetchall()]


def ranges(database: psycopg.Connection, table: Table) -> dict[int, tuple]:
    """Return how many rows each range has, and what they come to."""
    rows = database.execute(
        f"SELECT {table.group}, count(*), bit_xor({table.hash}) FROM {table.name} GROUP BY 1"
    )
    return {row[0]: row[1:] for row in rows}


def rows(database: psycopg.Connection, table: Table, groups: list[int]) -> Rows:
    """Return the hash of each row of some ranges, by its key."""
    found = database.execute(
        f"SELECT {table.key}, {table.hash} FROM {table.name} WHERE {table.group} = ANY (%s)",
        (groups,),
    )
    return dict(found.fetchall())


def suspects(one: psycopg.Connection, two: psycopg.Connection, table: Table) -> list[int]:
    """Return the ranges of a table that differ now."""
    here, there = ranges(one, table), ranges(two, table)
    return sorted(
        group for group in here.keys() | there.keys() if here.get(group) != there.get(group)
    )


def apart(
    one: psycopg.Connection, two: psycopg.Connection, table: Table, groups: list[int]
) -> set[str] | None:
    """Return the keys of rows that stand still and differ, or None where nothing stands still."""
    before: dict[str, tuple] = {}
    still: set[str] = set()
    for _ in range(LOOKS):
        here, there = rows(one, table, groups), rows(two, table, groups)
        now = {
            key: (here.get(key), there.get(key))
            for key in here.keys() | there.keys()
            if here.get(key) != there.get(key)
        }
        still = {key for key, hashes in now.items() if before.get(key) == hashes}
        if len(still) == len(now):
            break
        before = now
        if not even(EVEN_S):
            return None
    return still


def compare(only: str = "") -> dict[str, list[str]] | None:
    """Return the keys of rows that differ, by table; None where the servers do not get even."""
    found = {}
    with connect(NODES[0]) as one, connect(NODES[1]) as two:
        for table in tables(one):
            if only not in ("", table.name) or not (groups := suspects(one, two, table)):
                continue
            keys = apart(one, two, table, groups)
            if keys is None:
                return None
            if keys:
                found[table.name] = sorted(keys)
    return found


def main() -> int:
    """Return 0 when both are equal, 1 when not, 3 when that cannot be told."""
    began = time.monotonic()
    try:
        found = compare()
    except psycopg.Error as error:
        print(f"<4>not compared: {' '.join(str(error).split())}", file=sys.stderr)
        return 3
    if found is None:
        print(
            "<4>not compared: one does not get what the other has; see masters-state",
            file=sys.stderr,
        )
        return 3
    REPORT.write_text(json.dumps(found))
    for table, keys in found.items():
        told = ", ".join(keys[:SHOWN]) + (" ..." if len(keys) > SHOWN else "")
        print(
            f"<3>{table}: {len(keys)} rows differ: {told}. Next: mend-divergence", file=sys.stderr
        )
    took_s = time.monotonic() - began
    write(
        {
            "masters_different_rows": sum(map(len, found.values())),
            "masters_compared_timestamp_seconds": time.time(),
            "masters_comparison_seconds": took_s,
        },
        FIGURES,
    )
    if not found:
        print(f"equal, in {took_s:.1f} s")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
