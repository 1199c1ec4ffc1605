import { describe, expect, it } from "vitest";
import { FAULT_USAGE } from "../../../cli/fault-arguments.js";
import { bootIdOf, said, tryOn, untilOn } from "../../../testing/index.js";
import { requestPower } from "../../support/amt.js";
import { amtAccessOf, amtOf, BMC_FAULTS } from "../../support/bmc-probes.js";
import { FAULT_ROWS, fregeForFaults, works } from "../../support/fault-rows.js";
import { seeAndHeal, seeAndHealBmc } from "../../support/see-fault.js";

/**
 * Verbs that have a case of their own below, because they heal by themselves or show in more than one way. frege's hosts hang on no
 * outlets, and has no Ceph; those of a rehearsed unit and of OSDs have tests of their own.
 */
const OWN_CASES = ["host-reboot", "cable-late", "bmc", "pdu", "disk-dead", "disk-slow", "osd-full"];

const suite = fregeForFaults("all-faults");
const { fault, heal } = suite;

describe("every fault of the twin", () => {
  it("has a case", () => {
    const verbs = FAULT_USAGE.map(([usage]) => usage.split(" ")[0]);
    const covered = [...OWN_CASES, ...FAULT_ROWS.map(({ words }) => words[0])];
    expect(verbs.filter((verb) => !covered.includes(verb))).toEqual([]);
  });

  it.each(FAULT_ROWS.map((row) => ({ name: row.words.join(" "), row })))(
    "is seen and healed: $name",
    async ({ row }) => {
      await seeAndHeal(suite.twin, row);
    },
  );

  it.each(BMC_FAULTS.map(({ words }) => ({ name: words.join(" "), words })))(
    "of an AMT device is seen and healed: $name",
    async ({ words }) => {
      await seeAndHealBmc(suite.twin, amtOf(suite.twin, "russell"), words);
    },
  );
});

describe("a fault that shows in more than one way", () => {
  it("host-reboot is another boot of the same host, which nothing has to heal", async () => {
    const before = await bootIdOf(suite.twin, "russell");
    await fault("host-reboot", "russell");
    await expect
      .poll(() => bootIdOf(suite.twin, "russell"), { timeout: 90_000, interval: 500 })
      .not.toBe(before);
  });

  it("cable-late is a port that is away and then there on both ends", async () => {
    await fault("cable-late", "frege.en05", "8");
    expect(await works(suite.twin, "frege", "ip link show en05")).toBe(false);
    expect(await works(suite.twin, "wittgenstein", "ip link show en06")).toBe(false);
    await untilOn(suite.twin, "frege", "ip link show en05", 30_000);
    await untilOn(suite.twin, "wittgenstein", "ip link show en06", 30_000);
  });

  it("ssh-drop in the middle of the n-th command reaches that one alone", async () => {
    await fault("ssh-drop", "frege", "2", "during");
    expect((await tryOn(suite.twin, "frege", "echo one")).stdout).toBe("one\n");
    const second = await tryOn(suite.twin, "frege", "touch /run/begun; sleep 2; echo two");
    expect(second.status, said(second)).toBe(255);
    expect(second.stdout).toBe("");
    expect((await tryOn(suite.twin, "frege", "ls /run/begun")).status).toBe(0);
  });

  it("bmc ignores-power is a power request that is accepted and not carried out", async () => {
    await fault("bmc", "russell", "ignores-power");
    expect((await requestPower(amtAccessOf(suite.twin, "russell"), 8)).stdout).toContain(
      "ReturnValue>0<",
    );
    expect(await works(suite.twin, "russell")).toBe(true);
  });

  it("ssh-drop after a command leaves what the command did and loses what it said", async () => {
    await fault("ssh-drop", "frege", "2", "after");
    expect((await tryOn(suite.twin, "frege", "echo one")).stdout).toBe("one\n");
    const second = await tryOn(suite.twin, "frege", "echo done > /run/after; echo two");
    expect(second.status, said(second)).toBe(255);
    expect(second.stdout).toBe("");
    expect((await tryOn(suite.twin, "frege", "cat /run/after")).stdout).toBe("done\n");
  });

  it("ssh-drop before a command leaves nothing of it", async () => {
    await fault("ssh-drop", "frege", "1", "before");
    const first = await tryOn(suite.twin, "frege", "touch /run/never");
    expect(first.status, said(first)).toBe(255);
    expect((await tryOn(suite.twin, "frege", "ls /run/never")).status).not.toBe(0);
  });

  it("clock-skew is what chronyc tells of the clock that chronyd sees", async () => {
    const offset = (pattern: string) =>
      `chronyc -n tracking | grep -E '^Last offset *: ${pattern}'`;
    await untilOn(suite.twin, "frege", offset("[+-]0\\."), 60_000);
    await fault("clock-skew", "frege", "7200");
    await untilOn(suite.twin, "frege", offset("\\+(7199|7200)\\."), 60_000);
    await heal();
    await untilOn(suite.twin, "frege", offset("[+-]0\\."), 60_000);
  });

  it("lost packets stay lost over a reboot of the host", async () => {
    const seen = "ip neigh flush dev vmbr0; ping -c 1 -W 2 10.203.3.11";
    await untilOn(suite.twin, "russell", seen);
    await fault("drop-packets", "frege", "out");
    expect(await works(suite.twin, "russell", seen)).toBe(false);
    await suite.twin.twin(["power", suite.twin.name, "frege", "cycle"]);
    await expect
      .poll(
        async () =>
          (await suite.twin.twin(["status", suite.twin.name])).match(/frege .*(running|degraded)/),
        {
          timeout: 90_000,
        },
      )
      .toBeTruthy();
    expect(await works(suite.twin, "russell", seen)).toBe(false);
    await heal();
    await untilOn(suite.twin, "russell", seen);
  });
});
