import ipaddr from "ipaddr.js";
import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import { canonical } from "../plan/address.js";
import { normalPath } from "../plan/file-path.js";
import type { Facts } from "./facts.js";
import { systemPlace } from "./host-paths.js";

export const placeCodes = {
  "storage/same-export": {
    severity: "error",
    about:
      "Two storages show the same directory, so guests' volumes would be listed and deleted twice.",
  },
  "storage/same-pool": {
    severity: "error",
    about:
      "Two storages stand on one ZFS pool, LVM thin pool or datastore: both list the same volumes, and each deletes those of the other.",
  },
  "storage/system-path": {
    severity: "error",
    about: "The directory belongs to the system; volumes would fill or hide it.",
  },
} as const satisfies CodeTable;
const draft = drafter(placeCodes);

type Storage = Facts["spec"]["storage"][string];

/** Where a storage keeps its volumes, in one spelling. */
interface Place {
  readonly code: keyof typeof placeCodes;
  readonly text: string;
  /** Each node has a place of this name of its own. */
  readonly local: boolean;
}

/** Storages on one place, and places that are none. */
export function placeDrafts({ spec, nodeNames }: Facts): Draft[] {
  const all = Object.entries(spec.storage).flatMap(([id, storage]) => {
    const place = placeOf(storage);
    return place === undefined ? [] : [{ id, place, nodes: storage.nodes ?? nodeNames }];
  });
  return [
    ...all.flatMap(({ id, place, nodes }, index) => {
      const other = all
        .slice(0, index)
        .find(
          (one) =>
            one.place.text === place.text &&
            (!place.local || one.nodes.some((node) => nodes.includes(node))),
        );
      return other === undefined
        ? []
        : [
            draft(
              place.code,
              ["storage", id],
              `${id} and ${other.id} are both ${place.text}.`,
              place.code === "storage/same-export"
                ? "Make one storage of them with the content of both, or use two exports."
                : "Make one storage of them with the content of both, or give one a dataset, pool or namespace of its own.",
              { atKey: true },
            ),
          ];
    }),
    ...Object.entries(spec.storage).flatMap(([id, { dir }]) => systemPath(id, dir?.path)),
  ];
}

function systemPath(id: string, path: string | undefined): Draft[] {
  const place = path === undefined ? undefined : systemPlace(path);
  return path === undefined || place === undefined
    ? []
    : [
        draft(
          "storage/system-path",
          ["storage", id, "dir", "path"],
          normalPath(path) === place
            ? `${path} belongs to the system.`
            : `${path} lies in ${place}, which belongs to the system.`,
          "Write a directory of its own, for example /srv/backup.",
        ),
      ];
}

function placeOf({ nfs, cifs, dir, zfs, lvmThin, pbs }: Storage): Place | undefined {
  if (nfs !== undefined) {
    return exported(`${host(nfs.server)}:${normalPath(nfs.export)}`);
  }
  if (cifs !== undefined) {
    const share = normalPath(`/${cifs.share.toLowerCase()}`);
    return exported(`//${host(cifs.server)}${share}`);
  }
  if (dir !== undefined) {
    return { ...exported(normalPath(dir.path)), local: !dir.shared };
  }
  if (zfs !== undefined) {
    return pool(`the ZFS pool ${zfs.pool.replace(/\/+$/, "")}`, true);
  }
  if (lvmThin !== undefined) {
    return pool(`the thin pool ${lvmThin.volumeGroup}/${lvmThin.thinPool}`, true);
  }
  if (pbs !== undefined) {
    const space = pbs.namespace === undefined ? "" : `, namespace ${pbs.namespace}`;
    return pool(`the datastore ${pbs.datastore} of ${host(pbs.server)}${space}`, false);
  }
  return undefined;
}

function exported(text: string): Place {
  return { code: "storage/same-export", text, local: false };
}

function pool(text: string, local: boolean): Place {
  return { code: "storage/same-pool", text, local };
}

/** Names of hosts know no capitals, and an address has several spellings. */
function host(server: string): string {
  return ipaddr.isValid(server) ? canonical(server) : server.toLowerCase().replace(/\.$/, "");
}
