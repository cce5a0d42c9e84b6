# Has the month billed, and kills all workers when all of its invoices are made and none is saved.
# Billing takes half a second: for a kill to come in the middle, it is held at its last step.
app-manage shell --verbosity 0 -c '
import time
from django.db import connection, transaction
from billing.tasks import bill_month

waits = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = %s::regclass"
deadline = time.monotonic() + 40
with transaction.atomic(), connection.cursor() as cursor:
    cursor.execute("LOCK TABLE billing_billingrun IN SHARE MODE")
    bill_month.delay()
    while not cursor.execute(waits, ["billing_billingrun"]).fetchone()[0]:
        if time.monotonic() > deadline:
            raise SystemExit("no worker began to bill")
        time.sleep(0.02)
    try:
        while True:
            print("a worker bills", flush=True)
            time.sleep(0.1)
    except BrokenPipeError:
        pass  # nobody reads any more: all workers are killed
' | {
    read -r _
    systemctl kill --signal=KILL 'celery@*.service'
    runuser -u ops -- ssh -n worker2 sudo systemctl kill --signal=KILL "'celery@*.service'"
}
