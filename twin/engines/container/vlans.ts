import { join } from "node:path";
import { projectRoot } from "../../paths.js";
import type { ControlGroup } from "./cgroup.js";
import type { VlanMaker } from "./wiring.js";

export const kernelVlans: VlanMaker = {
  lines: (namespace, parent, vlan, device) => [
    `ip -n ${namespace} link add link ${parent} name ${device} type vlan id ${vlan}`,
    `ip -n ${namespace} link set dev ${device} up`,
  ],
};

/** Where the kernel knows no 802.1Q, a process adds and takes the tags. */
export function processVlans(cgroup: ControlGroup): VlanMaker {
  const program = join(projectRoot(), "twin/engines/container/rootfs/usr/lib/twin/netdev");
  const group = cgroup.child("vlans");
  return {
    lines: (namespace, parent, vlan, device) => [
      `mkdir -p ${group.path}`,
      `(echo 0 > ${group.procsFile}; exec ip netns exec ${namespace} python3 ${program} vlan ${parent} ${vlan} ${device})`,
      `ip -n ${namespace} link set dev ${device} up`,
    ],
  };
}
