#!/bin/sh
# What makes the root of a container that of a machine: kernel, boot loader, devices, network, and
# the way in that barelab has. Runs before all roles, in a root that mmdebstrap has just made.
set -eu

architecture=$(dpkg --print-architecture)
mkdir -p /etc/initramfs-tools/conf.d
# Only what a virtual disk needs: an initial RAM disk of all modules takes 10 s longer to unpack
# where the processor is emulated.
printf 'MODULES=list\nCOMPRESS=zstd\n' >/etc/initramfs-tools/conf.d/machine
apt-get update
apt-get install -y initramfs-tools zstd
printf '%s\n' virtio_pci virtio_blk virtio_scsi sd_mod ahci ext4 >/etc/initramfs-tools/modules
apt-get install -y systemd-sysv udev openssh-server python3-minimal iproute2 nftables chrony \
    "linux-image-cloud-$architecture" grub-pc-bin grub2-common

cp -R "$BUILD/files/." /
printf '/dev/vda1 / ext4 rw,relatime,errors=remount-ro 0 1\n' >/etc/fstab
# Interfaces keep the names that the kernel gives them: eth0 is the way in, then the lab's networks.
cat >/etc/default/grub <<'END'
GRUB_DEFAULT=0
GRUB_TIMEOUT=0
GRUB_CMDLINE_LINUX_DEFAULT="quiet"
GRUB_CMDLINE_LINUX="net.ifnames=0 mitigations=off console=ttyS0"
GRUB_DISABLE_OS_PROBER=true
GRUB_DISABLE_LINUX_UUID=true
GRUB_DISABLE_LINUX_PARTUUID=true
GRUB_TERMINAL=serial
END
kernel=$(basename /boot/vmlinuz-*)
mkdir -p /boot/grub
cat >/boot/grub/grub.cfg <<END
set timeout=0
linux /boot/$kernel root=/dev/vda1 ro quiet net.ifnames=0 mitigations=off console=ttyS0
initrd /boot/initrd.img-${kernel#vmlinuz-}
boot
END
cat >/tmp/early.cfg <<'END'
set root=(hd0,msdos1)
set prefix=(hd0,msdos1)/boot/grub
configfile /boot/grub/grub.cfg
END
# The disk is written without mounting it, so grub-install cannot: this is what it would embed.
grub-mkimage -O i386-pc -p '(hd0,msdos1)/boot/grub' -c /tmp/early.cfg -o /boot/grub/core.img \
    biosdisk part_msdos ext2 normal linux configfile boot minicmd serial terminal
cp /usr/lib/grub/i386-pc/boot.img /boot/grub/boot.img
cp -R /usr/lib/grub/i386-pc /boot/grub/
rm /tmp/early.cfg

systemctl enable systemd-networkd.service machine-way-in.service
systemctl disable systemd-networkd-wait-online.service ssh.service chrony.service
: >/etc/resolv.conf
install -d -m 0700 /root/.ssh
# None of them helps a machine that lives for an evening, and each is a process or a mount at every
# boot, of which an emulated processor makes a third of a second.
systemctl mask apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer e2scrub_reap.service \
    fstrim.timer dpkg-db-backup.timer systemd-pstore.service systemd-binfmt.service \
    systemd-hwdb-update.service systemd-networkd-persistent-storage.service \
    systemd-network-generator.service systemd-udev-load-credentials.service \
    systemd-boot-random-seed.service kmod-static-nodes.service \
    modprobe@configfs.service modprobe@drm.service modprobe@efi_pstore.service \
    modprobe@fuse.service sys-fs-fuse-connections.mount sys-kernel-config.mount \
    sys-kernel-debug.mount sys-kernel-tracing.mount dev-hugepages.mount dev-mqueue.mount

apt-get clean
rm -rf /var/lib/apt/lists/* /var/cache/debconf/*-old /var/log/apt /var/log/*.log
