import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { closeAll, eventually, type OwnStack, untilOn } from "../../../twin/testing/index.js";
import { SHORT_GRACE, startGuestUnderHa } from "../support/fenced-node.js";
import { ownFrege } from "../support/own-frege.js";
import { ProgramTwin } from "../support/program-twin.js";

/** Power by a person's wish, and drills, on frege's cluster. What comes later works on what came before. */
let twin: ProgramTwin;
let file: OwnStack;
const NODES = ["frege", "russell", "wittgenstein"] as const;
const DRILL_MS = 1_500_000;

beforeAll(async () => {
  file = ownFrege();
  file.put(file.committed.replace(...SHORT_GRACE));
  twin = await ProgramTwin.up("commands", "frege", { deadlineMs: 580_000 });
  await twin.runUp();
});
afterAll(() => closeAll(twin, file));

const standing = z.object({
  status: z.number(),
  sound: z.boolean(),
  master: z.string().optional(),
  cases: z.array(z.object({ node: z.string(), step: z.string() })),
  drills: z.array(z.object({ node: z.string(), keeper: z.string() })),
});
const fenced = z.object({
  status: z.number(),
  heard: z.array(z.string()),
  next: z.array(z.string()),
});
const report = z.object({
  status: z.number(),
  lostTheMaster: z.boolean(),
  floorS: z.number().optional(),
  times: z.object({
    absentS: z.number().optional(),
    offConfirmedS: z.number().optional(),
    newMasterS: z.number().optional(),
    lockS: z.number().optional(),
    guestsUpS: z.record(z.string(), z.number()),
    memberAgainS: z.number().optional(),
  }),
  problems: z.array(z.string()),
  restored: z.array(z.string()),
});

async function json<T>(
  verb: "fence" | "drill",
  words: readonly string[],
  schema: z.ZodType<T>,
): Promise<T> {
  const { done } = await twin.run(verb, [...words, "--json"], DRILL_MS);
  const told = schema.safeParse(JSON.parse(done.stdout.trim().split("\n").at(-1) ?? ""));
  if (!told.success) {
    throw new Error(`${verb} ${words.join(" ")} said ${done.stdout}${done.stderr}`);
  }
  return told.data;
}

const fence = (...words: readonly string[]) => json("fence", words, fenced);
const untilSound = () =>
  eventually(
    async () => (await json("fence", ["status"], standing)).sound,
    () => "the fencers do not come to rest",
    400_000,
  );
const powerOf = async (node: string): Promise<string | undefined> =>
  new RegExp(`^ *${node} +\\S+ +(\\w+)`, "m").exec(await twin.twin(["status", twin.name]))?.[1];

/** A cluster at rest, with a guest under HA on the node that is to be lost. */
async function ready(victim: string, guest: number): Promise<void> {
  await twin.untilHealthy(400_000);
  await startGuestUnderHa(twin, { victim, peers: ["frege"], kind: "amt", guest });
  await untilSound();
}

/** HA may be about to move it, so it is looked for until it is gone. */
async function forget(guest: number): Promise<void> {
  await twin.on("frege", `ha-manager remove vm:${guest}`);
  const where = `ls /etc/pve/nodes/*/qemu-server/${guest}.conf 2>/dev/null || true`;
  await eventually(
    async () => {
      const [, home] = /nodes\/([^/]+)\//.exec(await twin.on("frege", where)) ?? [];
      if (home !== undefined) {
        await twin.on(home, `qm stop ${guest}; qm destroy ${guest} || true`);
      }
      return home === undefined;
    },
    () => `vm:${guest} is not gone`,
    120_000,
  );
}

async function expectNothingLeft(): Promise<void> {
  for (const node of NODES) {
    expect(
      await twin.on(
        node,
        "ls /var/lib/proxmox-ha/drill* 2>/dev/null; nft list tables | grep drill; systemctl list-timers --all --no-legend 'proxmox-ha-drill*'; true",
      ),
    ).toBe("");
  }
  // HA drops the record of a guest that it no longer looks after in its next round, and that may name the node from which it moved.
  await untilOn(twin, "frege", "! grep -q maintenance /etc/pve/ha/manager_status", 60_000);
}

