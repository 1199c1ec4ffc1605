import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeAll, eventually, type OwnStack } from "../../../twin/testing/index.js";
import {
  type LostNode,
  loseUntilOff,
  SHORT_GRACE,
  saidByFencer,
  startGuestUnderHa,
  untilRecovered,
} from "../support/fenced-node.js";
import { expectNeverTwice, seenOn, witnessGuest } from "../support/guest-witness.js";
import { ownFrege } from "../support/own-frege.js";
import { ProgramTwin } from "../support/program-twin.js";

/** What can befall frege's cluster, at Proxmox's own delays and with a guest under HA on the node that is lost. */
let twin: ProgramTwin;
let file: OwnStack;
const nodes = ["frege", "russell", "wittgenstein"] as const;

beforeAll(async () => {
  file = ownFrege();
  file.put(file.committed.replace(...SHORT_GRACE));
  twin = await ProgramTwin.up("fencing-faults");
  await twin.runUp();
});
afterAll(() => closeAll(twin, file));

function lost(victim: string, guest: number): LostNode {
  const [first, ...others] = nodes.filter((node) => node !== victim);
  if (first === undefined) throw new Error("a cluster has more than one node");
  return { victim, guest, kind: "amt", peers: [first, ...others] };
}

async function masterNow(): Promise<string> {
  const said = await twin.on("frege", "ha-manager status");
  const master = /^master (\S+) \(active/m.exec(said)?.[1];
  if (master === undefined) throw new Error(`HA has no master:\n${said}`);
  return master;
}

/** As a person would: the guest is gone, so that the next loss has its own. */
const forget = (home: string, guest: number) =>
  twin.on(home, `ha-manager remove vm:${guest}; qm stop ${guest}; qm destroy ${guest}`);

const now = (): number => Date.now() / 1000;

/** The last moment at which the lost node ran the guest, which its own disk tells once it is back. */
async function endOn(node: string, before: number): Promise<number> {
  const seen = (await seenOn(twin, node)).filter((at) => at < before);
  expect(seen.length).toBeGreaterThan(0);
  return Math.max(...seen);
}

describe("a node that is cut off and works on", () => {
  it("is confirmed off before its guest starts elsewhere, and comes back", async () => {
    const node = lost("wittgenstein", 601);
    await startGuestUnderHa(twin, node);
    await witnessGuest(twin, nodes, node.guest);
    const off = await loseUntilOff(twin, node, ["drop-packets", node.victim, "in"]);
    await twin.twin(["heal", twin.name]);
    const home = await untilRecovered(twin, node);
    await expectNeverTwice(twin, node.peers, Math.max(off, await endOn(node.victim, off + 60)));
    await forget(home, node.guest);
  });
});

describe("HA's master that stands still", () => {
  it("is confirmed off as well, although nobody has called it lost yet", async () => {
    const master = await masterNow();
    // Whoever was the last one: it may be switched on once an hour.
    expect(master).not.toBe("wittgenstein");
    const node = lost(master, 602);
    await startGuestUnderHa(twin, node);
    await witnessGuest(twin, nodes, node.guest);
    const off = await loseUntilOff(twin, node, ["host-freeze", node.victim]);
    const home = await untilRecovered(twin, node);
    await expectNeverTwice(twin, node.peers, off);
    await forget(home, node.guest);
  });
});

describe("a controller that takes Off and does nothing", () => {
  it("is never called fenced: every member has tried and the alarm stands before HA recovers", async () => {
    const node = lost((await masterNow()) === "frege" ? "russell" : "frege", 603);
    const [first, second] = node.peers;
    await startGuestUnderHa(twin, node);
    await witnessGuest(twin, nodes, node.guest);
    const lostAt = now();
    await twin.twin(["fault", twin.name, "bmc", node.victim, "ignores-power"]);
    await twin.twin(["fault", twin.name, "host-freeze", node.victim]);
    const both = async () =>
      (await Promise.all([first, second ?? first].map((peer) => saidByFencer(twin, peer, lostAt))))
        .join("\n")
        .split("\n");
    const alarm = async () => (await both()).find((line) => line.includes("NOT FENCED"));
    await eventually(
      async () => (await alarm()) !== undefined,
      () => "nobody says that the node is not fenced",
      180_000,
    );
    const saidAt = Number((await alarm())?.split(" ")[0]);
    console.log(`NOT FENCED is said ${Math.round(saidAt - lostAt)} s after the loss`);
    // Somebody pulls the plug, which is what the alarm asks for.
    await twin.twin(["fault", twin.name, "host-kill", node.victim]);
    const pulled = now();
    await eventually(
      async () =>
        (await Promise.all(node.peers.map((peer) => seenOn(twin, peer)))).flat().length > 0,
      () => "the guest is not recovered",
      180_000,
    );
    expect(
      (await both()).filter(
        (line) => /(?<!NOT )FENCED: /.test(line) && Number(line.split(" ")[0]) < pulled,
      ),
    ).toEqual([]);
    await expectNeverTwice(twin, node.peers, Math.max(saidAt, pulled));
    await twin.twin(["heal", twin.name]);
    const home = await untilRecovered(twin, node);
    await forget(home, node.guest);
  });
});

describe("a power cut of everything", () => {
  it("shoots nobody when the nodes start again", async () => {
    const since = now();
    for (const node of nodes) {
      await twin.twin(["fault", twin.name, "host-kill", node]);
    }
    await twin.twin(["heal", twin.name]);
    const healthy = await twin.untilHealthy(240_000);
    console.log(`healthy ${healthy} s after the power came back`);
    for (const node of nodes) {
      expect(await saidByFencer(twin, node, since)).not.toMatch(
        /off is sent|about to be switched off/,
      );
    }
  });
});

describe("a node that dies again within the hour", () => {
  it("is confirmed off and stays off, with the reason", async () => {
    const node = lost("wittgenstein", 604);
    await startGuestUnderHa(twin, node);
    const lostAt = now();
    await loseUntilOff(twin, node, ["host-freeze", node.victim]);
    await eventually(
      async () =>
        (await saidByFencer(twin, node.peers[0], lostAt)).includes(`${node.victim} stays off`),
      () => "nothing says that it stays off",
      240_000,
    );
    expect(await twin.twin(["status", twin.name])).toMatch(/wittgenstein +\S+ +off/);
    const text = (await twin.run("status")).done.stdout;
    expect(text).toMatch(/wittgenstein/);
  });
});
