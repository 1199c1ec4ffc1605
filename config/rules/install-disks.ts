import { diskSize } from "../findings/figures.js";
import { type CodeTable, type Draft, drafter, type Path } from "../findings/finding.js";
import { pathText } from "../findings/path.js";
import { planSystem, type SystemDisks, type SystemPlan } from "../plan/install.js";
import type { Osd } from "./ceph-osds.js";
import type { Facts } from "./facts.js";

export const installDiskCodes = {
  "install/disk-of-ceph": {
    severity: "error",
    about:
      "Proxmox would be installed on a disk that Ceph is to have, or that holds its data already. The installer erases every disk that fits its rule, and asks nobody.",
  },
  "install/perhaps-of-ceph": {
    severity: "warning",
    about:
      "The file does not say enough to tell the disks of Proxmox from those of Ceph, and the installer erases every disk that fits its rule.",
  },
  "install/no-room-for-ceph": {
    severity: "error",
    about:
      "An OSD is to have a partition of the disk that Proxmox is installed on, and the installer leaves too little of it.",
  },
} as const satisfies CodeTable;
const draft = drafter(installDiskCodes);

/** Where a node's OSDs stand in the file. */
interface Entry {
  readonly osd: Osd;
  readonly path: Path;
}

/** What a node's system takes of what its OSDs are to have. Machines of one kind repeat a mistake; once is enough. */
export function installDiskDrafts(facts: Facts): Draft[] {
  const drafts = facts.nodeNames.flatMap((node) => {
    const system = planSystem(facts.spec, node);
    const { disks } = system;
    return disks === undefined
      ? []
      : entriesOf(facts, node).flatMap((entry) =>
          entryDrafts(facts, node, { ...system, disks }, entry),
        );
  });
  return drafts.filter(
    (one, index) =>
      drafts.findIndex(({ path, code }) => code === one.code && path.join() === one.path.join()) ===
      index,
  );
}

function entriesOf({ spec }: Facts, node: string): Entry[] {
  const osds = spec.ceph?.osds;
  const own = osds?.nodes[node];
  return own === undefined
    ? (osds?.everyNode ?? []).map((osd, index) => ({
        osd,
        path: ["ceph", "osds", "everyNode", index],
      }))
    : own.map((osd, index) => ({ osd, path: ["ceph", "osds", "nodes", node, index] }));
}

function entryDrafts(
  facts: Facts,
  node: string,
  system: SystemPlan & { readonly disks: SystemDisks },
  { osd, path }: Entry,
): Draft[] {
  const { disks, roomBytes } = system;
  const meeting = meet(disks, osd);
  const at = placeOf(facts, node, "disks");
  if (meeting === "apart") {
    return [];
  }
  if (osd.partition === undefined) {
    return [
      draft(
        meeting === "same" ? "install/disk-of-ceph" : "install/perhaps-of-ceph",
        at,
        `${wordsOf(disks)} can be a disk that ${pathText(path)} gives to Ceph${meeting === "unknown" ? ", for all that the file says" : ""}.`,
        meeting === "unknown"
          ? "Describe both by `model`, or add the `size` of each."
          : "Write a model or serial number that fits the system's disks alone; the installer does not see sizes.",
      ),
    ];
  }
  const disk = osd.size ?? osd.select?.size ?? disks.size;
  if (disk !== undefined && disk < osd.partition) {
    return []; // Nothing would be enough, which is said already.
  }
  const left = disk === undefined || roomBytes === undefined ? undefined : disk - roomBytes;
  if (roomBytes !== undefined && (left === undefined || left >= osd.partition)) {
    return [];
  }
  return [
    draft(
      "install/no-room-for-ceph",
      roomBytes === undefined ? at : placeOf(facts, node, "room"),
      left === undefined
        ? `Proxmox takes all of a disk of which ${pathText(path)} wants a partition of ${diskSize(osd.partition)}.`
        : `Of ${diskSize(disk ?? 0)} Proxmox leaves ${diskSize(Math.max(0, left))}, and ${pathText(path)} wants a partition of ${diskSize(osd.partition)}.`,
      disk === undefined
        ? "Add `room` with what Proxmox may have of the disk."
        : `Write \`room: ${diskSize(Math.max(0, disk - osd.partition)).replace(" ", "")}\` or less.`,
    ),
  ];
}

/** Where a value stands that holds for a node: with the node, or with all. */
export function placeOf({ spec }: Facts, node: string, key: "disks" | "room" | "layout"): Path {
  return spec.nodes[node]?.install?.[key] === undefined
    ? ["install", key]
    : ["nodes", node, "install", key];
}

const wordsOf = ({ model, serial }: SystemDisks): string =>
  model === undefined ? `A disk with serial number ${serial}` : `A disk of model ${model}`;

/** Whether one disk can be meant by both. */
function meet(disks: SystemDisks, { device, select, size }: Osd): "apart" | "same" | "unknown" {
  if (device !== undefined) {
    return overlap(`*${disks.model ?? disks.serial ?? ""}*`, device) ? "same" : "apart";
  }
  const texts = [
    [disks.model, select?.model],
    [disks.serial, select?.serial],
  ] as const;
  const both = texts.flatMap(([one, other]) =>
    one === undefined || other === undefined ? [] : [[one, other] as const],
  );
  if (both.some(([one, other]) => !overlap(one, other))) {
    return "apart";
  }
  // Every disk of Ceph fits what the installer goes by, and sizes say nothing to it.
  if (
    both.length > 0 &&
    both.every(([one, other]) => overlap(one, other.replaceAll("*", "\u0000")))
  ) {
    return "same";
  }
  const ranged = select?.atLeast !== undefined || select?.atMost !== undefined;
  const exact = ranged ? undefined : (select?.size ?? size);
  const least = select?.atLeast ?? exact;
  const most = select?.atMost ?? exact;
  if (disks.size === undefined || (least === undefined && most === undefined)) {
    return "unknown";
  }
  // To a hundredth, as Ceph's rule itself compares.
  if (disks.size < (least ?? 0) * 0.99 || disks.size > (most ?? disks.size) * 1.01) {
    return "apart";
  }
  return select?.rotational === undefined && select?.path === undefined ? "same" : "unknown";
}

/** Whether some text fits both patterns, in which `*` stands for any. Blanks are `_` to udev. */
function overlap(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => text.toLowerCase().replaceAll(" ", "_"));
  if (a === undefined || b === undefined) {
    return false;
  }
  const seen = new Set<number>();
  const open: [number, number][] = [[0, 0]];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const [i, j] = place;
    const key = i * (b.length + 1) + j;
    if (i > a.length || j > b.length || seen.has(key)) {
      continue;
    }
    seen.add(key);
    if (i === a.length && j === b.length) {
      return true;
    }
    if (a[i] === "*" || b[j] === "*") {
      open.push([i + 1, j], [i, j + 1]);
    } else if (a[i] === b[j]) {
      open.push([i + 1, j + 1]);
    }
  }
  return false;
}
