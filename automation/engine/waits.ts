import { conditionOf } from "./gates.js";
import { kindOf, type StepMetadata } from "./steps.js";

/** What the kinds wait for that take their time for others than themselves. */
export const WAITS: Readonly<Record<string, string>> = {
  "guest/Image": "the download to end and its checksum to fit",
  "host/Network": "the host to answer over its new paths",
  "host/Packages": "apt on the host",
  "host/Reboot": "guests to leave and the host to come back, if it has to start anew",
  "pveceph/Installation": "apt on the host",
  "pveceph/Osds": "the OSDs to be up, and data to leave those that go",
  "pveceph/Release": "one daemon after the other to serve again",
  "pvecm/Cluster": "the first node to have quorum",
  "pvecm/Links": "all members to have the new links",
  "pvecm/Member": "the node to be a member with quorum",
  "pvecm/Qdevice": "the device's vote to count",
  "pvecm/Removal": "the others to count without the node",
};

const WORKS = ["create", "update", "delete", "replace", "create-replacement"];

/** What a step waits for while it is under way, in words behind "waits for"; undefined of one that does its own work. */
export function waitOf(step: Pick<StepMetadata, "op" | "type">): string | undefined {
  const condition = conditionOf(step);
  if (condition !== undefined) {
    return `this to hold: ${condition}`;
  }
  return WORKS.includes(step.op) ? WAITS[kindOf(step.type)] : undefined;
}
