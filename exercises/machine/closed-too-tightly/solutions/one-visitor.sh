#!/bin/sh
# Rules of one's own, in another file: the application is for web1 alone.
# on: app1
web1=$(getent ahostsv4 web1 | cut -d ' ' -f 1 | head -n 1)
sudo tee /etc/nftables.conf >/dev/null <<END
#!/usr/sbin/nft -f
flush ruleset
include "/etc/nftables.d/*.nft"
END
sudo install -d /etc/nftables.d
sudo tee /etc/nftables.d/input.nft >/dev/null <<END
table ip guard {
	chain input {
		type filter hook input priority 0; policy accept;
		iifname "eth1" tcp dport 8900 drop
		iifname "eth1" tcp dport { 8000, 8001 } ip saddr != $web1 drop
	}
}
END
sudo nft -c -f /etc/nftables.conf
sudo systemctl restart nftables
