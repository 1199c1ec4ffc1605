"""Ceph: Debian's own daemons, set up in Proxmox's way."""
