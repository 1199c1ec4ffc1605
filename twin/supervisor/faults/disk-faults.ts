import type { HostMachine } from "../../engines/engine.js";
import { succeedScript, type Undo } from "./context.js";

/** Where the layer reads which disks have been pulled; see `pvestandin/ceph/disks.py`. */
const PULLED = "/run/pve-standin-pulled-disks";

/** Numbers of the OSDs that have something on a disk, or on a part of it, as their folders tell it. */
const osdsOn = (disk: string): string =>
  `osds=$(for one in /var/lib/ceph/osd/ceph-*; do ! find "$one" -name "block*" -exec readlink {} + 2>/dev/null | grep -Exq "/dev/${disk}(p[0-9]+)?" || basename "$one" | cut -d - -f 2; done)`;
const someOn = (disk: string): readonly string[] => [
  osdsOn(disk),
  `test -n "$osds" || { echo "no OSD lies on ${disk}" >&2; exit 1; }`,
];

/** The daemons die with their disk, and nothing starts them again. */
export async function killDisk(host: HostMachine, disk: string): Promise<Undo> {
  await succeedScript(host, [
    `echo ${disk} >> ${PULLED}`,
    osdsOn(disk),
    "for osd in $osds; do unit=ceph-osd@$osd; systemctl mask --runtime --quiet $unit; systemctl kill -s KILL $unit 2>/dev/null || true; systemctl stop $unit; done",
  ]);
  return async () => {
    if (host.state() !== "on") return;
    await succeedScript(host, [
      `sed -i '/^${disk}$/d' ${PULLED} 2>/dev/null || true`,
      osdsOn(disk),
      "for osd in $osds; do systemctl unmask --runtime --quiet ceph-osd@$osd; systemctl start ceph-osd@$osd; done",
    ]);
  };
}

/** A switch of Ceph's own developers: each message waits before the OSD takes it up. */
export async function slowDisk(host: HostMachine, disk: string, seconds: number): Promise<Undo> {
  const inject = (probability: number, duration: number): string[] => [
    ...someOn(disk),
    "for osd in $osds; do",
    `timeout 30 ceph daemon osd.$osd config set osd_debug_inject_dispatch_delay_duration ${duration}`,
    `timeout 30 ceph daemon osd.$osd config set osd_debug_inject_dispatch_delay_probability ${probability}`,
    "done",
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
    ...someOn(disk),
    `for osd in $osds; do timeout 30 ceph tell osd.$osd injectfull ${what}; done`,
  ];
  await succeedScript(host, pretend("full"));
  return async () => {
    if (host.state() === "on") await succeedScript(host, pretend("none"));
  };
}
