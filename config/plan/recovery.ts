/** Constants of Proxmox's HA, which no setting changes. */
const LOCK_S = 120;
const FENCE_DELAY_S = 60;
/** What its own simulator, which knows no delays of a network, counts from there to the first start of a guest. */
const START_S = 3;
const START_BY_NEW_MASTER_S = 1;

/**
 * Seconds from the loss of a node to the first start of its guests elsewhere, at the least. Its lock has to expire. Where the node
 * was the HA master, the master's lock has to expire first, and the new master counts the delay from then on.
 */
export function recoveryFloorS(lostTheMaster: boolean): number {
  return lostTheMaster ? LOCK_S + FENCE_DELAY_S + START_BY_NEW_MASTER_S : LOCK_S + START_S;
}
