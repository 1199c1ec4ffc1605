import { recoveryFloorS } from "../../config/plan/recovery.js";

// The thresholds of the suite, each with its reason. docs/acceptance.md has them for people.

/** Proxmox's documentation asks for less between members of a cluster: corosync's tokens travel with everything else on that path. */
export const LATENCY_MS = 5;

/** A gigabit port at what TCP makes of it. Slower is a port that came up at 100 Mbit/s, or a path that takes another way. */
export const THROUGHPUT_BITS = 0.9e9;

/** Corosync says within seconds that a link is away and that it is back; this is many of its tokens. */
export const LINK_SEEN_S = 30;

/** What HA needs beyond Proxmox's own waits until a guest is started: a turn of the manager, a start under load. */
export const START_MARGIN_S = 60;

/** From the loss of a node to the start of its last guest elsewhere. */
export const recoveryLimitS = (lostTheMaster: boolean): number =>
  recoveryFloorS(lostTheMaster) + START_MARGIN_S;

/** A power device that takes longer confirms off when HA may have taken the lost node's lock. */
export const OFF_CONFIRMED_S = 110;
