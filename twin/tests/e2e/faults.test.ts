import { describe, expect, it } from "vitest";
import { said, statusOf, tryOn, tryTwin, untilOn } from "../../testing/index.js";
import { requestPower } from "../support/amt.js";
import { amtAccessOf, amtOf } from "../support/bmc-probes.js";
import { FAULT_ROWS, fregeForFaults, works } from "../support/fault-rows.js";
import { seeAndHeal, seeAndHealBmc } from "../support/see-fault.js";

/** Those that are seen and healed in seconds; the others belong to the long tests. */
const QUICK = [
  "cable-cut frege.en06",
  "cable-silent frege.en06",
  "host-freeze russell",
  "daemon-stop frege chrony",
  "disk-full frege /var/lib",
];
const QUICK_OF_BMC = ["lies says=off", "refuses-login", "wrong-identity"];

const suite = fregeForFaults("faults");
const { fault, heal } = suite;

describe("a fault", () => {
  it.each(QUICK)("is seen and healed: %s", async (name) => {
    const row = FAULT_ROWS.find(({ words }) => words.join(" ") === name);
    if (row === undefined) throw new Error(`the table of faults has no ${name}`);
    await seeAndHeal(suite.twin, row);
  });

  it.each(QUICK_OF_BMC)("of a management controller is seen and healed: %s", async (words) => {
    await seeAndHealBmc(suite.twin, amtOf(suite.twin, "russell"), words.split(" "));
  });

  it("stands in the status until it is healed", async () => {
    await fault("cable-silent", "frege.en05");
    const { faults, cables } = await statusOf(suite.twin);
    expect(faults.map(({ what }) => what)).toEqual([
      "cable frege.en05 carries nothing, both ends keep their carrier",
    ]);
    expect(cables.filter(({ state }) => state === "silent")).toHaveLength(1);
    await heal();
    expect((await statusOf(suite.twin)).faults).toEqual([]);
  });

  it("lets a cable appear by itself a while later", async () => {
    await fault("cable-late", "frege.en05", "6");
    expect(await works(suite.twin, "frege", "ip link show en05")).toBe(false);
    await untilOn(suite.twin, "frege", "ip link show en05", 20_000);
  });

  it("cuts ssh in the middle of the n-th command, and only there", async () => {
    await fault("ssh-drop", "frege", "2", "during");
    expect((await tryOn(suite.twin, "frege", "echo one")).stdout).toBe("one\n");
    const second = await tryOn(suite.twin, "frege", "touch /run/begun; sleep 2; echo two");
    expect(second.status, said(second)).toBe(255);
    expect(second.stdout).toBe("");
    expect((await tryOn(suite.twin, "frege", "ls /run/begun")).status).toBe(0);
  });

  it("makes a management controller accept a power request that it does not carry out", async () => {
    await fault("bmc", "russell", "ignores-power");
    expect((await requestPower(amtAccessOf(suite.twin, "russell"), 8)).stdout).toContain(
      "ReturnValue>0<",
    );
    expect(await works(suite.twin, "russell")).toBe(true);
  });

  it("that the twin does not know is refused with those that it knows", async () => {
    const refused = await expectRefusal("fault", suite.twin.name, "gremlins", "frege");
    expect(refused).toContain('there is no fault "gremlins"; there are:');
    expect(await expectRefusal("fault", suite.twin.name, "host-kill", "kant")).toContain(
      "the twin has no host kant; it has frege, russell, wittgenstein",
    );
    expect(await expectRefusal("fault", suite.twin.name, "cable-cut", "x.y")).toContain(
      "the twin has no cable x.y; it has frege.en06-russell.en05",
    );
    expect(await expectRefusal("fault", suite.twin.name, "nas-gone", "x")).toContain("it has nas");
  });
});

async function expectRefusal(...words: string[]): Promise<string> {
  const done = await tryTwin(words);
  expect(done.status, said(done)).toBe(2);
  return done.stderr;
}
