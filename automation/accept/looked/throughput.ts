import {
  measureThroughput,
  networksToMeasure,
  type PathThroughput,
} from "../../doctor/throughput.js";
import { doesNotApply, type Judged, judged } from "../judged.js";
import { THROUGHPUT_BITS } from "../limits.js";
import type { AcceptanceTest } from "../test.js";

const gbit = (bits: number): string => `${(bits / 1e9).toFixed(2)} Gbit/s`;

export const throughput: AcceptanceTest = {
  name: "throughput",
  title: "Throughput between nodes",
  precondition: "iperf3 on every node",
  action: "send up to 1 GB or 10 s over each path of the fastest networks, one direction at a time",
  measure: "what arrives, and packets sent again",
  threshold: `${gbit(THROUGHPUT_BITS)} on each path`,
  wayBack: "the listener ends by itself",
  isDestructive: false,
  without: ({ plan }) =>
    plan.nodes.length > 1 && networksToMeasure(plan).length > 0
      ? undefined
      : doesNotApply("no two nodes of the file share a network"),
  perform: async ({ material: { spec, plan }, stage }) => {
    stage.say("  one direction after the other, some seconds each");
    return judgeThroughput(await measureThroughput(spec, plan, networksToMeasure(plan)));
  },
};

export function judgeThroughput(found: readonly PathThroughput[]): Judged {
  const name = ({ network, from, to }: PathThroughput): string => `${from} -> ${to} (${network})`;
  return judged(
    found.flatMap((one) =>
      one.bitsPerSecond === undefined
        ? []
        : [
            {
              what: name(one),
              value: `${gbit(one.bitsPerSecond)}, ${one.retransmits} sent again`,
              limit: `at least ${gbit(THROUGHPUT_BITS)}`,
            },
          ],
    ),
    found.flatMap((one) => {
      if (one.bitsPerSecond === undefined) {
        return [`${name(one)}: not measured: ${one.complaint || "iperf3 reported no rate"}`];
      }
      return one.bitsPerSecond < THROUGHPUT_BITS
        ? [
            `${name(one)}: ${gbit(one.bitsPerSecond)}, and at least ${gbit(THROUGHPUT_BITS)} are needed`,
          ]
        : [];
    }),
  );
}
