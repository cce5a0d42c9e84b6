#!/bin/sh
# A Debian server as this shop runs it: systemd, a journal that lasts, ssh for the
# operators, sudo, and the tools to look around. Parent of all other roles.
set -eu

# These two decide what apt and dpkg install, so they come before the packages.
cp -R "$BUILD/files/etc/apt" "$BUILD/files/etc/dpkg" /etc/
rm -rf /usr/share/info/* /usr/share/locale/* /usr/share/man/*
find /usr/share/doc -type f ! -name copyright -delete
# Images of Debian for containers forbid packages to start their services.
rm -f /usr/sbin/policy-rc.d

apt-get update
apt-get install -y systemd systemd-sysv dbus sudo openssh-server openssl logrotate \
    curl iproute2 iputils-ping less lsof nano netcat-openbsd procps python3 rsyslog rsyslog-relp strace tcpdump vim-tiny
# Tells the monitoring how the node does, in labs that have one.
apt-get install -y prometheus-node-exporter

# Operators read all logs, become root without a password, and have no password themselves.
id ops >/dev/null 2>&1 || useradd --create-home --shell /bin/bash --groups adm,sudo,systemd-journal ops
install -d -m 0700 -o ops -g ops /home/ops/.ssh
install -d -m 2755 -g systemd-journal /var/log/journal
chmod -x /etc/update-motd.d/*

# Sends the journal to the log server, where the lab has one. It reads the journal itself: no
# socket, no files of its own in /var/log.
useradd --system --home-dir /nonexistent --no-create-home --shell /usr/sbin/nologin syslog
systemctl disable rsyslog.service
systemctl mask syslog.socket
install -m 0644 "$BUILD/files/etc/systemd/system/rsyslog.service" /etc/systemd/system/
systemctl enable rsyslog.service
rm -rf /etc/logrotate.d/rsyslog /etc/rsyslog.d
: >/etc/rsyslog.conf

# Tells what was changed on the node, where the lab has somebody to be told.
install -m 0644 "$BUILD/files/etc/systemd/system/file-integrity.service" /etc/systemd/system/
systemctl enable file-integrity.service

# What a node does not need; each costs time, memory or one of the host's few inotify
# instances at every boot. Nobody sits at its console, and updates come with its image.
systemctl mask getty.target console-getty.service systemd-logind.service \
    systemd-ask-password-console.path systemd-ask-password-wall.path \
    systemd-hostnamed.socket systemd-creds.socket systemd-initctl.socket systemd-pstore.service \
    apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer
# Each is a process at every boot: disks found by their labels, hibernation, offline updates,
# security chips, consoles, and SSH over sockets that only a hypervisor has.
mkdir -p /etc/systemd/system-generators
for generator in getty gpt-auto hibernate-resume ssh system-update tpm2; do
    ln -sf /dev/null "/etc/systemd/system-generators/systemd-$generator-generator"
done
# The bus starts when somebody asks for it, like ssh below.
mkdir -p /etc/systemd/system/multi-user.target.wants
ln -sf /dev/null /etc/systemd/system/multi-user.target.wants/dbus.service
# A connection to port 22 starts sshd; until then it takes no memory.
systemctl disable ssh.service
systemctl enable ssh.socket
systemctl set-default multi-user.target

# A server gets its own identity and keys when it comes to life.
rm -f /etc/ssh/ssh_host_*
: >/etc/machine-id
rm -f /var/lib/dbus/machine-id
# The packages did all that systemd would do at the first boot after an update.
ldconfig
journalctl --update-catalog
touch /etc/.updated /var/.updated

apt-get clean
rm -rf /var/lib/apt/lists/* /var/cache/debconf/*-old /var/log/apt /var/log/*.log
