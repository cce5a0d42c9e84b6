# Made by barelab, from images/django/files/etc/app/gunicorn.conf.py.j2
# Read once at start: systemctl restart app (requests wait in the socket meanwhile, none fails).
import os
from pathlib import Path

wsgi_app = "subscribers.wsgi:application"
proc_name = "app"

# Two processes use two cores and let one be replaced while the other answers. Most of a
# request's time is waiting for the database, so each runs four at once. Every thread may hold
# a database connection: 2 x 4 of them, which the database's limit must have room for.
workers = 2
worker_class = "gthread"
threads = 4

# Load the application once and fork: a start costs half, and the workers share its memory.
preload_app = True
# Fresh workers now and then, not both at the same time, bound what a leak can take.
max_requests = 5000
max_requests_jitter = 1000

# A worker that is stuck for longer is killed and replaced.
timeout = 30
# A stop lets requests finish; below systemd's TimeoutStopSec.
graceful_timeout = 15
# Longer than Nginx keeps its side of an idle connection (60 s).
keepalive = 75

# As long an address as Nginx passes on; the default is half of it.
limit_request_line = 8190
# Only Nginx may say how the client came.
forwarded_allow_ips = "10.88.0.130"
# The workers' sign of life is a file: in memory, so that a slow disk kills no worker.
worker_tmp_dir = "/run/app"
control_socket_disable = True

# Nginx logs each request, with the application's time; twice would be noise.
accesslog = None
errorlog = "-"


# --- Counters for the monitoring ---
# Files in memory, one set a process, which whoever is asked adds up. systemd takes the folder away
# with /run/app when the application stops, or those of the last run would be counted again.
os.environ["PROMETHEUS_MULTIPROC_DIR"] = "/run/app/metrics"
Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]).mkdir(exist_ok=True)


def child_exit(server, worker):
    # What it was working on, nobody is any more; what it has counted stays.
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid)
