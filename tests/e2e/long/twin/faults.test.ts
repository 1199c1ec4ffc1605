import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { FAULT_USAGE } from "../../../../twin/cli/fault-arguments.js";
import { amtOf, BMC_FAULTS } from "../../support/bmc-probes.js";
import { FAULT_ROWS, prepareForFaults, works } from "../../support/fault-rows.js";
import { ProgramTwin } from "../../support/program-twin.js";
import { seeAndHeal, seeAndHealBmc } from "../../support/see-fault.js";
import { bootIdOf, said, tryOn, untilOn } from "../../support/twin-hosts.js";

/** Verbs that have a case of their own below, because they heal by themselves or show in more than one way. */
const OWN_CASES = ["host-reboot", "cable-late", "bmc"];

let twin: ProgramTwin;
beforeAll(async () => {
  twin = await ProgramTwin.up("all-faults");
  await prepareForFaults(twin);
});
afterAll(async () => {
  await twin.down();
});
afterEach(async () => {
  await heal();
});
const fault = (...words: string[]) => twin.twin(["fault", twin.name, ...words]);
const heal = () => twin.twin(["heal", twin.name]);

describe("every fault of the twin", () => {
  it("has a case", () => {
    const verbs = FAULT_USAGE.map(([usage]) => usage.split(" ")[0]);
    const covered = [...OWN_CASES, ...FAULT_ROWS.map(({ words }) => words[0])];
    expect(verbs.filter((verb) => !covered.includes(verb))).toEqual([]);
  });

  it.each(FAULT_ROWS.map((row) => ({ name: row.words.join(" "), row })))(
    "is seen and healed: $name",
    async ({ row }) => {
      await seeAndHeal(twin, row);
    },
  );

  it.each(BMC_FAULTS.map(({ words }) => words))(
    "of an AMT device is seen and healed: %s %s",
    async (...words) => {
      await seeAndHealBmc(twin, amtOf(twin, "russell"), words);
    },
  );
});

describe("a fault that shows in more than one way", () => {
  it("host-reboot is another boot of the same host, which nothing has to heal", async () => {
    const before = await bootIdOf(twin, "russell");
    await fault("host-reboot", "russell");
    await expect
      .poll(() => bootIdOf(twin, "russell"), { timeout: 90_000, interval: 500 })
      .not.toBe(before);
  });

  it("cable-late is a port that is away and then there on both ends", async () => {
    await fault("cable-late", "frege.en05", "8");
    expect(await works(twin, "frege", "ip link show en05")).toBe(false);
    expect(await works(twin, "wittgenstein", "ip link show en06")).toBe(false);
    await untilOn(twin, "frege", "ip link show en05", 30_000);
    await untilOn(twin, "wittgenstein", "ip link show en06", 30_000);
  });

  it("ssh-drop after a command leaves what the command did and loses what it said", async () => {
    await fault("ssh-drop", "frege", "2", "after");
    expect((await tryOn(twin, "frege", "echo one")).stdout).toBe("one\n");
    const second = await tryOn(twin, "frege", "echo done > /run/after; echo two");
    expect(second.status, said(second)).toBe(255);
    expect(second.stdout).toBe("");
    expect((await tryOn(twin, "frege", "cat /run/after")).stdout).toBe("done\n");
  });

  it("ssh-drop before a command leaves nothing of it", async () => {
    await fault("ssh-drop", "frege", "1", "before");
    const first = await tryOn(twin, "frege", "touch /run/never");
    expect(first.status, said(first)).toBe(255);
    expect((await tryOn(twin, "frege", "ls /run/never")).status).not.toBe(0);
  });

  it("clock-skew is what chronyc tells of the clock that chronyd sees", async () => {
    const offset = (pattern: string) =>
      `chronyc -n tracking | grep -E '^Last offset *: ${pattern}'`;
    await untilOn(twin, "frege", offset("[+-]0\\."), 60_000);
    await fault("clock-skew", "frege", "7200");
    await untilOn(twin, "frege", offset("\\+(7199|7200)\\."), 60_000);
    await heal();
    await untilOn(twin, "frege", offset("[+-]0\\."), 60_000);
  });

  it("lost packets stay lost over a reboot of the host", async () => {
    const seen = "ip neigh flush dev vmbr0; ping -c 1 -W 2 10.203.3.11";
    await untilOn(twin, "russell", seen);
    await fault("drop-packets", "frege", "out");
    expect(await works(twin, "russell", seen)).toBe(false);
    await twin.twin(["power", twin.name, "frege", "cycle"]);
    await expect
      .poll(
        async () => (await twin.twin(["status", twin.name])).match(/frege .*(running|degraded)/),
        {
          timeout: 90_000,
        },
      )
      .toBeTruthy();
    expect(await works(twin, "russell", seen)).toBe(false);
    await heal();
    await untilOn(twin, "russell", seen);
  });
});
