import { z } from "zod";
import { get } from "../../transport/pvesh/calls.js";
import { shownTask } from "../../transport/pvesh/shown-task.js";
import { raw, sh } from "../../transport/ssh/quoting.js";
import type { GuestState } from "../schema.js";
import { type MoveRecord, writeMoved, writeRecord } from "./record.js";

/**
 * What the guest's node runs by itself. Proxmox copies, lets the guest have the copy and keeps the old volume as an unused one; that it is
 * the old copy is noted here as soon as it is, whether anybody waits or not.
 */
export function moveScript(
  { kind, vmid }: Pick<GuestState, "kind" | "vmid">,
  node: string,
  record: MoveRecord,
): string {
  const { slot, from, to } = record;
  const task =
    kind === "vm"
      ? shownTask("create", `/nodes/${node}/qemu/${vmid}/move_disk`, { disk: slot, storage: to })
      : shownTask("create", `/nodes/${node}/lxc/${vmid}/move_volume`, {
          volume: slot,
          storage: to,
        });
  const file = `/etc/pve/nodes/${node}/${kind === "vm" ? "qemu-server" : "lxc"}/${vmid}.conf`;
  return [
    sh`volume_of() { sed -n '/^\\[/q; s/^${slot}: \\([^,]*\\).*$/\\1/p' ${file}; }`,
    // What a cut run had begun may have ended since the look.
    sh`test "$(volume_of)" = ${from} || exit 0`,
    writeRecord(vmid, record),
    ...(kind === "container" ? [unlocked(vmid, node, file)] : []),
    task,
    "volume=$(volume_of)",
    `test -n "$volume" || exit 1`,
    writeMoved(vmid, record, "volume"),
  ].join("\n");
}

/** A node that went down while it moved a container's volume has left the lock of that; nobody moves it any more, because this job does. */
function unlocked(vmid: number, node: string, file: string): string {
  const active = get(`/nodes/${node}/tasks`, z.unknown(), { source: "active", vmid });
  return sh`if grep -q '^lock: disk$' ${file}; then
  active=$(${raw(active.command)}) || exit
  test "$active" = '[]' || { echo "somebody works on it: $active"; exit 1; }
  pct unlock ${vmid} || exit
fi`;
}
