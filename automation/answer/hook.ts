import type { InstallPlan } from "../../config/plan/install.js";
import { renderInterfaces } from "../../config/plan/render/interfaces.js";
import {
  SECOND_KEYS_DROP_IN,
  SECOND_KEYS_FILE,
  SECOND_KEYS_LINE,
} from "../../dynamic-providers/transport/ssh/first-contact.js";
import { raw, sh } from "../../dynamic-providers/transport/ssh/quoting.js";

/** Where the report stands that a login at the console shows first. */
export const REPORT = "/etc/issue.d/proxmox-ha.issue";

/**
 * What a host runs once, before its network comes up for the first time; the same for all nodes, because a stick has room for one.
 * It may be repeated. It asks systemd for nothing: a unit that stands before the network and waits for a service behind it would
 * wait for ever.
 */
export function firstBootHook(key: string, plans: readonly InstallPlan[]): string {
  const networks = plans.flatMap(({ node, firstNetwork }) =>
    firstNetwork === undefined
      ? []
      : [
          sh`${node}) printf %s ${renderInterfaces(firstNetwork)} > "$root/etc/network/interfaces" ;;`,
        ],
  );
  return sh`#!/bin/sh
# Written by proxmox-ha. It holds no secret. Runs once, at the first boot of a host that was just installed.
set -eu
# Another folder is for tests of this script.
root=\${PROXMOX_HA_ROOT:-}
umask 022

# The key of the program in a list of its own: that of root is a link into /etc/pve, which is empty while a node joins.
line=${key}
list="$root"${SECOND_KEYS_FILE}
mkdir -p "$root/etc/ssh/sshd_config.d" "$root/etc/issue.d"
touch "$list"
chmod 600 "$list"
grep -qxF -- "$line" "$list" || echo "$line" >> "$list"
echo ${SECOND_KEYS_LINE} > "$root"${SECOND_KEYS_DROP_IN}

# The network of hosts that are reached over a VLAN or a bond, which the installer cannot set up.
name=$(cat "$root/etc/hostname")
case "$name" in
${raw(...networks)}
*) ;;
esac

# What the first contact is compared with: at the console, and there before each login.
if [ -z "$root" ]; then ssh-keygen -A > /dev/null; fi
shown=$(ssh-keygen -lf "$root/etc/ssh/ssh_host_ed25519_key.pub" | cut -d " " -f 2)
serial=$(tr -cd A-Za-z0-9._- < "$root/sys/class/dmi/id/product_serial" || true)
{
  echo
  echo "For access.hostKeys in the stack file of proxmox-ha:"
  echo "  $name: $shown"
  echo "Machine id $(cat "$root/etc/machine-id"), serial number $serial"
  echo
} > "$root"${REPORT}
cat "$root"${REPORT} > "$root/dev/console" || true
`;
}
