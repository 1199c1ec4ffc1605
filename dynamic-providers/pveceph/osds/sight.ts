import type { HostShell } from "../../shell/shell.js";
import { ask } from "../../transport/pvesh/ask.js";
import { look } from "../../transport/pvesh/part.js";
import { sh } from "../../transport/ssh/quoting.js";
import { DISKS, type FoundDisk, foundDisks, NAMES } from "../disks.js";
import type { Sight } from "../own-osds.js";
import { OSDS, ownOsds } from "../own-osds.js";
import { TABLES } from "../partition-tables.js";
import { GROUPS, VOLUMES, withSlots } from "../volumes.js";
import type { CephOsdsInputs } from "./schema.js";

export const DO_NEXT =
  "Look at `pvesh get /nodes/localhost/disks/list` and `ceph osd tree` there, then run `pulumi up` again.";

const ERRAND = {
  verb: "look at the disks",
  timeoutMs: 120_000,
  tried: "to look at the disks",
  doNext: DO_NEXT,
};

/** What nothing comes to, when a disk cannot be read. */
const OF_NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** What has to be asked beyond the disks themselves. */
interface Extent {
  readonly parts: boolean;
  readonly slots: boolean;
}

/** Hosts without a rule about parts of disks are not asked for their tables, and those without slots not for their volumes. */
export function extentOf(...states: readonly (CephOsdsInputs | undefined)[]): Extent {
  const all = states.flatMap((state) => [...(state?.rules ?? []), ...(state?.disks ?? [])]);
  return {
    parts: all.some(({ partitionBytes }) => partitionBytes !== undefined),
    slots: all.some(({ db, wal }) => db !== undefined || wal !== undefined),
  };
}

/** `exactly` says of which disks in use the first bytes are read too, so that a consent is for these and no others. */
export async function lookAtDisks(
  host: HostShell,
  exactly: (disk: FoundDisk) => boolean,
  extent: Extent,
): Promise<Sight> {
  const said = await ask(
    host,
    [
      DISKS,
      NAMES,
      OSDS,
      ...(extent.parts ? [TABLES] : []),
      ...(extent.slots ? [VOLUMES, GROUPS] : []),
    ],
    ERRAND,
  );
  const seen = said.of(OSDS);
  const own = ownOsds(seen).filter(({ destroyed }) => !destroyed);
  const ids = own.map(({ id }) => id);
  const tables = extent.parts ? said.of(TABLES) : undefined;
  const listed = foundDisks(said.of(DISKS), said.of(NAMES), ids, tables);
  const found = extent.slots ? withSlots(listed, said.of(VOLUMES), said.of(GROUPS), own) : listed;
  const asked = found.filter(
    (disk) => disk.used !== undefined && disk.osd === undefined && exactly(disk),
  );
  const digests = asked.map(({ device }) => ({ device, part: digestOf(device) }));
  if (digests.length === 0) {
    return { found, seen };
  }
  const read = await ask(
    host,
    digests.map(({ part }) => part),
    ERRAND,
  );
  return {
    seen,
    found: found.map((disk) => {
      const part = digests.find(({ device }) => device === disk.device)?.part;
      const digest = part === undefined ? OF_NOTHING : read.of(part);
      return digest === OF_NOTHING ? disk : { ...disk, digest };
    }),
  };
}

const digestOf = (device: string) =>
  look(
    `first bytes of ${device}`,
    sh`timeout 30 head -c 1048576 ${device} | sha256sum | cut -d " " -f 1`,
    (text) => text.trim(),
  );
