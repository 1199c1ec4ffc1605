"""The cluster file system daemon: /etc/pve by FUSE, replicated by corosync's process groups."""
