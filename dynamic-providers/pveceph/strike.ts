import type { Host } from "../kit/runtime.js";
import type { Clock } from "../shell/shell.js";
import { preparedForRemoval, type Role, removeDaemon } from "./daemons.js";
import { runCephStep } from "./step.js";

/**
 * Has Proxmox take a daemon out of Ceph's books whose host is lost, on a host that lives: monitors' map, and the lines of the
 * configuration, which Proxmox alone may rewrite.
 */
export async function strikeDaemon(
  role: Role,
  node: string,
  host: Host,
  clock: Clock,
  { deadlineMs, doNext }: { readonly deadlineMs: number; readonly doNext: string },
): Promise<void> {
  await runCephStep(
    {
      unit: `proxmox-ha-ceph-${role.replace(" ", "-")}-lost`,
      doing: `taking the lost ${role} of ${node} out of Ceph's books`,
      before: preparedForRemoval(role, node),
      task: removeDaemon(role, node, host.node),
      deadlineMs,
      doNext,
    },
    host,
    clock,
  );
}
