import { z } from "zod";
import { isClean } from "../../health/ceph.js";
import { groupMap, recoveryIn } from "../../health/ceph-recovery.js";
import { CEPH } from "../../shell/ceph.js";
import { parseJson } from "../../transport/base/json.js";
import { look } from "../../transport/pvesh/part.js";
import { sh } from "../../transport/ssh/quoting.js";
import { numbersOn } from "../disks.js";
import type { Sight } from "../own-osds.js";
import { isWhole } from "./lost-slots.js";
import type { LeavingOsd } from "./schema.js";

/** What comes next for an OSD that leaves; a run after a cut one goes on where that was. */
export type Stage = "out" | "stop" | "destroy" | "remove" | "wipe" | "done";

/**
 * The safe order: out, so that its data goes elsewhere while it still serves; stopped and given up once nothing depends on it. Of one that
 * keeps its number for another disk, Ceph keeps the place too, and what is left on the old disk is wiped before the number lives again.
 */
export function stageOf({ osd, uuid, heir }: LeavingOsd, { found, seen }: Sight): Stage {
  const now = seen.osds.find(({ id }) => id === osd);
  const last = heir === undefined ? "remove" : "destroy";
  if (now === undefined) {
    return "done";
  }
  if (now.destroyed) {
    const remains = found.some((disk) => numbersOn(disk).includes(osd));
    return heir === undefined ? "remove" : remains ? "wipe" : "done";
  }
  if (now.uuid !== uuid) {
    return "done";
  }
  const dead = !now.up && !isWhole(osd, found);
  if (dead && heir !== undefined) {
    return "destroy";
  }
  if (now.in) {
    return "out";
  }
  return now.up ? "stop" : last;
}

/** What Ceph says of an OSD that is to leave. */
export interface Gate {
  /**
   * Its data lies elsewhere in full. Ceph's own word is not enough: it calls an OSD safe to destroy as soon as no placement group counts on it
   * any more, while the copies that take the place of its own are still to be made.
   */
  readonly safe: boolean;
  /** Without it every placement group still serves. */
  readonly mayStop: boolean;
  /** Every placement group serves as it is. */
  readonly serving: boolean;
  /** In words, for a person who waits. */
  readonly said: string;
}

const VERDICT = /^([\s\S]*?)\s*exit (\d+)$/;
const status = z.object({
  pgmap: groupMap,
});

/** One question about one OSD. A Ceph that is silent is a failed look. */
export const gateFor = (osd: number) =>
  look(
    `whether osd.${osd} may leave`,
    [
      sh`ceph() { ${CEPH} "$@" < /dev/null; }`,
      'state=$(ceph status -f json) && test -n "$state" || exit 1',
      "printf '%s\\n' \"$state\" | tr -d '\\n'",
      sh`printf '\n@@safe\n'; ceph osd safe-to-destroy ${osd} 2>&1; printf '\nexit %s\n' $?`,
      sh`printf '@@stop\n'; ceph osd ok-to-stop ${osd} 2>&1; printf '\nexit %s\n' $?`,
    ].join("\n"),
    gateIn,
  );

export function gateIn(text: string): Gate {
  const [first = "", rest = ""] = text.split("\n@@safe\n");
  const [safely = "", stopping = ""] = rest.split("@@stop\n");
  const { pgmap } = status.parse(parseJson(first));
  const [, why = "", code] = VERDICT.exec(safely.trim()) ?? [];
  const [, , stopCode] = VERDICT.exec(stopping.trim()) ?? [];
  const clean = pgmap.pgs_by_state.every(({ state_name }) => isClean(state_name));
  const broken = pgmap.pgs_by_state.filter(({ state_name }) => !serves(state_name));
  const counted = pgmap.pgs_by_state.map(({ state_name, count }) => `${count} ${state_name}`);
  return {
    safe: code === "0" && clean && pgmap.degraded_objects + pgmap.unfound_objects === 0,
    mayStop: stopCode === "0",
    serving: broken.length === 0 && pgmap.unfound_objects === 0,
    said: [why.replace(/\s+/g, " ").trim(), counted.join(", "), recoveryIn(pgmap)]
      .filter((one) => one !== "")
      .join("; "),
  };
}

/** One that is active has as many copies as its pool asks for to serve. */
function serves(state: string): boolean {
  const words = state.split("+");
  return words.includes("active") && !words.includes("stale") && !words.includes("unfound");
}

/**
 * Whether a stage may begin. A dead disk's copy is lost whatever is done, so its OSD may be given up as soon as the rest serves; one that
 * lives is stopped when nothing depends on it any more.
 */
export function mayBegin(stage: Stage, gate: Gate, dead: boolean): boolean {
  switch (stage) {
    case "out":
      // Right after a host is lost Ceph still answers by what that one told last.
      return gate.serving && (dead || gate.mayStop);
    case "stop":
      return gate.safe && gate.mayStop;
    case "destroy":
    case "remove":
      return gate.safe || (dead && gate.serving);
    default:
      return true;
  }
}
