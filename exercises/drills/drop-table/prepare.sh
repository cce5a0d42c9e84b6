# Without a base backup there is no way back, on any site: the first one of a new lab is on its way.
cd /
until setpriv --reuid postgres --regid postgres --init-groups pgbackrest --stanza=main info | grep -q 'full backup'; do
    sleep 1
done
