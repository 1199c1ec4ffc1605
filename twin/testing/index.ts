/** What tests may use of the twin, those of the twin and those of others; nothing else of it is for them. */
export { DigestGate } from "../bmc/amt/digest.js";
export { redfishFlavours } from "../bmc/config.js";
export type { BmcFaultInput } from "../bmc/faults.js";
export {
  type BmcWish,
  freeUdpPort,
  NODE,
  OTHER_UUID,
  PASSWORD,
  type Rehearsal,
  rehearse,
  USER,
  UUID,
} from "./bmc-rehearsal.js";
export { closeAll } from "./close-all.js";
export { type Finished, type Running, start } from "./command.js";
export { eventually } from "./eventually.js";
export { type StandInNode, startStandIn } from "./layer-node.js";
export { leftoversOf } from "./leftovers.js";
export { OwnStack } from "./own-stack.js";
export { treeOf } from "./process-tree.js";
export { bringUp, expectDone, RunningTwin, type UpOptions } from "./running-twin.js";
export {
  bootIdOf,
  formCluster,
  said,
  statusOf,
  tryOn,
  tryTwin,
  untilOn,
  untilQuorate,
} from "./twin-hosts.js";
