import { afterAll, beforeAll, expect, it } from "vitest";
import { closeAll, type OwnStack } from "../../../twin/testing/index.js";
import {
  loseUntilOff,
  SHORT_GRACE,
  saidByFencer,
  startGuestUnderHa,
  untilRecovered,
} from "../support/fenced-node.js";
import { ownFrege } from "../support/own-frege.js";
import { ProgramTwin } from "../support/program-twin.js";
import { sampleSecrets } from "../support/secret-sampler.js";

/** frege's cluster with a second level: one unit for all three, two outlets each. Its first level is dead when it is needed. */
let twin: ProgramTwin;
let file: OwnStack;
const nodes = ["frege", "russell", "wittgenstein"] as const;
const UNIT = "10.203.3.60";
const lost = {
  victim: "wittgenstein",
  peers: ["frege", "russell"],
  kind: "pdu",
  guest: 700,
} as const;

function withOutlets(text: string): string {
  return nodes.reduce((whole, node, at) => {
    const amt = `            login: { user: admin, password: { ssm: /ms01/amt/${node} } }\n`;
    const outlets = `          pdu:
            - address: ${UNIT}
              model: apc-snmp
              outlets: ["${2 * at + 1}", "${2 * at + 2}"]
              login: { user: fence, password: { ssm: /ms01/pdu/fence }, encryptionPassword: { ssm: /ms01/pdu/second } }
`;
    return whole.replace(amt, amt + outlets);
  }, text);
}

beforeAll(async () => {
  file = ownFrege();
  file.put(withOutlets(file.committed.replace(...SHORT_GRACE)));
  twin = await ProgramTwin.up("outlets");
  await twin.runUp();
});
afterAll(() => closeAll(twin, file));

it("every node can switch every other one off by both levels, and no password shows in a process meanwhile", async () => {
  const end = await sampleSecrets(twin, nodes);
  const { done } = await twin.run("drill", ["verify"]);
  expect(done.status, done.stdout + done.stderr).toBe(0);
  const { pairs } = (await twin.status()).fencing;
  expect(pairs.map(({ kind, ok, power }) => [kind, ok, power]).sort()).toEqual(
    ["amt", "pdu"].flatMap((kind) => Array.from({ length: 6 }, () => [kind, true, "on"])),
  );
  await end();
});

it("a node whose controller is dead is cut off from its power, which is told as fenced", async () => {
  await startGuestUnderHa(twin, lost);
  const end = await sampleSecrets(twin, lost.peers);
  const since = Date.now() / 1000;
  await twin.twin(["fault", twin.name, "bmc", lost.victim, "dead"]);
  await loseUntilOff(twin, lost, ["host-freeze", lost.victim]);
  await end();
  const said = await saidByFencer(twin, lost.peers[0], since);
  expect(said).toMatch(/wittgenstein, level 1: .*\(amt\)/);
  expect(said).toMatch(/wittgenstein: off is sent to level 2/);
  expect(await twin.twin(["status", twin.name])).toMatch(/wittgenstein +10\.203\.3\.13 +off/);
  await twin.twin(["heal", twin.name]);
});

it("it has its power again by the outlets, and is a member", async () => {
  await untilRecovered(twin, lost);
  expect(await twin.twin(["status", twin.name])).toMatch(/wittgenstein +10\.203\.3\.13 +on/);
});

it("a unit that takes Off and does nothing fails its level, and says so", async () => {
  const victim = "russell";
  const since = Date.now() / 1000;
  await twin.twin(["fault", twin.name, "pdu", victim, "ignores-power"]);
  await twin.twin(["fault", twin.name, "bmc", victim, "dead"]);
  const { done } = await twin.run("fence", ["off", victim, "--while-member", "--yes"]);
  expect(done.status).toBe(1);
  expect(done.stdout + done.stderr).toContain("is NOT known to be off");
  expect(await twin.twin(["status", twin.name])).toMatch(/russell +10\.203\.3\.12 +on/);
  expect(await saidByFencer(twin, "frege", since)).not.toMatch(/FENCED: russell/);
  await twin.twin(["heal", twin.name]);
  await twin.untilHealthy(240_000);
});
