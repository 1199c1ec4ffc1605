import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeAll, eventually, OwnStack, untilOn } from "../../../twin/testing/index.js";
import { ProgramTwin } from "../support/program-twin.js";
import {
  carriedOut,
  failedReads,
  fittingTopics,
  pageOf,
  stepWith,
} from "../support/runbook-pages.js";

/** The pages about Ceph, on three hosts with two OSDs each. One cluster for the whole file. */
let twin: ProgramTwin;
const stack = new OwnStack(
  path.resolve(__dirname, "..", "..", "fixtures", "stacks", "Pulumi.trio.yaml"),
);
const TOPICS = ["stuck-pgs", "full-ceph", "storage-growth"];
/** Not run: `ceph pg repair` needs a copy that was spoilt on purpose, `pvesm free` a volume that nobody needs. */
const RUN = /^(ceph osd set-full-ratio|systemctl restart ceph-osd@)/;
const LATE = 300_000;

beforeAll(async () => {
  stack.write();
  twin = await ProgramTwin.up("runbook-ceph", "trio");
  await twin.runUp();
});
afterAll(() => closeAll(twin, stack));

/** What a person finds in the steps before: the first group of all, and a name that no guest has. */
async function words(): Promise<Record<string, string>> {
  const pg = await twin.on("adele", "ceph pg ls | sed -n 2p | cut -d' ' -f1");
  return { pg: pg.trim(), name: "vm-999-disk-0", osd: "0", guest: "100", disk: "scsi0" };
}
/** How reading commands end here that end otherwise elsewhere, or for whom that is the good end. */
const ENDS: Readonly<Record<string, number>> = {
  // It finds nothing where nobody names the volume, which is what the step is for.
  "grep ": 1,
  // The balancer is a module of the managers, and those of the twin load none (ADR 0091).
  "ceph balancer ": 22,
};
const mayEndWith = (line: string) => [
  Object.entries(ENDS).find(([begin]) => line.startsWith(begin))?.[1] ?? 0,
];

describe("the runbook of a Ceph that is well", () => {
  it.each(TOPICS)("prints reading commands that all end well: %s", async (topic) => {
    const page = await pageOf(twin, topic);
    const { run, failed } = await failedReads(twin, page, await words(), mayEndWith);
    expect(failed).toEqual([]);
    expect(run).toBeGreaterThan(4);
    console.log(`${topic}: ${run} reading commands`);
  });

  it("raises the mark of a full OSD and sets it back", async () => {
    const { steps } = await pageOf(twin, "full-ceph");
    const marks = steps.filter(({ command }) => RUN.test(command?.line ?? ""));
    expect(marks).toHaveLength(2);
    for (const step of marks) {
      for (const { where, done } of await carriedOut(twin, step)) {
        expect(done.status, `${where}: ${done.stderr}`).toBe(0);
      }
    }
    expect(await twin.on("adele", "ceph osd dump | grep ^full_ratio")).toBe("full_ratio 0.95\n");
  });
});

describe("the page about stuck groups", () => {
  it("fits once an OSD is down, and starts it again on its host", {
    timeout: 900_000,
  }, async () => {
    const host = /"host": *"([a-z]+)"/.exec(await twin.on("adele", "ceph osd find 0"))?.[1] ?? "";
    await twin.on(host, "systemctl stop ceph-osd@0");
    await eventually(
      async () => (await fittingTopics(twin)).includes("stuck-pgs"),
      () => "no page fits an OSD that is down",
      LATE,
    );
    const page = await pageOf(twin, "stuck-pgs");
    const restart = stepWith(page, "systemctl restart ceph-osd@");
    for (const { where, done } of await carriedOut(twin, restart, {
      words: { osd: "0" },
      node: host,
    })) {
      expect(done.status, `${where}: ${done.stderr}`).toBe(0);
    }
    await untilOn(twin, "adele", "ceph osd tree | grep -q 'osd.0 *up'", LATE);
    await eventually(
      async () => !(await fittingTopics(twin)).includes("stuck-pgs"),
      () => "the page still fits",
      LATE,
    );
  });
});
