"""The lab `production`: all of it is true, a claim that is false is named, and nothing is left."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tools.claims import Ask, asking, assert_named, running
from tools.whole import assert_all_true, whole

from barelab.backends.base import SeatRef
from barelab.model.loading import load_lab

# Seventeen nodes fill a small machine, and some of what is asked has to come within a time.
pytestmark = [pytest.mark.e2e, pytest.mark.alone]
LAB = "production"
ASSETS, PAGES = "/etc/nginx/sites-available/assets", "/etc/nginx/sites-available/pages"
NGINX = "systemctl reload nginx; sleep 1"
FALSE = [
    (
        "celery.one_beat",
        "worker2",
        "systemd-run -q --unit=second -p User=app -p WorkingDirectory=/opt/app/current"
        " -p EnvironmentFile=/etc/app/environment /opt/app/venv/bin/celery"
        " --app subscribers.celery:app beat --schedule=/tmp/beat --pidfile=; sleep 1",
        "systemctl stop second",
    ),
    (
        "celery.page_wants_a_log_in",
        "lb1",
        f"sed -i 's/^ *auth_basic/#&/' {PAGES}; {NGINX}",
        f"sed -i 's/^#\\( *auth_basic\\)/\\1/' {PAGES}; {NGINX}",
    ),
    (
        "redis.strangers_refused",
        "redis1",
        "redis-ask ACL SETUSER default on '>x' '~*' +@all",
        "redis-ask ACL LOAD",
    ),
    (
        "redis.least_privilege",
        "redis1",
        "redis-ask ACL SETUSER app +flushall",
        "redis-ask ACL LOAD",
    ),
    (
        "cdn.assets_are_cached",
        "cdn1",
        f"sed -i 's/proxy_cache assets;/proxy_cache off;/' {ASSETS}; {NGINX}",
        f"sed -i 's/proxy_cache off;/proxy_cache assets;/' {ASSETS}; {NGINX}",
    ),
    (
        "cdn.purged",
        "cdn1",
        "chmod -x /usr/local/sbin/purge",
        "chmod +x /usr/local/sbin/purge",
    ),
    (
        "cdn.strangers_refused",
        "cdn1",
        f"sed -i 's/^    deny all;/#&/' {ASSETS}; {NGINX}",
        f"sed -i 's/^#    deny/    deny/' {ASSETS}; {NGINX}",
    ),
    (
        "mail.sender_is_the_user",
        "mail1",
        "cp /etc/postfix/main.cf /tmp; postconf -e smtpd_sender_restrictions=; postfix reload",
        "cp /tmp/main.cf /etc/postfix/main.cf; postfix reload",
    ),
    (
        "mail.signed",
        "mail1",
        "cp /etc/postfix/main.cf /tmp; postconf -e smtpd_milters=; postfix reload",
        "cp /tmp/main.cf /etc/postfix/main.cf; postfix reload",
    ),
    ("log.readable", "log1", "chmod o+rx /var/log/nodes", "chmod o-rx /var/log/nodes"),
    (
        "mon.everybody_answers",
        "app2",
        # It is asked every 15 s.
        "systemctl stop prometheus-node-exporter; sleep 16",
        "systemctl start prometheus-node-exporter",
    ),
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
    assert_all_true(seat, at_least=90)


@pytest.mark.parametrize(("check", "node", "change", "undo"), FALSE, ids=[row[0] for row in FALSE])
def test_a_claim_that_is_false_is_named(
    ask: Ask,
    seat: SeatRef,
    check: str,
    node: str,
    change: str,
    undo: str,
) -> None:
    assert_named(ask, running(seat), check, node, change, undo)


@pytest.mark.nightly
def test_the_site_copes_without_what_supports_it() -> None:
    without = [word for node in load_lab(LAB).choices for word in ("--without", node)]
    with whole(LAB, *without) as owner:
        assert_all_true(owner, at_least=60)
