import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { closeAll, expectDone, OwnStack } from "../../../twin/testing/index.js";
import { ProgramTwin } from "../support/program-twin.js";

/** One cluster of three that is built up phase by phase and then changed node by node, as with a guide's tags. */
let twin: ProgramTwin;
const stack = new OwnStack(path.resolve(__dirname, "..", "..", "..", "Pulumi.frege.yaml"));

const BRIDGE: readonly [string, string] = [
  "vmbr0: { bridge: { ports: [enp87s0] } }",
  "vmbr0: { bridge: { ports: [enp87s0] } }\n      vmbr9: { bridge: { ports: [] } }",
];
const CABLES: readonly [string, string] = [
  "loopbacks: 169.254.1.0/24",
  "loopbacks: 169.254.1.0/24\n        mtu: 9000",
];
const GRACE: readonly [string, string] = [
  "\n    fencing:\n",
  "\n    fencing:\n      startupGrace: 7s\n",
];

const named = z.array(z.object({ name: z.string(), action: z.string() }));
const report = z.object({
  status: z.number(),
  part: z.object({ asked: named, needed: named, gates: named, left: named }),
});

const names = (some: z.output<typeof named>): string[] => some.map(({ name }) => name).sort();

async function hasBridge(node: string): Promise<boolean> {
  return (await twin.on(node, "ip link show vmbr9 >/dev/null 2>&1 && echo yes; true")) === "yes\n";
}

async function previewed(words: readonly string[]) {
  const { done } = await twin.run("preview", [...words, "--json"]);
  return report.parse(JSON.parse(done.stdout));
}

async function upOf(...words: readonly string[]): Promise<string> {
  const { done } = await twin.run("up", words);
  return expectDone(done, `up ${words.join(" ")}`);
}

beforeAll(async () => {
  twin = await ProgramTwin.up("parts", "frege");
});
afterAll(() => closeAll(twin, stack));

describe("a cluster that is built up phase by phase", () => {
  it("gets no phase before those that it stands on", async () => {
    const { done, log } = await twin.run("up", ["--phase", "network"]);
    expect(done.status).toBe(3);
    expect(done.stdout).toMatch(/stands on hosts of frege, and nothing of that was ever applied/);
    expect(log.changes()).toEqual([]);
  });

  it("gets each phase by itself, and the rest by a whole run", async () => {
    expect(await upOf("--phase", "hosts")).toMatch(/Left out, and done by the next whole `up`/);
    expect(await twin.on("frege", "test -e /etc/pve/corosync.conf || echo alone")).toBe("alone\n");
    await upOf("--phase", "network");
    await upOf("--phase", "cluster");
    expect(await twin.on("frege", "pvecm nodes | grep -c -E 'frege|russell|wittgenstein'")).toBe(
      "3\n",
    );
    const refused = await twin.run("up", ["--phase", "ha"]);
    expect(refused.done.status).toBe(3);
    await twin.runUp();
    const { done } = await twin.run("preview");
    expect([done.status, done.stdout]).toEqual([0, expect.stringContaining("nothing to change")]);
    expect(await twin.untilHealthy(120_000)).toBeLessThan(120);
  });
});

describe("a part of a change", () => {
  it("is said beforehand with what it needs, what proves it and what is left out", async () => {
    stack.write([BRIDGE]);
    const { status, part } = await previewed(["--phase", "network", "--node", "frege"]);
    expect(status).toBe(4);
    expect(names(part.asked)).toEqual(["frege-interfaces"]);
    expect(names(part.needed)).toEqual([]);
    expect(names(part.gates)).toEqual(["management-gate", "ring-paths"]);
    expect(names(part.left)).toEqual(["russell-interfaces", "wittgenstein-interfaces"]);
  });

  it("is done and proved, with nothing else", async () => {
    const said = await upOf("--phase", "network", "--node", "frege");
    expect(said).toMatch(/russell-interfaces, wittgenstein-interfaces/);
    expect(said).toMatch(/measured again: management-gate, ring-paths/);
    const there = await Promise.all(["frege", "russell", "wittgenstein"].map(hasBridge));
    expect(there).toEqual([true, false, false]);
  });

  it("by Pulumi's own --target or --exclude is refused by the program, and no host is touched", async () => {
    for (const words of [
      ["--target", "**russell-interfaces"],
      ["--target", "**russell-interfaces", "--target-dependents"],
      ["--target", "**ha-guests"],
      ["--exclude", "**nodes"],
    ]) {
      const done = await twin.startPulumi(["up", "--yes", "--skip-preview", ...words]).finished;
      expect([words, done.status]).toEqual([words, 1]);
      expect(done.stdout).toContain("nodes is left out of this run");
      expect(done.stdout).toContain("npx proxmox-ha up <stack> --phase <phase> --node <node>");
      expect(await hasBridge("russell")).toBe(false);
    }
    const gate = await twin.startPulumi(["preview", "--exclude", "**clocks-gate"]).finished;
    expect(gate.stdout).toContain("clocks-gate is left out of this run");
  });

  it("is followed by a whole run that does the rest and measures all of it again", async () => {
    const { done } = await twin.runUp();
    expect(done.stdout).toMatch(/management-gate/);
    const there = await Promise.all(["frege", "russell", "wittgenstein"].map(hasBridge));
    expect(there).toEqual([true, true, true]);
    const { done: after } = await twin.run("preview");
    expect(after.status).toBe(0);
  });
});

describe("a part that would leave something half protected", () => {
  it.each([
    [
      "one end of a ring",
      [CABLES],
      ["--phase", "network", "--node", "frege"],
      /without ring-russell, ring-wittgenstein: /,
    ],
    [
      "one fencer of three",
      [GRACE],
      ["--phase", "fencing", "--node", "russell"],
      /without fencing-frege, fencing-wittgenstein: /,
    ],
    ["one node's storage", [], ["--phase", "storage", "--node", "frege"], /Leave out --node/],
  ] as const)("is refused with a sentence: %s", async (_what, edits, words, sentence) => {
    stack.write([BRIDGE, ...edits]);
    const { done, log } = await twin.run("up", words);
    expect([done.status, done.stdout]).toEqual([3, expect.stringMatching(sentence)]);
    expect(log.changes()).toEqual([]);
  });

  it("has names that the stack file has", async () => {
    const { done } = await twin.run("up", ["--phase", "wires", "--node", "godel"]);
    expect(done.status).toBe(2);
    expect(done.stdout).toMatch(/There is no phase wires\. Phases are hosts, network/);
    expect(done.stdout).toMatch(/has no node godel\. Its nodes are frege, russell/);
  });
});
