import { doesNotApply, judged } from "../judged.js";
import { type AcceptanceTest, LOOKS_ALONE, type OfFile } from "../test.js";
import { byMeasurements } from "./measured.js";

/** Why there is no second link to fall back on. */
export const withoutSpareLink = ({ plan }: OfFile) =>
  plan.corosync.links.length > 1
    ? undefined
    : doesNotApply("the file gives corosync one link, so there is none to fall back on");

export const links: AcceptanceTest = {
  ...LOOKS_ALONE,
  name: "links",
  title: "Redundancy of corosync's links",
  measure: "state of each link, by each member",
  threshold: "every member sees every link connected",
  without: withoutSpareLink,
  perform: async ({ material }) => {
    const seen = byMeasurements("members that see every link", ["cluster/link"], material);
    const down = material.look.view.links.filter(({ state }) => state !== "connected");
    return judged(seen.figures, [
      ...seen.why,
      ...down.map(({ link, network, state }) => `link ${link} (${network}) is ${state}`),
    ]);
  },
};