describe("fence", () => {
  it("tells that every fencer watches", async () => {
    await untilSound();
    const { done } = await twin.run("fence", ["status"]);
    expect(done.status).toBe(0);
    expect(done.stdout).toMatch(/^ms01: every fencer watches; HA master /);
  });

  it("switches no member at work off, and asks nobody who is not there", async () => {
    const plain = await twin.run("fence", ["off", "wittgenstein"]);
    expect([plain.done.status, plain.done.stderr]).toEqual([
      3,
      expect.stringContaining("node-maintenance enable wittgenstein"),
    ]);
    const mute = await twin.run("fence", ["off", "wittgenstein", "--while-member"]);
    expect([mute.done.status, mute.done.stderr]).toEqual([2, expect.stringContaining("--yes")]);
    expect(await powerOf("wittgenstein")).toBe("on");
  });

  it("switches a node off where that is said, leaves it off, and switches it on again", async () => {
    const off = await fence("off", "wittgenstein", "--while-member", "--yes");
    expect(off).toMatchObject({ status: 0, heard: [expect.stringContaining("power off")] });
    expect(await powerOf("wittgenstein")).toBe("off");
    const { sound, cases } = await json("fence", ["status"], standing);
    expect([sound, cases]).toEqual([false, [{ node: "wittgenstein", step: "left-off" }]]);
    const more = await twin.run("fence", ["off", "russell", "--while-member", "--yes"]);
    expect([more.done.status, more.done.stderr]).toEqual([
      3,
      expect.stringContaining("quorum takes 2"),
    ]);
    expect((await fence("confirm-off", "wittgenstein")).status).toBe(0);
    expect((await fence("on", "wittgenstein", "--yes")).status).toBe(0);
    await twin.untilHealthy(400_000);
    await untilSound();
  });

  it("records a person's word where the controller is gone with the node", async () => {
    await twin.twin(["fault", twin.name, "power-pulled", "wittgenstein"]);
    await eventually(
      async () => {
        const { nodes } = await twin.status();
        return nodes.find(({ node }) => node === "wittgenstein")?.state === "unreachable";
      },
      () => "wittgenstein is not gone",
      60_000,
    );
    const word = await fence("confirm-off", "wittgenstein", "--yes");
    expect(word.status).toBe(0);
    expect(word.heard.at(-1)).toContain("a person has seen it off");
    await twin.twin(["heal", twin.name]);
    await twin.untilHealthy(400_000);
    await untilSound();
  });
});

describe("drill", () => {
  it("verify asks every device now, and identify says that AMT has no locator", async () => {
    const verify = await twin.run("drill", ["verify"]);
    expect(verify.done.status).toBe(0);
    expect(verify.done.stdout.match(/can switch off/g)).toHaveLength(6);
    const locator = await twin.run("drill", ["identify", "--node", "russell"]);
    expect([locator.done.status, locator.done.stdout]).toEqual([
      1,
      expect.stringContaining("AMT has no locator"),
    ]);
  });

  it("off empties the node, sees it off, and brings everything back", async () => {
    await ready("russell", 301);
    const told = await json("drill", ["off", "--node", "russell", "--yes"], report);
    console.log(`drill off: ${JSON.stringify(told.times)}`);
    expect(told).toMatchObject({ status: 0, problems: [] });
    await forget(301);
    await twin.untilHealthy(400_000);
    await expectNothingLeft();
  });

  it("is refused where no guest would be recovered", async () => {
    await untilSound();
    const idle = await twin.run("drill", ["crash", "--node", "russell", "--yes"]);
    expect([idle.done.status, idle.done.stderr]).toEqual([
      3,
      expect.stringContaining("start a guest under HA there"),
    ]);
  });

  it.each([
    { drill: "crash", victim: "russell", guest: 302 },
    { drill: "isolate", victim: "wittgenstein", guest: 303 },
  ])("$drill has the node off before its lock is taken, and the guest up", async (one) => {
    const { drill, victim, guest } = one;
    // The machine itself might crash where a host has no sysrq of its own.
    expect(await twin.on(victim, "test -x /usr/local/sbin/tee && echo its own")).toBe("its own\n");
    await ready(victim, guest);
    const told = await json("drill", [drill, "--node", victim, "--yes"], report);
    console.log(`drill ${drill}: ${JSON.stringify(told.times)}`);
    expect(told).toMatchObject({ status: 0, problems: [] });
    const { offConfirmedS = 999, lockS = 0, guestsUpS } = told.times;
    expect(offConfirmedS).toBeLessThan(110);
    expect(lockS).toBeGreaterThan(offConfirmedS);
    expect(guestsUpS[`vm:${guest}`]).toBeGreaterThanOrEqual(lockS);
    await forget(guest);
    await twin.untilHealthy(400_000);
    await expectNothingLeft();
  });

  it("cut of the HA master takes Proxmox's longer way", async () => {
    await ready("frege", 304);
    const { master = "frege" } = await json("fence", ["status"], standing);
    if (master !== "frege") {
      await ready(master, 306);
    }
    const told = await json("drill", ["cut", "--master", "--yes"], report);
    console.log(`drill cut --master: ${JSON.stringify(told.times)}`);
    expect(told).toMatchObject({ status: 0, lostTheMaster: true, floorS: 181, problems: [] });
    expect(told.times.newMasterS).toBeDefined();
    await forget(304);
    if (master !== "frege") {
      await forget(306);
    }
    await twin.untilHealthy(400_000);
    await expectNothingLeft();
  });

  it("that is killed is told, and restored by the next one", async () => {
    await ready("wittgenstein", 305);
    const { running } = twin.startRun("drill", ["isolate", "--node", "wittgenstein", "--yes"]);
    await eventually(
      async () => (await twin.on("wittgenstein", "nft list tables")).includes("drill"),
      () => "the node is not isolated",
      60_000,
    );
    running.kill();
    await running.finished;
    const { drills } = await json("fence", ["status"], standing);
    expect(drills).toEqual([{ node: "wittgenstein", keeper: "frege" }]);
    const soon = await twin.run("drill", ["verify"]);
    expect([soon.done.status, soon.done.stderr]).toEqual([3, expect.stringContaining("under way")]);
    await eventually(
      async () => (await twin.run("drill", ["verify"])).done.stdout.includes("is restored now"),
      () => "the drill that was killed is not restored",
      300_000,
    );
    await twin.untilHealthy(600_000);
    await forget(305);
    await expectNothingLeft();
  });
});
