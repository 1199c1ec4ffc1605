import type { HostMachine } from "../../engines/engine.js";
import { succeedScript, type Undo } from "./context.js";

/** Where the layer reads which disks have been pulled; see `pvestandin/ceph/disks.py`. */
const PULLED = "/run/pve-standin-pulled-disks";

/** The number of the OSD on a disk, as its folder tells it. */
const osdOn = (disk: string): string =>
  `osd=$(for one in /var/lib/ceph/osd/ceph-*; do test "$(readlink "$one/block")" != /dev/${disk} || basename "$one" | cut -d - -f 2; done); test -n "$osd" || { echo "no OSD lies on ${disk}" >&2; exit 1; }`;

/** The daemon dies with its disk, and nothing starts it again. */
export async function killDisk(host: HostMachine, disk: string): Promise<Undo> {
  await succeedScript(host, [
    `echo ${disk} >> ${PULLED}`,
    `for one in /var/lib/ceph/osd/ceph-*; do if test "$(readlink "$one/block")" = /dev/${disk}; then unit=ceph-osd@$(basename "$one" | cut -d - -f 2); systemctl mask --runtime --quiet "$unit"; systemctl kill -s KILL "$unit" 2>/dev/null || true; systemctl stop "$unit"; fi; done`,
  ]);
  return async () => {
    if (host.state() !== "on") return;
    await succeedScript(host, [
      `sed -i '/^${disk}$/d' ${PULLED} 2>/dev/null || true`,
      `for one in /var/lib/ceph/osd/ceph-*; do if test "$(readlink "$one/block")" = /dev/${disk}; then unit=ceph-osd@$(basename "$one" | cut -d - -f 2); systemctl unmask --runtime --quiet "$unit"; systemctl start "$unit"; fi; done`,
    ]);
  };
}

/** A switch of Ceph's own developers: each message waits before the OSD takes it up. */
export async function slowDisk(host: HostMachine, disk: string, seconds: number): Promise<Undo> {
  const inject = (probability: number, duration: number): string[] => [
    osdOn(disk),
    `timeout 30 ceph tell osd.$osd config set osd_debug_inject_dispatch_delay_duration ${duration}`,
    `timeout 30 ceph tell osd.$osd config set osd_debug_inject_dispatch_delay_probability ${probability}`,
  ];
  await succeedScript(host, inject(1, seconds));
  return async () => {
    // An OSD that was started since has forgotten it.
    if (host.state() === "on") await succeedScript(host, inject(0, 0));
  };
}

/** The OSD holds itself for full, as it does when its disk is. */
export async function fillOsd(host: HostMachine, disk: string): Promise<Undo> {
  const pretend = (what: "full" | "none"): string[] => [
    osdOn(disk),
    `timeout 30 ceph tell osd.$osd injectfull ${what}`,
  ];
  await succeedScript(host, pretend("full"));
  return async () => {
    if (host.state() === "on") await succeedScript(host, pretend("none"));
  };
}
