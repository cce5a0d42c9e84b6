#!/bin/sh
# A second Redis beside the workers' queue. Its configuration comes with each node.
set -eu

systemctl enable redis-server@cache.service
