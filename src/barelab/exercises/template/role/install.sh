#!/bin/sh
# Installs @NAME@: runs once, as root, in an image build and on a VM alike. What stands below
# files/ is put in place afterwards; *.j2 is rendered with the lab and the node.
set -eu

apt-get update
apt-get install -y --no-install-recommends ca-certificates
apt-get clean
rm -rf /var/lib/apt/lists/*
