import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeAll, OwnStack, untilOn } from "../../../twin/testing/index.js";
import { lossText, runUntilLost, seeded, stepName } from "../support/cuts.js";
import { ProgramTwin } from "../support/program-twin.js";
import type { RemoteStep } from "../support/run-log-file.js";

/** A cluster that was formed without Ceph and gets it later, in runs that are cut again and again. */
let twin: ProgramTwin;
const stack = new OwnStack(
  path.resolve(__dirname, "..", "..", "fixtures", "stacks", "Pulumi.trio.yaml"),
);
/** Every remote step takes the better part of an hour; `npm run test:cuts` asks for all of them. */
const wanted = process.env.PROXMOX_HA_CUTS === "all" ? Number.POSITIVE_INFINITY : 12;
/** More runs than the phase has steps: one that needs more does not get on. */
const MOST_RUNS = 250;
const UNBORN = `
import json, sys
for one in json.load(sys.stdin)["osds"]:
    if "new" in one["state"]:
        print(one["osd"])
`;
const MOST_STUCK = 4;
const NODES = ["adele", "berta", "clara"];
const random = seeded(11);
const cutAfter = new Set<string>();
const seen = new Set<string>();
const whole = `ceph status -f json | python3 -c '
import json, sys
seen = json.load(sys.stdin)
states = {one["state_name"] for one in seen["pgmap"]["pgs_by_state"]}
now = (seen["osdmap"]["num_osds"], seen["osdmap"]["num_up_osds"], seen["osdmap"]["num_in_osds"], len(seen["quorum_names"]), states)
sys.exit(now != (6, 6, 6, 3, {"active+clean"}))'`;

beforeAll(async () => {
  // The hosts have their disks from the start.
  twin = await ProgramTwin.up("cephcuts", "trio");
  stack.put(stack.committed.replace(/\n {4}ceph:\n(?: {6,}.*\n)+/, "\n"));
  await twin.runUp();
});
afterAll(() => closeAll(twin, stack));

const ofCeph = (steps: readonly RemoteStep[]): RemoteStep[] =>
  steps.filter(({ resource }) => resource.startsWith("pveceph/"));

/**
 * A host whose power goes between the number of an OSD and its first start leaves the number. The gate names it with the command, and
 * this is the person who gives it: for those that were there a run before as well, because a making may still go on.
 */
async function purgeThoseOf(before: readonly string[]): Promise<string[]> {
  const said = await twin
    .on("adele", `timeout 60 ceph osd dump -f json < /dev/null | python3 -c '${UNBORN}'`)
    .catch(() => "");
  const now = said.split("\n").filter((one) => one !== "");
  for (const one of now.filter((osd) => before.includes(osd))) {
    console.log(`osd.${one} never started: its number is taken back by hand`);
    await twin.on("adele", `timeout 60 ceph osd purge ${one} --yes-i-really-mean-it < /dev/null`);
  }
  return now;
}

describe("Ceph that comes later", () => {
  it("is made by runs that are each cut at their first new step, and nothing is made twice", {
    timeout: 0,
  }, async () => {
    expect(await twin.on("adele", "ls /etc/pve")).not.toContain("ceph.conf");
    stack.write();
    let ended = 0;
    let stuck = 0;
    let unborn: readonly string[] = [];
    for (let run = 0; run < MOST_RUNS && cutAfter.size < wanted && ended === 0; run++) {
      unborn = await purgeThoseOf(unborn);
      const node = NODES[random(NODES.length)] ?? "adele";
      // Now and then the power of a host goes with the controller, in the middle of whatever it does.
      const kind = run % 5 === 4 ? "both" : "controller";
      const { finished, steps } = await runUntilLost(twin, { kind, node }, (so) =>
        ofCeph(so).some((step) => !cutAfter.has(stepName(step))),
      );
      const names = ofCeph(steps).map(stepName);
      for (const name of names) {
        seen.add(name);
      }
      const fresh = names.find((name) => !cutAfter.has(name));
      if (fresh !== undefined) {
        cutAfter.add(fresh);
      }
      console.log(
        `${cutAfter.size}: ${lossText({ kind, node })} after ${fresh ?? "no new step"}: status ${finished.status}, ${finished.seconds} s`,
      );
      expect(finished.stdout + finished.stderr).not.toMatch(/\n\s+at .*\.(js|ts):\d+/);
      stuck = finished.status !== 0 && fresh === undefined ? stuck + 1 : 0;
      if (stuck === MOST_STUCK) {
        throw new Error(`${stuck} runs came no further: ${finished.stdout}${finished.stderr}`);
      }
      ended = finished.status === 0 && fresh === undefined ? 1 : 0;
    }
    await purgeThoseOf(unborn);
    const { done } = await twin.runUp();
    console.log(
      `cut after ${cutAfter.size} of ${seen.size} different steps; the up after them: ${done.seconds} s`,
    );
    await untilOn(twin, "adele", whole, 300_000);
    expect(await twin.on("adele", "rados -p vm-disks ls")).toBe("");
  });

  it("is whole then: the next run asks nobody, and a refresh finds nothing", async () => {
    const { done, log } = await twin.runUp();
    expect(done.stdout).toMatch(/nothing to change/);
    expect(log.roundTrips()).toEqual({});
    const refresh = await twin.run("refresh");
    expect(refresh.done.stdout).toMatch(/nothing to change/);
  });
});
