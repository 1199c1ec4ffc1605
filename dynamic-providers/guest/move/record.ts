import { z } from "zod";
import { printed } from "../../shell/etc-pve.js";
import { parseJson } from "../../transport/base/json.js";
import { look, type Part } from "../../transport/pvesh/part.js";
import { raw, sh } from "../../transport/ssh/quoting.js";
import { eachFile } from "../each-file.js";

const volume = z.string().regex(/^[^\s:,]+:[^\s,]+$/);
const record = z.object({
  version: z.literal(1),
  /** What is moved: `scsi0`, `rootfs`. */
  slot: z.string().regex(/^[a-z]+[0-9]*$/),
  from: volume,
  /** The storage it is moved to. */
  to: z.string().min(1),
  /** The program shut the guest down for it. */
  startAgain: z.boolean(),
  /** Where it lies since the move ended well. Without it nobody knows whether an unused volume is the old copy. */
  moved: volume.optional(),
});

/** What is moved, written into the cluster's own file system before it is: whichever run and member come next can tell the old copy by it. */
export type MoveRecord = z.output<typeof record>;

const pathOf = (vmid: number): string => `/etc/pve/priv/proxmox-ha-move-${vmid}.json`;

/** A file that is no record is none: one of a version that writes others. */
export const recordPart = (vmid: number) =>
  look(`record of a move of guest ${vmid}`, printed(pathOf(vmid)), recordIn);

const RECORDS = eachFile("records of moves", {
  pattern: "/etc/pve/priv/proxmox-ha-move-*.json",
  ending: ".json",
});

/** All of them, by the number of the guest. */
export const EVERY_RECORD: Part<ReadonlyMap<string, MoveRecord>> = {
  ...RECORDS,
  read: (result) =>
    new Map(
      [...RECORDS.read(result)].flatMap(([name, text]): [string, MoveRecord][] => {
        const read = recordIn(text);
        const [, id] = /^proxmox-ha-move-(\d+)$/.exec(name) ?? [];
        return read === undefined || id === undefined ? [] : [[id, read]];
      }),
    ),
};

function recordIn(text: string): MoveRecord | undefined {
  const read = record.safeParse(parseJson(text));
  return read.success ? read.data : undefined;
}

export function writeRecord(vmid: number, kept: MoveRecord): string {
  const path = pathOf(vmid);
  return sh`printf '%s\\n' ${JSON.stringify(kept)} > ${path}.tmp && mv -f ${path}.tmp ${path}`;
}

/** The same with a volume that only a variable of the script knows. */
export function writeMoved(vmid: number, kept: MoveRecord, variable: string): string {
  const path = pathOf(vmid);
  const { moved: _moved, ...open } = kept;
  const head = JSON.stringify(open).replace(/\}$/, ',"moved":"');
  return sh`printf '%s%s"}\\n' ${head} "$${raw(variable)}" > ${path}.tmp && mv -f ${path}.tmp ${path}`;
}

export const removeRecord = (vmid: number): string => sh`rm -f ${pathOf(vmid)}`;
