import { z } from "zod";
import { parseJson } from "../../dynamic-providers/transport/base/json.js";
import { lockedOnHost } from "../../dynamic-providers/transport/ssh/host-lock.js";
import { sh } from "../../dynamic-providers/transport/ssh/quoting.js";

const journal = z.object({
  version: z.literal(1),
  /** The run that is at it; empty when it has ended without an end. */
  run: z.string().regex(/^[0-9a-f-]*$/),
  /** The machine that it runs on. */
  on: z.string(),
  /** The node that is out of service for it. */
  node: z.string().regex(/^[A-Za-z0-9-]*$/),
  done: z.array(z.string()).readonly(),
  /** Seconds since 1970, by the clock of the member that wrote it. */
  heard: z.number(),
});

/** Where an upgrade is, in the cluster's own file system: any member can tell, and any run goes on from there. */
export type Journal = z.output<typeof journal>;
export type Entry = Omit<Journal, "version" | "heard">;

const PATH = "/etc/pve/priv/proxmox-ha-upgrade.json";
export const HEARD_EVERY_MS = 15_000;
/** Longer without a word of the run, and that has died. */
export const ABANDONED_S = 60;
export const EXIT_OTHER_RUN = 76;

export const READ_JOURNAL = sh`test ! -e ${PATH} || cat ${PATH}`;
export const REMOVE_JOURNAL = sh`rm -f ${PATH}`;

export function parseJournal(text: string): Journal | undefined {
  return journal.safeParse(parseJson(text)).data;
}

/** Shell by which a run writes it, unless another one was heard of a moment ago. */
export function writeJournalScript(entry: Entry, by: string): string {
  // It is printf's own pattern.
  const text = JSON.stringify({ version: 1, ...entry })
    .slice(0, -1)
    .replaceAll("\\", "\\\\")
    .replaceAll("%", "%%");
  return lockedOnHost(
    "upgrade",
    20,
    [
      "export LC_ALL=C",
      "now=$(date +%s)",
      sh`other=$(sed -n 's/.*"run":"\\([^"]*\\)".*/\\1/p' ${PATH} 2>/dev/null)`,
      sh`heard=$(sed -n 's/.*"heard":\\([0-9]*\\).*/\\1/p' ${PATH} 2>/dev/null)`,
      sh`test -z "$other" || test "$other" = ${by} || test $((now - heard)) -ge ${ABANDONED_S} || { echo $((now - heard)); exit ${EXIT_OTHER_RUN}; }`,
      sh`printf ${`${text},"heard":%s}\\n`} "$now" > ${PATH}.tmp && mv -f ${PATH}.tmp ${PATH}`,
    ].join("\n"),
  );
}
