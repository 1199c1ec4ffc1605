import { recoveryFloorS } from "../../config/plan/recovery.js";
import type { NodeDrill } from "./record.js";

/** What each drill does, above all to guests, as it is said before it begins. */
export function effectOf(drill: NodeDrill, node: string, lostTheMaster: boolean): string[] {
  const lost = [
    `guests under HA on ${node} die as in a power cut: what they had not written is lost`,
    `HA starts them on other nodes after about ${recoveryFloorS(lostTheMaster)} s (Proxmox's own waits), and each then boots`,
  ];
  switch (drill) {
    case "off":
      return [
        `HA moves the guests of ${node} to other nodes first; virtual machines go on running meanwhile, containers are restarted`,
        `then ${node} is switched off hard through its power device, seen off, and switched on again; guests return by their placements`,
      ];
    case "crash":
      return [`the kernel of ${node} is crashed (sysrq c): it stands still at once`, ...lost];
    case "isolate":
      return [
        `corosync's links of ${node} are cut on ${node} itself; it loses quorum and is reset by its watchdog, or switched off before`,
        `until then its guests go on running, cut off from nothing but the cluster`,
        ...lost,
      ];
    case "cut":
      return [`the power of ${node} is cut through its power device, while it works`, ...lost];
  }
}

/** Drills in which a node is lost, so that HA has to recover its guests. */
export function losesNode(drill: NodeDrill): boolean {
  return drill !== "off";
}
