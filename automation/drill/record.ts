import { z } from "zod";
import { FENCER_COMMAND } from "../../config/plan/fence.js";
import { parseJson } from "../../dynamic-providers/transport/base/json.js";
import { raw, sh } from "../../dynamic-providers/transport/ssh/quoting.js";

/** Drills that change something on a node. */
export const NODE_DRILLS = ["off", "crash", "isolate", "cut"] as const;
export type NodeDrill = (typeof NODE_DRILLS)[number];

const record = z.object({
  version: z.literal(1),
  drill: z.enum(NODE_DRILLS),
  node: z.string().regex(/^[A-Za-z0-9-]+$/),
  /** The node was put into HA maintenance by the drill. */
  maintenance: z.boolean(),
  /** It has a device by which it can be switched on again. */
  switchOn: z.boolean(),
  /** Seconds since 1970, by the keeper's clock. */
  since: z.number(),
});

/** What a drill changes, written down on another member before it does, so that whoever comes after it can restore. */
export type DrillRecord = z.output<typeof record>;
export type DrillIntent = Omit<DrillRecord, "version" | "since">;

/** Where it lies, on the member that keeps it. */
export const RECORD = "/var/lib/proxmox-ha/drill.json";
/** Longer without a word of the run, and that has ended without restoring. */
export const HEARD_EVERY_S = 15;
export const ABANDONED_S = 60;
const SCRIPT = "/var/lib/proxmox-ha/drill-restore.sh";
const TIMER = "proxmox-ha-drill-restore";
/** Longer than any drill takes. */
export const RESTORED_AFTER_MIN = 30;
/** Ten seconds between two tries: a fencer that is at it has finished by then, and a node that boots has too. */
const TRIES = { timer: 60, command: 12 } as const;
export const EXIT_OTHER_DRILL = 75;

/** Undefined where there is none. @throws for one that cannot be read, which is not the same */
export function parseRecord(keeper: string, text: string): DrillRecord | undefined {
  if (text.trim() === "") {
    return undefined;
  }
  const { data } = record.safeParse(parseJson(text));
  if (data === undefined) {
    throw new Error(`${RECORD} on ${keeper} is no record of a drill`);
  }
  return data;
}

/** Shell for the keeper: the record and the timer stand before anything is changed; where another drill has left its own, neither does. */
export function recordScript(intent: DrillIntent): string {
  const text = `${JSON.stringify({ version: 1, ...intent }).slice(0, -1)},"since":%s}\\n`;
  return [
    "set -e",
    "export LC_ALL=C",
    sh`mkdir -p -m 700 /var/lib/proxmox-ha`,
    sh`test ! -e ${RECORD} || exit ${EXIT_OTHER_DRILL}`,
    sh`systemctl stop ${TIMER}.timer 2>/dev/null || true`,
    sh`printf '%s\\n' ${restoreScript(intent, { by: "timer", offFirst: intent.drill === "crash" })} > ${SCRIPT}`,
    sh`printf ${text} "$(date +%s)" > ${RECORD}.new`,
    sh`sync ${RECORD}.new && mv -f ${RECORD}.new ${RECORD}`,
    sh`systemctl reset-failed ${TIMER}.service ${TIMER}.timer 2>/dev/null || true`,
    sh`systemd-run --quiet --unit=${TIMER} --on-active=${RESTORED_AFTER_MIN}min /bin/sh ${SCRIPT} || { rm -f ${RECORD} ${SCRIPT}; exit 1; }`,
  ].join("\n");
}

/** Shell for the keeper, by which the run shows that it goes on. */
export const HEARD_SCRIPT = sh`touch -c ${RECORD}`;
/** Prints for how many seconds it has not, or nothing where there is no record. */
export const IDLE_SCRIPT = sh`if test -e ${RECORD}; then echo $(($(date +%s) - $(stat -c %Y ${RECORD} || echo 0))); fi`;

export interface Restoring {
  readonly by: keyof typeof TRIES;
  /** A kernel that stands still does not start by being switched on; a member at work refuses to be switched off. */
  readonly offFirst: boolean;
}

/** Shell for the keeper that brings everything back: the same for the timer, for the drill's own end and for whoever finds the record. */
export function restoreScript(
  { node, maintenance, switchOn }: Omit<DrillIntent, "drill">,
  { by, offFirst }: Restoring,
): string {
  const steps = [
    ...(switchOn && offFirst ? [sh`{ ${raw(FENCER_COMMAND)} off ${node} --yes || true; }`] : []),
    ...(switchOn ? [sh`${raw(FENCER_COMMAND)} on ${node} --yes`] : []),
    ...(maintenance ? [sh`ha-manager crm-command node-maintenance disable ${node}`] : []),
  ];
  return [
    "export LC_ALL=C",
    "tries=1",
    sh`until ${raw(steps.join(" && ") || "true")}; do test $tries -lt ${TRIES[by]} || exit 1; tries=$((tries + 1)); sleep 10; done`,
    sh`rm -f ${RECORD} ${SCRIPT}`,
    // The timer's own run must not stop itself before its end.
    sh`systemctl stop --no-block ${TIMER}.timer 2>/dev/null || true`,
  ].join("\n");
}
