"""A stand-in for the control plane of Proxmox VE, for the hosts of the twin."""
