import { z } from "zod";
import { printed } from "../../dynamic-providers/shell/etc-pve.js";
import { parseJson } from "../../dynamic-providers/transport/base/json.js";
import { look, type Part, shown, Unread } from "../../dynamic-providers/transport/pvesh/part.js";
import { sh } from "../../dynamic-providers/transport/ssh/quoting.js";

/** Of the cluster, so that whoever asks next, from wherever, knows when a restore was last tried. */
const FILE = "/etc/pve/priv/proxmox-ha-restores.json";
/** Once a month, and some days to think of it. */
export const RESTORED_DAYS = 35;
/** Guests come and go; the file does not grow with them. */
const MOST = 500;

const tried = z.object({
  atMs: z.number(),
  isGood: z.boolean(),
  seconds: z.number(),
  volume: z.string(),
});
/** The last restore of a guest. */
export type Tried = z.output<typeof tried>;
const records = z.record(z.string(), tried);
export type Restores = Readonly<Record<string, Tried>>;

/** By the number of the guest. What is no record counts as none: then a restore is due. */
export const RESTORES: Part<Restores> = look(
  "restores that were tried",
  printed(FILE),
  (text) => records.safeParse(parseJson(text)).data ?? {},
);

/** When a backup came back last, whosever it was; undefined when none ever did. */
export function lastGoodMs(restores: Restores): number | undefined {
  const good = Object.values(restores).flatMap(({ isGood, atMs }) => (isGood ? [atMs] : []));
  return good.length === 0 ? undefined : Math.max(...good);
}

export function writeRestores(known: Restores, vmid: number, one: Tried): string {
  const { [String(vmid)]: _before, ...others } = known;
  const kept = Object.entries(others)
    .sort(([, a], [, b]) => b.atMs - a.atMs)
    .slice(0, MOST - 1);
  const text = JSON.stringify({ ...Object.fromEntries(kept), [vmid]: one });
  return sh`printf '%s\\n' ${text} > ${FILE}.tmp && mv -f ${FILE}.tmp ${FILE}`;
}

const UNDER_WAY = "/etc/pve/priv/proxmox-ha-restore-drill";
/** A drill says so often that it goes on; one that nobody has heard of for longer was cut. */
export const HEARD_EVERY_S = 15;
export const ABANDONED_S = 60;

export const HEARD_SCRIPT = sh`touch ${UNDER_WAY}`;
export const OVER_SCRIPT = sh`rm -f ${UNDER_WAY}`;

/** Seconds since a drill was heard of, or undefined where none is under way. */
export const HEARD: Part<number | undefined> = look(
  "restore drill under way",
  sh`if test -e ${UNDER_WAY}; then echo $(( $(date +%s) - $(stat -c %Y ${UNDER_WAY}) )); else echo none; fi`,
  (text) => {
    const word = text.trim();
    if (word === "none") {
      return undefined;
    }
    if (!/^-?\d+$/.test(word)) {
      throw new Unread(`it is neither "none" nor a number of seconds: ${shown(text)}`);
    }
    return Number(word);
  },
);
