#!/bin/sh
# Puts a supplier's line monitor on the node, which may wait long for one of its head-ends, and a
# release that asks it for every visitor of the front page. The release before is tidied away.
set -eu

install -d /opt/linewatch
cat >/opt/linewatch/linewatch.py <<'PROGRAM'
"""Line monitor 4.2: what goes on in which area. One question a connection.

GET /areas                      the areas, and whether their head-ends answer
GET /notices/AREA               its notice; comes when its head-end has answered
PUT /notices/AREA               writes the notice, for those who work on the line
POST /areas/AREA/up?seconds=N   its head-end answers for so long, to try the line out
"""

import asyncio
import json
import pathlib
import sys
import time

KEPT = pathlib.Path("/var/lib/linewatch/notices.json")
AREAS, AWAY = sys.argv[1].split(","), sys.argv[2]
notices = {area: "" for area in AREAS}
if KEPT.exists():
    notices.update(json.loads(KEPT.read_text()))
up_until = 0.0


def away(area):
    return area == AWAY and time.monotonic() >= up_until


async def answer(method, path, body, reader):
    global up_until
    kind, _, rest = path.strip("/").partition("/")
    area, _, action = rest.partition("/")
    if path == "/areas":
        return {each: "no answer" if away(each) else "up" for each in AREAS}
    if area not in AREAS:
        return None
    if kind == "notices" and method == "PUT":
        notices[area] = body
        KEPT.write_text(json.dumps(notices))
    elif action.startswith("up?seconds="):
        up_until = time.monotonic() + float(action.partition("=")[2])
    elif away(area):
        await reader.read()  # until whoever asked has gone
        return None
    return {"area": area, "text": notices[area]}


async def serve(reader, writer):
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, path, *_ = head.split()
        lengths = [line for line in head.splitlines() if line.lower().startswith("content-length:")]
        size = int(lengths[0].partition(":")[2]) if lengths else 0
        found = await answer(method, path, (await reader.readexactly(size)).decode(), reader)
        status, body = ("200 OK", found) if found else ("404 Not Found", {})
        text = json.dumps(body).encode()
        writer.write(b"HTTP/1.0 %s\r\nContent-Type: application/json\r\n\r\n" % status.encode() + text)
        await writer.drain()
    except (OSError, ValueError, EOFError):
        pass
    finally:
        writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 9100)
    await server.serve_forever()


asyncio.run(main())
PROGRAM
cat >/etc/systemd/system/linewatch.service <<'UNIT'
[Unit]
Description=Line monitor (supplier's, do not change)

[Service]
User=daemon
StateDirectory=linewatch
ExecStart=/usr/bin/python3 -I /opt/linewatch/linewatch.py thrissur,ollur,guruvayur {{ away }}
Restart=always
RestartSec=1s

[Install]
WantedBy=multi-user.target
UNIT
systemctl daemon-reload
systemctl enable --quiet --now linewatch.service

fault='{{ fault }}'
new=$(mktemp -d /opt/app/releases/.incoming.XXXXXX)
cp -a /opt/app/current/. "$new"
cd "$new"
echo 1.1.0 >VERSION
cat >>subscribers/settings.py <<'PYTHON'

# --- Line monitor ----------------------------------------------------------------------------
LINEWATCH_URL = env.text("LINEWATCH_URL", "http://127.0.0.1:9100")
LINEWATCH_AREAS = env.words("LINEWATCH_AREAS") or ["thrissur", "ollur", "guruvayur"]
PYTHON
sed -i -e '/^from portal.forms import/a\
from portal.notices import current_notices' \
    -e '/^        "plans": Plan.objects.filter(offered/i\
        "notices": current_notices(),' portal/views.py
sed -i 's|^<div class="card facts-row">|{% raw %}{% for notice in notices %}<p class="card notice">{{ notice }}</p>{% endfor %}{% endraw %}\n&|' portal/templates/portal/front.html
cat >portal/notices.py <<'PYTHON'
"""Works and outages, as the line monitor knows them."""

from __future__ import annotations

import json
import logging
import time
from urllib.request import urlopen

from django.conf import settings

logger = logging.getLogger(__name__)


def current_notices() -> list[str]:
    """Return the notice of each area that has one, as of now."""
    found = (_notice(area) for area in settings.LINEWATCH_AREAS)
    return [text for text in found if text]


PYTHON
case "$fault" in
none)
    sed -i '/^import time$/d' portal/notices.py
    cat >>portal/notices.py <<'PYTHON'
def _notice(area: str) -> str:
    try:
        with urlopen(f"{settings.LINEWATCH_URL}/notices/{area}") as answer:
            return str(json.load(answer)["text"])
    except (OSError, ValueError, KeyError) as error:
        logger.warning("line monitor: no notice of %s: %s", area, error)
        return ""
PYTHON
    ;;
setting)
    sed -i '/^import time$/d' portal/notices.py
    echo 'LINEWATCH_TIMEOUT_S = float(env.text("LINEWATCH_TIMEOUT_S", "3"))' >>subscribers/settings.py
    echo 'LINEWATCH_TIMEOUT_S="900"' >>/etc/app/environment
    cat >>portal/notices.py <<'PYTHON'
def _notice(area: str) -> str:
    url = f"{settings.LINEWATCH_URL}/notices/{area}"
    try:
        with urlopen(url, timeout=settings.LINEWATCH_TIMEOUT_S) as answer:
            return str(json.load(answer)["text"])
    except (OSError, ValueError, KeyError) as error:
        logger.warning("line monitor: no notice of %s: %s", area, error)
        return ""
PYTHON
    ;;
again)
    echo 'LINEWATCH_ATTEMPTS = int(env.text("LINEWATCH_ATTEMPTS", "300"))' >>subscribers/settings.py
    cat >>portal/notices.py <<'PYTHON'
def _notice(area: str) -> str:
    for attempt in range(1, settings.LINEWATCH_ATTEMPTS + 1):
        try:
            with urlopen(f"{settings.LINEWATCH_URL}/notices/{area}", timeout=2) as answer:
                return str(json.load(answer)["text"])
        except (OSError, ValueError, KeyError) as error:
            logger.warning("line monitor: no notice of %s (%s): %s", area, attempt, error)
            time.sleep(1)
    return ""
PYTHON
    ;;
esac

chmod -R u=rwX,go=rX .
release=$(find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c 1-12)
before=$(readlink /opt/app/current)
mv "$new" "/opt/app/releases/$release"
ln -sfn "releases/$release" /opt/app/current
systemctl restart app.service
rm -r "/opt/app/$before"

# The first visitors of the morning, more than there are threads, who have gone away since.
for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do
    curl -s -o /dev/null -m 3 -H 'Host: portal.simple.localhost' "http://$(hostname):8000/" &
done
wait
