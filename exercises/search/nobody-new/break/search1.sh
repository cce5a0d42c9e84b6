#!/bin/sh
# Nothing new gets into the index; what is in it is found as before.
set -eu

# A lab's first index is made after its first page, and put in place when it is whole.
until search-ask app/_count -f -o /dev/null 2>/dev/null; do
    sleep 1
done
fault='{{ fault }}'
case "$fault" in
block)
    search-ask 'app/_settings' -f -o /dev/null -X PUT -d '{"index.blocks.write": true}'
    ;;
rule)
    sed -i -e 's/_(search|bulk|refresh)\$/_(search|refresh)$/' /etc/nginx/nginx.conf
    systemctl reload nginx.service
    ;;
esac
