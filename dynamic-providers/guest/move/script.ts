import { apiPath } from "../../transport/pvesh/endpoints.js";
import { command, raw, sh } from "../../transport/ssh/quoting.js";
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
  const call =
    kind === "vm"
      ? [apiPath("create", `/nodes/${node}/qemu/${vmid}/move_disk`), "--disk", slot]
      : [apiPath("create", `/nodes/${node}/lxc/${vmid}/move_volume`), "--volume", slot];
  const file = `/etc/pve/nodes/${node}/${kind === "vm" ? "qemu-server" : "lxc"}/${vmid}.conf`;
  return [
    sh`volume_of() { sed -n '/^\\[/q; s/^${slot}: \\([^,]*\\).*$/\\1/p' ${file}; }`,
    // What a cut run had begun may have ended since the look.
    sh`test "$(volume_of)" = ${from} || exit 0`,
    writeRecord(vmid, record),
    "said=$(mktemp) || exit",
    `trap 'rm -f "$said"' EXIT`,
    ...(kind === "container" ? [unlocked(vmid, node, file)] : []),
    sh`${raw(command("pvesh", "create", ...call, "--storage", to))} < /dev/null 2>&1 | tee "$said"`,
    `upid=$(grep -o 'UPID:[^"[:space:]]*:' "$said" | tail -n 1)`,
    'test -n "$upid" || exit 1',
    sh`end=$(pvesh get ${`/nodes/${node}/tasks/`}"$upid"/status --output-format json < /dev/null) || exit`,
    `case $end in *'"exitstatus":"OK"'* | *'"exitstatus":"WARNINGS'*) ;; *) printf '%s\\n' "$end"; exit 1 ;; esac`,
    "volume=$(volume_of)",
    `test -n "$volume" || exit 1`,
    writeMoved(vmid, record, "volume"),
  ].join("\n");
}

/** A node that went down while it moved a container's volume has left the lock of that; nobody moves it any more, because this job does. */
function unlocked(vmid: number, node: string, file: string): string {
  return sh`if grep -q '^lock: disk$' ${file}; then
  active=$(pvesh get ${`/nodes/${node}/tasks`} --source active --vmid ${vmid} --output-format json < /dev/null) || exit
  test "$active" = '[]' || { echo "somebody works on it: $active"; exit 1; }
  pct unlock ${vmid} || exit
fi`;
}
