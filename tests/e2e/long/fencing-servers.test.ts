import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeAll, OwnStack } from "../../../twin/testing/index.js";
import { withoutCeph } from "../../support/without-ceph.js";
import {
  freezeUntilOff,
  SHORT_GRACE,
  startGuestUnderHa,
  untilRecovered,
} from "../support/fenced-node.js";
import { ProgramTwin } from "../support/program-twin.js";

/** Servers with BMCs, which speak Redfish as in the committed file; and IPMI, by suite 3, which is what can be rehearsed. */
let twin: ProgramTwin;
let file: OwnStack;
const nodes = ["pve1-node1", "pve1-node2", "pve1-node3"] as const;
const [one, two, three] = nodes;
/** The largest of the committed files: on a machine that does much else its first `up` takes ten minutes. */
const UP_MS = 1_200_000;
const REDFISH = / {10}redfish:\n((?: {12}.*\n)+)/g;
const IPMI = "          ipmi:\n            cipherSuite: 3\n$1";

beforeAll(async () => {
  file = new OwnStack(path.resolve(__dirname, "..", "..", "..", "Pulumi.pve1.yaml"));
  const text = withoutCeph(file.committed).replace(...SHORT_GRACE);
  // The twin has both controllers from its start on.
  file.put(text.replace(REDFISH, `$&${IPMI}`));
  twin = await ProgramTwin.up("servers", "pve1", { deadlineMs: 580_000 });
  file.put(text);
});
afterAll(() => closeAll(twin, file));

async function expectPairs(kind: string): Promise<void> {
  const { fencing } = await twin.status();
  const seen = fencing.pairs.map((pair) => [pair.by, pair.node, pair.kind, pair.ok, pair.power]);
  const wanted = nodes.flatMap((by) =>
    nodes.filter((node) => node !== by).map((node) => [by, node, kind, true, "on"]),
  );
  expect(seen.sort()).toEqual(wanted.sort());
}

describe.each([
  { kind: "redfish", victim: two, peers: [one, three], guest: 990 },
  { kind: "ipmi", victim: three, peers: [one, two], guest: 991 },
] as const)("servers with $kind", ({ kind, victim, peers, guest }) => {
  it(
    "have proved that every one can switch off every other one",
    async () => {
      if (kind === "ipmi") {
        file.put(file.committed.replace(...SHORT_GRACE).replace(REDFISH, IPMI));
      }
      const { done } = await twin.runUp({ deadlineMs: UP_MS });
      console.log(`${kind}: up ${done.seconds} s`);
      await expectPairs(kind);
    },
    UP_MS + 60_000,
  );

  it("confirm a frozen one off through it, and have it back", async () => {
    const frozen = { victim, peers, kind, guest };
    await startGuestUnderHa(twin, frozen);
    await freezeUntilOff(twin, frozen);
    await untilRecovered(twin, frozen);
  });
});
