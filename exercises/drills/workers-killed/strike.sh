# Has the month billed, and kills all workers once one of them has begun.
app-manage shell --verbosity 0 -c '
import time
from django.db import connection
from billing.runs import LOCK
from billing.tasks import bill_month

held = "SELECT count(*) FROM pg_locks WHERE locktype = %s AND objid = %s"
deadline = time.monotonic() + 40
bill_month.delay()
with connection.cursor() as cursor:
    while not cursor.execute(held, ["advisory", LOCK]).fetchone()[0]:
        if time.monotonic() > deadline:
            raise SystemExit("no worker began to bill")
        time.sleep(0.02)
'
systemctl kill --signal=KILL 'celery@*.service'
runuser -u ops -- ssh -n worker2 sudo systemctl kill --signal=KILL "'celery@*.service'"
