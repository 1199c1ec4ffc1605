import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { closeAll, eventually, type OwnStack } from "../../../twin/testing/index.js";
import { SHORT_GRACE, startGuestUnderHa } from "../support/fenced-node.js";
import { ownFrege } from "../support/own-frege.js";
import { ProgramTwin } from "../support/program-twin.js";

/** The suite on frege's cluster. What comes later works on what came before. */
let twin: ProgramTwin;
let file: OwnStack;
const NODES = ["frege", "russell", "wittgenstein"] as const;
const GUEST = 901;
const SUITE_MS = 2_400_000;
const FILTER = "proxmox_ha_drill";
/** Another hand than the program's cuts corosync's second link. */
const BROKEN = [
  "table inet broken {",
  "chain incoming { type filter hook input priority -300; udp dport 5406 drop; }",
  "chain outgoing { type filter hook output priority -300; udp dport 5406 drop; }",
  "}",
].join("\n");

beforeAll(async () => {
  file = ownFrege();
  file.put(file.committed.replace(...SHORT_GRACE));
  twin = await ProgramTwin.up("accept", "frege", { deadlineMs: 580_000 });
  await twin.runUp();
  await twin.untilHealthy(400_000);
});
afterAll(() => closeAll(twin, file));

const report = z.object({
  status: z.number(),
  tests: z.array(
    z.object({
      name: z.string(),
      verdict: z.string(),
      figures: z.array(z.object({ what: z.string(), value: z.string() })),
      why: z.array(z.string()),
    }),
  ),
});
type Report = z.output<typeof report>;

async function accept(...words: readonly string[]): Promise<Report> {
  const { done } = await twin.run("accept", [...words, "--json"], SUITE_MS);
  const told = report.safeParse(JSON.parse(done.stdout.trim().split("\n").at(-1) ?? ""));
  if (!told.success) {
    throw new Error(`accept ${words.join(" ")} said ${done.stdout}${done.stderr}`);
  }
  return told.data;
}

const verdicts = ({ tests }: Report): Record<string, string> =>
  Object.fromEntries(tests.map(({ name, verdict }) => [name, verdict]));
const shown = ({ tests }: Report): string =>
  tests
    .filter(
      ({ verdict }) => verdict === "passed" || verdict === "failed" || verdict === "not tried",
    )
    .map(
      ({ name, verdict, figures, why }) =>
        `${name} ${verdict}: ${[...figures.map(({ what, value }) => `${what}: ${value}`), ...why].join("; ")}`,
    )
    .join("\n");

const calendar = z.object({
  calendar: z.array(z.object({ what: z.string(), isOverdue: z.boolean(), says: z.string() })),
});
async function failoverInCalendar() {
  const { done } = await twin.run("status", ["--json"]);
  return calendar.parse(JSON.parse(done.stdout)).calendar.find(({ what }) => what === "failover");
}

async function expectNothingLeft(): Promise<void> {
  const left =
    "ls /var/lib/proxmox-ha/drill* 2>/dev/null; nft list tables | grep drill; systemctl list-timers --all --no-legend 'proxmox-ha-drill*'; true";
  for (const node of NODES) {
    expect(await twin.on(node, left)).toBe("");
  }
}

describe("accept", () => {
  it("passes what takes nothing away, and calls nothing passed that was not tried", async () => {
    const told = await accept();
    console.log(shown(told));
    expect(verdicts(told)).toEqual({
      members: "passed",
      links: "passed",
      paths: "passed",
      latency: "passed",
      storages: "passed",
      ceph: "does not apply",
      backups: "does not apply",
      fencing: "passed",
      throughput: "passed",
      restore: "does not apply",
      "link-cut": "not asked",
      restart: "not asked",
      isolation: "not asked",
      failover: "not asked",
      security: "passed",
      gpus: "does not apply",
      mounts: "does not apply",
      "osd-failover": "does not apply",
      "monitor-failover": "does not apply",
      "ceph-throughput": "does not apply",
    });
    expect(told.status).toBe(0);
  });

  it("finds a link that is broken, and takes nothing more from such a cluster", async () => {
    await twin.on("russell", `printf '%s\\n' '${BROKEN}' | nft -f -`);
    try {
      await eventually(
        async () => (await twin.status()).links.some(({ state }) => state.startsWith("down")),
        () => "no link is down",
        60_000,
      );
      const told = await accept("--destructive", "--yes", "--only", "links", "link-cut");
      console.log(shown(told));
      expect(told.status).toBe(1);
      expect(verdicts(told)).toMatchObject({ links: "failed", "link-cut": "not tried" });
      expect(told.tests.find(({ name }) => name === "link-cut")?.why.join()).toContain(
        "nothing is taken from a cluster that failed links",
      );
    } finally {
      await twin.on("russell", "nft delete table inet broken");
    }
    await twin.untilHealthy(120_000);
  });

  it("that is killed leaves its way back, which the next one goes", async () => {
    const words = ["--destructive", "--yes", "--only", "link-cut", "--node", "wittgenstein"];
    const { running } = twin.startRun("accept", words);
    await eventually(
      async () => (await twin.on("wittgenstein", "nft list tables")).includes(FILTER),
      () => "no link is cut",
      120_000,
    );
    running.kill();
    await running.finished;
    const soon = await twin.run("accept", ["--only", "members"]);
    expect([soon.done.status, soon.done.stderr]).toEqual([3, expect.stringContaining("under way")]);
    await eventually(
      async () =>
        (await twin.run("accept", ["--only", "members"])).done.stdout.includes("is restored now"),
      () => "what was killed is not restored",
      300_000,
    );
    await expectNothingLeft();
    await twin.untilHealthy(120_000);
  });

  it(
    "bears the loss of a link, a restart, an isolation and a power cut, by the figures",
    async () => {
      await startGuestUnderHa(twin, {
        victim: "russell",
        peers: ["frege"],
        kind: "amt",
        guest: GUEST,
      });
      expect(await failoverInCalendar()).toMatchObject({ isOverdue: true });
      const names = ["link-cut", "restart", "isolation", "failover"];
      const told = await accept("--destructive", "--yes", "--only", ...names);
      console.log(shown(told));
      const all = verdicts(told);
      expect(names.map((name) => [name, all[name]])).toEqual(names.map((name) => [name, "passed"]));
      expect(told.status).toBe(0);
      const failover = told.tests.find(({ name }) => name === "failover");
      expect(failover?.figures.map(({ what }) => what)).toEqual(
        expect.arrayContaining(["off confirmed", "HA took its lock", `vm:${GUEST} started`]),
      );
      expect(await failoverInCalendar()).toMatchObject({
        isOverdue: false,
        says: expect.stringMatching(/^cut of /),
      });
      await twin.untilHealthy(400_000);
      await expectNothingLeft();
    },
    SUITE_MS,
  );

  it("stands in the report, each test as it was tried last", async () => {
    const page = path.join(twin.folder, "accept.html");
    const { done } = await twin.run("report", ["--out", page]);
    expect(done.status).toBe(0);
    const text = readFileSync(page, "utf8");
    expect(text).toContain('<section id="acceptance"');
    expect(text).toMatch(/failover: Guests of a node that loses its power start elsewhere/);
    expect(text).toContain(`vm:${GUEST} started: `);
    expect(text).toContain("the file has no Ceph");
  });
});
