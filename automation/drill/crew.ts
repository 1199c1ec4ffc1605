import type { ClusterPlan } from "../../config/plan/index.js";
import type { Clock } from "../../dynamic-providers/transport/base/clock.js";
import type { ShellOf } from "../hosts/onlooker.js";

/** Whoever carries a drill out, and by what. */
export interface Crew {
  readonly looks: ShellOf;
  readonly changes: ShellOf;
  /** Says what is done now; it is also what an impatient person is told. */
  readonly step: (line: string) => void;
  readonly clock: Clock;
  /** Raised when somebody wants it to end. Restoring does not heed it. */
  readonly signal: AbortSignal;
}

/** One drill of one node, decided before anything is touched. */
export interface DrillPlan {
  readonly drill: "off" | "crash" | "isolate" | "cut";
  readonly node: string;
  readonly id: number;
  readonly lostTheMaster: boolean;
  readonly hasDevice: boolean;
  /** HA empties the node first; where nothing of HA runs on it there is nothing to empty, and HA may be idle. */
  readonly maintenance: boolean;
  /** Guests that HA has to start elsewhere, or to move. */
  readonly guests: readonly string[];
  /** Keeps the record and restores when nobody else does. */
  readonly keeper: string;
  /** Members whose fencers are asked, the keeper first. */
  readonly askers: readonly string[];
  /** Members whose journals tell the course. */
  readonly witnesses: readonly string[];
  /** UDP ports of corosync's links. */
  readonly ports: readonly number[];
  readonly evacuationMs: ClusterPlan["deadlines"]["evacuation"];
}
