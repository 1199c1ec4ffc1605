import { z } from "zod";
import { get } from "../transport/pvesh/calls.js";
import { look } from "../transport/pvesh/part.js";

/** A disk of a host as it was found. */
export interface FoundDisk {
  readonly device: string;
  /** Its names below /dev/disk/by-id; the first is Proxmox's own choice. */
  readonly names: readonly string[];
  readonly model: string;
  readonly serial: string;
  readonly sizeBytes: number;
  /** What lies on it, in Proxmox's word; undefined for a blank one. */
  readonly used?: string;
  /** The OSD of this host in this Ceph that lies on it. */
  readonly osd?: number;
}

const number = z.union([z.number(), z.string()]).transform(Number);
export const DISKS = get(
  "/nodes/localhost/disks/list",
  z.array(
    z.object({
      devpath: z.string(),
      size: number,
      model: z.string().optional(),
      serial: z.string().optional(),
      by_id_link: z.string().optional(),
      used: z.string().optional(),
      osdid: number.default(-1),
    }),
  ),
  // A disk that is slow to tell its health is no reason to wait.
  { skipsmart: true },
);

export const NAMES = look(
  "names of disks",
  'for name in /dev/disk/by-id/*; do if test -e "$name"; then printf "%s|%s\\n" "$name" "$(readlink -f "$name")"; fi; done',
  (text) =>
    text.split("\n").flatMap((line) => {
      const [name = "", device = ""] = line.trim().split("|");
      return device === "" ? [] : [{ name, device }];
    }),
);

const tree = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      name: z.string(),
      type: z.string(),
      children: z.array(z.number()).default([]),
    }),
  ),
});

/** Numbers of the OSDs that this Ceph has on the host; none before there is a Ceph, and a Ceph that is silent is a failed look. */
export const OWN_OSDS = look(
  "ceph osd tree",
  "if test -s /etc/pve/ceph.conf && grep -q '^[[:space:]]*mon[_ ]host' /etc/pve/ceph.conf; then hostname && timeout 30 ceph -c /etc/pve/ceph.conf osd tree -f json; fi",
  (text) => {
    const [host = "", ...rest] = text.trim().split("\n");
    if (host === "") {
      return [];
    }
    const { nodes } = tree.parse(JSON.parse(rest.join("\n")));
    return nodes.find(({ name, type }) => type === "host" && name === host)?.children ?? [];
  },
);

type Listed = ReturnType<typeof DISKS.read>;

/** A number on a disk is an OSD of ours only where Ceph knows it at this host: disks move, and bring their numbers along. */
export function foundDisks(
  listed: Listed,
  links: readonly { readonly name: string; readonly device: string }[],
  own: readonly number[],
): FoundDisk[] {
  return listed.map((disk) => {
    const other = links.flatMap(({ name, device }) => (device === disk.devpath ? [name] : []));
    const osd = own.includes(disk.osdid) ? disk.osdid : undefined;
    const foreign = disk.osdid >= 0 && osd === undefined;
    const used = foreign ? `data of another Ceph (osd.${disk.osdid})` : disk.used;
    return {
      device: disk.devpath,
      names: [...new Set([...(disk.by_id_link === undefined ? [] : [disk.by_id_link]), ...other])],
      model: disk.model?.trim() ?? "",
      serial: disk.serial?.trim() ?? "",
      sizeBytes: disk.size,
      ...(used === undefined || used === "" ? {} : { used }),
      ...(osd === undefined ? {} : { osd }),
    };
  });
}
