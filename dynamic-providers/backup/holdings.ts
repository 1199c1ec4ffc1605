import { z } from "zod";
import { parseGuestConfig } from "../guest/config-file.js";
import { CONFIGS } from "../guest/found.js";
import type { GuestKind } from "../guest/kinds.js";
import { gibOf, wordsOf } from "../guest/words.js";
import type { HostShell } from "../shell/shell.js";
import { ask } from "../transport/pvesh/ask.js";
import { get } from "../transport/pvesh/calls.js";
import { apiPath } from "../transport/pvesh/endpoints.js";
import type { Part } from "../transport/pvesh/part.js";

const number = z.coerce.number();
const tree = z.object({
  children: z
    .array(z.object({ id: number, type: z.string(), name: z.string().default("") }))
    .default([]),
});
const resources = z.array(
  z.looseObject({
    vmid: number.optional(),
    node: z.string().default(""),
    template: number.default(0),
    name: z.string().default(""),
  }),
);
/** Guests that no job of the cluster saves, by Proxmox's own count. */
export const UNSAVED = get(
  "/cluster/backup-info/not-backed-up",
  z
    .array(z.object({ vmid: number, type: z.string(), name: z.string().default("") }))
    .transform((rows) =>
      rows.map(({ vmid, type, name }) => `${type === "lxc" ? "ct" : "vm"}:${vmid} ${name}`.trim()),
    ),
);
const RESOURCES = get("/cluster/resources", resources, { type: "vm" });
const backupRows = z
  .array(
    z.object({
      volid: z.string().min(1),
      vmid: number.optional(),
      ctime: number.default(0),
      size: number.default(0),
    }),
  )
  .transform((rows): FoundBackup[] =>
    rows.map(({ volid, vmid, size, ctime }) => ({
      volume: volid,
      vmid,
      bytes: size,
      madeAtMs: ctime * 1_000,
    })),
  );

/** The backups on a storage, as a node sees them. */
export const backupsOn = (node: string, storage: string): Part<FoundBackup[]> =>
  get(apiPath("get", `/nodes/${node}/storage/${storage}/content`), backupRows, {
    content: "backup",
  });

/** A guest that a job saves. */
export interface SavedGuest {
  readonly kind: GuestKind;
  readonly vmid: number;
  readonly name: string;
  readonly node: string;
  readonly bytes: number;
}

export interface FoundBackup {
  readonly volume: string;
  readonly madeAtMs: number;
  readonly vmid: number | undefined;
  readonly bytes: number;
}

/** A job and the storage that it writes to. */
interface Wanted {
  readonly name: string;
  readonly storage: string;
}

export interface JobHoldings {
  /** Guests that exist and that Proxmox itself counts to the job, the smallest first. */
  readonly guests: readonly SavedGuest[];
  /** What lies on its storage, the newest first. */
  readonly backups: readonly FoundBackup[];
}

/** What Proxmox says of a job: whom it saves now, and what is saved. */
export async function lookAtJobs(
  jobs: readonly Wanted[],
  host: HostShell,
  doNext: string,
): Promise<{
  readonly jobs: ReadonlyMap<string, JobHoldings>;
  readonly unsaved: readonly string[];
}> {
  const parts = jobs.map(({ name, storage }) => ({
    name,
    included: get(apiPath("get", `/cluster/backup/${name}/included_volumes`), tree),
    storage,
  }));
  const errand = {
    verb: "look at what the backup jobs save",
    timeoutMs: 120_000,
    tried: "to look at what the backup jobs save",
    doNext,
  };
  const said = await ask(
    host,
    [RESOURCES, UNSAVED, CONFIGS, ...parts.map(({ included }) => included)],
    errand,
  );
  const known = said.of(RESOURCES);
  const files = said.of(CONFIGS);
  const guestsOf = (included: (typeof parts)[number]["included"]): SavedGuest[] =>
    said
      .of(included)
      .children.flatMap(({ id, type, name }): SavedGuest[] => {
        const found = known.find(({ vmid }) => vmid === id);
        return found === undefined || found.template === 1
          ? []
          : [
              {
                kind: type === "lxc" ? "container" : "vm",
                vmid: id,
                name: name || found.name,
                node: found.node,
                bytes: bytesOf(files.get(String(id)) ?? ""),
              },
            ];
      })
      .sort((a, b) => a.bytes - b.bytes || a.vmid - b.vmid);
  const found = await Promise.all(
    parts.map(async ({ name, included, storage }) => {
      const guests = guestsOf(included);
      // A storage of one node's own shows what lies there, so whoever has a guest of the job is asked.
      const nodes = [...new Set(guests.map(({ node }) => node))];
      const lists = nodes.map((node) => backupsOn(node, storage));
      const listed = lists.length === 0 ? undefined : await ask(host, lists, errand);
      const newest = lists
        .flatMap((list) => listed?.of(list) ?? [])
        .sort((a, b) => b.madeAtMs - a.madeAtMs);
      return [name, { guests, backups: newest }] as const;
    }),
  );
  return { jobs: new Map(found), unsaved: said.of(UNSAVED) };
}

const VOLUME = /^(scsi|virtio|ide|sata|efidisk|tpmstate|rootfs$|mp)\d*$/;

/** What its volumes hold at most, as its file says: what the cluster has measured is nothing for a guest that is new. */
function bytesOf(file: string): number {
  const sizes = Object.entries(parseGuestConfig(file).now).map(([slot, value]) =>
    VOLUME.test(slot) ? (gibOf(wordsOf(slot, value).size) ?? 0) : 0,
  );
  return sizes.reduce((sum, gib) => sum + gib, 0) * 2 ** 30;
}

/** The newest backup of a guest that the job saves. */
export function proofIn({ guests, backups: found }: JobHoldings): FoundBackup | undefined {
  return found.find(({ vmid }) => guests.some((guest) => guest.vmid === vmid));
}
