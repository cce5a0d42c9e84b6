#!/bin/sh
# Right, and gone with the next boot: the file still has the old line.
# on: app1
sudo nft 'add rule inet filter input tcp dport { 8000, 8001 } accept'
