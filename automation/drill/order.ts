import { NODE_DRILLS } from "./record.js";

export const DRILLS = ["verify", "identify", ...NODE_DRILLS, "restore", "security"] as const;

/** Which drill, and of what. */
export interface DrillOrder {
  readonly drill: (typeof DRILLS)[number];
  readonly node?: string;
  /** The node that is HA master when the drill begins. */
  readonly master: boolean;
  /** Of `restore`: whose backup, and whether one after the other is tried. */
  readonly guest?: string;
  readonly each: boolean;
}
