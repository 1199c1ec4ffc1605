"""Makes a silent node of a Proxmox VE cluster really off."""
