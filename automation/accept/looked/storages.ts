import { doesNotApply } from "../judged.js";
import { type AcceptanceTest, LOOKS_ALONE } from "../test.js";
import { byMeasurements } from "./measured.js";

export const storages: AcceptanceTest = {
  ...LOOKS_ALONE,
  name: "storages",
  title: "Storages are mounted and active",
  measure: "what Proxmox on each node says of each storage of the file",
  threshold: "each is active on every node that uses it",
  without: ({ plan }) =>
    plan.storages.length > 0 ? undefined : doesNotApply("the file defines no storage"),
  perform: async ({ material }) =>
    byMeasurements("storages that are active", ["cluster/storage"], material),
};
