"""The lab `realworld`: all of it is true, a claim that is false is named, and nothing is left."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tools.claims import Ask, asking, assert_named, running
from tools.whole import assert_all_true, whole

from barelab.backends.base import SeatRef

# Twenty-five nodes fill a small machine, and some of what is asked has to come within a time.
pytestmark = [pytest.mark.e2e, pytest.mark.alone]
LAB = "realworld"
CACHE, USERS = "/etc/redis/redis-cache.conf", "/usr/local/lib/redis/cache-users"
RESTART = "systemctl restart redis-server@cache"
SEARCH = "/etc/nginx/nginx.conf"
NGINX = "systemctl reload nginx; sleep 1"
PSQL = "runuser -u postgres -- psql -Xqo /dev/null app -c"
HELD, RULES = "/var/lib/postgresql/17/held.conf", "/etc/postgresql/17/main/pg_hba.conf"
RELOAD = f"{PSQL} 'SELECT pg_reload_conf()'; sleep 1"
HOLD = f"echo default_transaction_read_only = on >{HELD}; {RELOAD}"
LET_GO = f"rm {HELD}; {RELOAD}; sleep 12"
DISCONNECT = (
    f"{PSQL} \"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app'\""
)
INTAKE = "/etc/siem/intake.conf"
QUICK = [
    (
        "cache.strangers_refused",
        "redis1",
        f"sed -i 's/^aclfile/protected-mode no\\n#&/' {CACHE}; {RESTART}",
        f"sed -i -e '/^protected-mode/d' -e 's/^#aclfile/aclfile/' {CACHE}; {RESTART}",
    ),
    (
        "cache.least_privilege",
        "redis1",
        f"sed -i 's/-@all/+@all/; s/-@admin -@dangerous//' {USERS}; {RESTART}",
        f"sed -i 's/+@all +@connection/-@all +@connection -@admin -@dangerous/' {USERS}; {RESTART}",
    ),
    (
        "cache.forgets_the_oldest",
        "redis1",
        f"sed -i 's/allkeys-lru/noeviction/' {CACHE}; {RESTART}",
        f"sed -i 's/noeviction/allkeys-lru/' {CACHE}; {RESTART}",
    ),
    (
        "search.strangers_refused",
        "search1",
        f"sed -i 's/auth_basic \"search\"/auth_basic off/' {SEARCH}; {NGINX}",
        f"sed -i 's/auth_basic off/auth_basic \"search\"/' {SEARCH}; {NGINX}",
    ),
    (
        "search.least_privilege",
        "search1",
        f"sed -i 's/default 0;/default 1;/' {SEARCH}; {NGINX}",
        f"sed -i 's/default 1;/default 0;/' {SEARCH}; {NGINX}",
    ),
    (
        "masters.taken_over",
        "db2",
        f"{PSQL} 'ALTER SUBSCRIPTION masters DISABLE'; sleep 1",
        f"{PSQL} 'ALTER SUBSCRIPTION masters ENABLE'; sleep 3",
    ),
    (
        "masters.keys_are_interleaved",
        "db2",
        f"{PSQL} 'ALTER SEQUENCE billing_payment_id_seq INCREMENT BY 1'",
        f"{PSQL} 'ALTER SEQUENCE billing_payment_id_seq INCREMENT BY 2'",
    ),
    (
        "masters.least_privilege",
        "db1",
        f"{PSQL} 'GRANT pg_write_all_data TO mirror'",
        f"{PSQL} 'REVOKE pg_write_all_data FROM mirror'",
    ),
    (
        "follower.follows",
        "db3",
        f"{PSQL} 'SELECT pg_wal_replay_pause()'",
        f"{PSQL} 'SELECT pg_wal_replay_resume()'",
    ),
    (
        "follower.takes_no_writes",
        "db3",
        "systemctl stop follower-watch",
        "systemctl start follower-watch",
    ),
    (
        "siem.strangers_refused",
        "siem1",
        f'cp {INTAKE} /tmp; sed -i \'s/authMode="name"/authMode="certvalid"/; /permittedPeer/d\''
        f" {INTAKE}; systemctl restart siem-intake",
        f"cp /tmp/intake.conf {INTAKE}; systemctl restart siem-intake",
    ),
]
# Each waits for something that comes in its own time.
SLOW = [
    ("masters.pinned", "db2", HOLD, LET_GO),
    ("masters.goes_on", "db2", HOLD, LET_GO),
    (
        "masters.equal",
        "db1",
        "systemctl stop masters-compare.timer",
        "systemctl start masters-compare.timer",
    ),
    (
        "masters.divergence_is_mended",
        "db1",
        "chmod -x /usr/local/sbin/mend-divergence",
        "chmod +x /usr/local/sbin/mend-divergence; mend-divergence --from db1",
    ),
    (
        "follower.reads",
        "db3",
        f"sed -i '1i host app app all reject' {RULES}; {RELOAD}; {DISCONNECT}",
        f"sed -i 1d {RULES}; {RELOAD}; sleep 6",
    ),
    (
        "search.found_by_index",
        "search1",
        "systemctl stop elasticsearch",
        "systemctl start elasticsearch",
    ),
    (
        "search.rebuilt_meanwhile",
        "search1",
        f"sed -i 's/app PUT/nobody PUT/' {SEARCH}; {NGINX}",
        f"sed -i 's/nobody PUT/app PUT/' {SEARCH}; {NGINX}",
    ),
    (
        "siem.attack_is_an_event",
        "siem1",
        "mv /etc/elastalert/rules/web-scan.yaml /tmp; sleep 12",
        "mv /tmp/web-scan.yaml /etc/elastalert/rules/; sleep 12",
    ),
    (
        "siem.change_is_an_event",
        "lb1",
        "systemctl stop file-integrity",
        "systemctl start file-integrity",
    ),
    (
        "siem.every_rule",
        "siem1",
        "mv /etc/elastalert/rules/ssh-root.yaml /tmp; sleep 51",
        "mv /tmp/ssh-root.yaml /etc/elastalert/rules/; sleep 21",
    ),
    (
        "siem.lines_of_every_node",
        "log1",
        'cp /etc/rsyslog.conf /tmp; sed -i \'s/port="2515"/port="2516"/\' /etc/rsyslog.conf;'
        " systemctl restart rsyslog",
        "cp /tmp/rsyslog.conf /etc/; systemctl restart rsyslog; sleep 5",
    ),
    (
        "siem.alertmanager_hears",
        "mon1",
        "systemctl stop prometheus-alertmanager",
        "systemctl start prometheus-alertmanager; sleep 3",
    ),
]
FALSE = [
    *(pytest.param(*row, id=row[0]) for row in QUICK),
    *(pytest.param(*row, id=row[0], marks=pytest.mark.nightly) for row in SLOW),
]


@pytest.fixture(scope="module")
def seat() -> Iterator[SeatRef]:
    with whole(LAB) as owner:
        yield owner


@pytest.fixture(scope="module")
def ask(seat: SeatRef) -> Iterator[Ask]:
    """Yield what runs one check by its name."""
    with asking(seat) as ask:
        yield ask


@pytest.mark.always
def test_every_box_and_arrow_does_what_the_picture_says(seat: SeatRef) -> None:
    assert_all_true(seat, at_least=105)


@pytest.mark.parametrize(("check", "node", "change", "undo"), FALSE)
def test_a_claim_that_is_false_is_named(
    ask: Ask,
    seat: SeatRef,
    check: str,
    node: str,
    change: str,
    undo: str,
) -> None:
    assert_named(ask, running(seat), check, node, change, undo)
