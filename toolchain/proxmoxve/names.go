package main

import "strings"

type name struct{ module, member string }

// pulumiName gives the npm package's name of a Terraform type: proxmox_storage_nfs is Nfs in the module storage, and
// what stands under bpg's older prefix proxmox_virtual_environment_ carries the suffix Legacy.
func pulumiName(terraformName string) name {
	suffix := ""
	words, older := strings.CutPrefix(terraformName, "proxmox_virtual_environment_")
	if older {
		suffix = "Legacy"
	} else {
		words = strings.TrimPrefix(terraformName, "proxmox_")
	}
	path := strings.Split(words, "_")
	last := path[len(path)-1]
	member := strings.ToUpper(last[:1]) + last[1:] + suffix
	if len(path) == 1 {
		return name{module: "index", member: member}
	}
	return name{module: strings.Join(path[:len(path)-1], "/"), member: member}
}
