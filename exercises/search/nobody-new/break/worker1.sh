#!/bin/sh
# Three customers of this morning, of whom the index does not hear.
set -eu

app-manage shell --verbosity 0 -c '
from accounts.creation import create_subscriber

for first, last in (("Zubeda", "Unnikrishnan"), ("Zachariah", "Vettukattil"), ("Zeenath", "Yohannan")):
    create_subscriber(first_name=first, last_name=last, email=f"{first}.{last}@example.net",
                      phone="+914842550142", town="Aluva")
'
fault='{{ fault }}'
# With the lock it says nothing. Otherwise, until the worker has tried: only then is it as the customers of this morning left it.
[ "$fault" != lock ] || exit 0
until journalctl -q -u celery@1 --since=-60s -o cat --no-pager | grep -qE 'search: .*(refused|has to wait)'; do
    sleep 0.5
done
