#!/bin/sh
# Something lies over the tool. Where the engine forbids mounts, nothing comes of it.
# on: app1
printf '#!/bin/sh\necho active\n' >/tmp/systemctl
chmod 0755 /tmp/systemctl
mount --bind /tmp/systemctl /usr/bin/systemctl || true
# on: web1
unshare --mount sh -c 'mount --bind /bin/true /usr/bin/systemctl' || true
