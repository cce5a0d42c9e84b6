#!/bin/sh
# Gives Nginx a certificate, or a key, that clients cannot use. The right ones are kept, as real
# people keep them: beside others.
set -eu

fault='{{ fault }}'
live=/etc/ssl/barelab
kept=/var/backups/certificates
umask 077
mkdir -p "$kept/2025" "$kept/2026" "$kept/2027" "$kept/trial"
cp "$live/archive/site-2025.crt" "$kept/2025/site.crt"
cp "$live/site.key" "$kept/2025/site.key"
cp "$live/site.crt" "$live/site.key" "$kept/2026/"

ec() {
    openssl req -nodes -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -config /dev/null -quiet "$@"
}
names=$(openssl x509 -noout -ext subjectAltName -in "$live/site.crt" | sed -n 's/^ *\(DNS:.*\)/\1/p' | tr -d ' ')
subject="/CN=${names%%,*}"
subject="/CN=${subject#/CN=DNS:}"
# Next year's request, and what somebody made to try the installation.
ec -new -subj "$subject" -addext "subjectAltName=$names" -keyout "$kept/2027/site.key" -out "$kept/2027/site.csr"
ec -x509 -days 3650 -subj "/CN=Trial Authority T1" -addext basicConstraints=critical,CA:TRUE \
    -keyout "$kept/ca.key" -out "$kept/trial/chain.crt"
ec -x509 -days 3650 -subj "$subject" -addext "subjectAltName=$names" -addext basicConstraints=critical,CA:FALSE \
    -addext extendedKeyUsage=serverAuth -CA "$kept/trial/chain.crt" -CAkey "$kept/ca.key" \
    -keyout "$kept/trial/site.key" -out "$kept/trial/site.crt"
rm "$kept/ca.key"

# Over the files that are there: their modes stay as they are.
case "$fault" in
ended) cat "$kept/2025/site.crt" >"$live/site.crt" ;;
othername)
    for part in crt key; do
        # shellcheck disable=SC2029 # the name of the file is known here
        runuser -u ops -- ssh -o BatchMode=yes db1 "sudo cat /etc/ssl/barelab/node.$part" >"$kept/db1.$part"
        cat "$kept/db1.$part" >"$live/site.$part"
        rm "$kept/db1.$part"
    done
    ;;
stranger)
    cat "$kept/trial/site.crt" >"$live/site.crt"
    cat "$kept/trial/site.key" >"$live/site.key"
    ;;
pair) cat "$kept/2027/site.key" >"$live/site.key" ;;
esac
# With two that do not belong together it does not start, as after any reboot.
systemctl restart nginx || [ "$fault" = pair ]
