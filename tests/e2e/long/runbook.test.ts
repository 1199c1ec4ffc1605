import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeAll, eventually, type OwnStack, untilOn } from "../../../twin/testing/index.js";
import { SHORT_GRACE } from "../support/fenced-node.js";
import { ownFrege } from "../support/own-frege.js";
import { ProgramTwin } from "../support/program-twin.js";
import {
  carriedOut,
  failedReads,
  fittingTopics,
  pageOf,
  stepWith,
  typed,
} from "../support/runbook-pages.js";

/** What the runbook prints about frege's cluster, done as it stands there. One cluster for the whole file. */
let twin: ProgramTwin;
let file: OwnStack;
const GUEST = 802;
const TOPICS = [
  "dead-node",
  "lost-quorum",
  "split-brain",
  "storage-growth",
  "guest-migration",
  "rotation",
  "lost-controller",
  "lost-stack-file",
  "restore",
  "letting-go",
];
const OF_CEPH = ["stuck-pgs", "full-ceph"];

/** Of the changing commands, those that this file runs. */
const RUN =
  /^(npx proxmox-ha (fence \S+ (confirm-off|on)|maintenance|up) |mv |qm (start|migrate|resize) |ha-manager (crm-command migrate|set) |systemctl restart pve-cluster$)/;
/** And those that it does not, with the reason. */
const NOT_RUN: readonly (readonly [what: RegExp, why: string])[] = [
  [
    /^npx proxmox-ha answer /,
    "writes files for an installer; tests/contract/answer.test.ts reads them",
  ],
  [/^npm run setup$/, "it is how this machine was made ready"],
  [
    /^pvecm expected /,
    "would leave the next tests another cluster; its answers are in the twin's conformance tables",
  ],
  [/^qm stop /, "ends one copy of a guest that runs twice, and here none does"],
  [/^pct (migrate|restore) /, "there is no container in this cluster"],
  [
    /^(qmrestore|vzdump) /,
    "there is no backup in this cluster, and the twin has no `vzdump` to be typed; backups.test.ts saves and restores",
  ],
  [
    /^systemctl disable --now proxmox-ha-fencer/,
    "nobody would switch off the nodes of the tests behind it",
  ],
  [/^pulumi (state unprotect|destroy) /, "tests/e2e/program lets the program go"],
];

beforeAll(async () => {
  file = ownFrege();
  file.put(file.committed.replace(...SHORT_GRACE));
  twin = await ProgramTwin.up("runbook");
  await twin.runUp();
  await twin.on(
    "russell",
    `qm create 801 --name web --memory 128 --scsi0 nfs-vms:1 && ha-manager add vm:801 --state started && qm create ${GUEST} --name db --memory 128 --scsi0 nfs-vms:1 && qm start ${GUEST}`,
  );
  await untilOn(
    twin,
    "russell",
    "ha-manager status | grep -q 'vm:801 (russell, started)'",
    240_000,
  );
});
afterAll(() => closeAll(twin, file));

describe("the runbook of a cluster that is well", () => {
  it("has nothing that fits now, and no page about Ceph", async () => {
    expect(await fittingTopics(twin)).toEqual([]);
    for (const topic of OF_CEPH) {
      expect(await pageOf(twin, topic)).toMatchObject({
        lacks: "this stack has no Ceph",
        steps: [],
      });
    }
  });

  it.each(TOPICS)("prints reading commands that all end well: %s", async (topic) => {
    const { run, failed } = await failedReads(twin, await pageOf(twin, topic), {});
    expect(failed).toEqual([]);
    expect(run).toBeGreaterThan(0);
    console.log(`${topic}: ${run} reading commands`);
  });

  it("prints changing commands of which each is run below, or named with the reason", async () => {
    const changing: string[] = [];
    for (const topic of TOPICS) {
      const { steps } = await pageOf(twin, topic);
      changing.push(
        ...steps.flatMap(({ command }) => (command?.effect === "changes" ? [command.line] : [])),
      );
    }
    expect(changing.length).toBeGreaterThan(20);
    const left = changing.filter(
      (line) => !(RUN.test(line) || NOT_RUN.some(([what]) => what.test(line))),
    );
    expect(left).toEqual([]);
    expect(NOT_RUN.filter(([what]) => !changing.some((line) => what.test(line)))).toEqual([]);
  });

  it("says how to log in", async () => {
    const { ways } = await pageOf(twin, "dead-node");
    for (const { node, login } of ways) {
      const command = `${login} -o BatchMode=yes hostname`;
      const done = await twin.startInside(["sh", "-c", command]).finished;
      expect(done.stdout.trim(), done.stderr).toBe(node);
    }
  });
});

describe("the page about guests that go to another node", () => {
  it("moves one of HA's, and one that HA does not know", async () => {
    const page = await pageOf(twin, "guest-migration");
    const step = stepWith(page, "ha-manager crm-command migrate");
    const [, target] = /migrate vm:801 (\S+)$/.exec(typed(step)) ?? [];
    for (const { where, done } of await carriedOut(twin, step)) {
      expect(done.status, where).toBe(0);
    }
    await untilOn(
      twin,
      "frege",
      `ha-manager status | grep -q 'vm:801 (${target}, started)'`,
      240_000,
    );

    const other = { words: { guest: String(GUEST), target: "wittgenstein" }, node: "russell" };
    for (const { where, done } of await carriedOut(twin, stepWith(page, "qm migrate"), other)) {
      expect(done.status, `${where}: ${done.stdout}${done.stderr}`).toBe(0);
    }
    // Back by the words of the same page, for what comes next.
    await twin.on("wittgenstein", `qm migrate ${GUEST} russell --online`);
  });

  it("takes a whole node out of service and brings it back", async () => {
    const page = await pageOf(twin, "guest-migration");
    for (const [begin, more] of [
      [`npx proxmox-ha maintenance ${twin.stack} on`, " --yes"],
      [`npx proxmox-ha maintenance ${twin.stack} off`, ""],
    ] as const) {
      for (const { where, done } of await carriedOut(twin, stepWith(page, begin), { more })) {
        expect(done.status, `${where}: ${done.stdout}${done.stderr}`).toBe(0);
      }
    }
    await twin.untilHealthy(240_000);
  });
});

describe("other pages", () => {
  it("let a disk grow, HA let go of a guest and take it back, and /etc/pve start again", async () => {
    const growth = stepWith(await pageOf(twin, "storage-growth"), "qm resize ");
    const words = { guest: String(GUEST), disk: "scsi0", service: "vm:801" };
    const steps = await pageOf(twin, "restore");
    const away = steps.steps.find(({ command }) => command?.line.endsWith("--state disabled"));
    const back = steps.steps.find(({ command }) => command?.line.endsWith("--state started"));
    const files = stepWith(await pageOf(twin, "split-brain"), "systemctl restart pve-cluster");
    for (const one of [growth, away, back, files]) {
      expect(one).toBeDefined();
      for (const { where, done } of one === undefined
        ? []
        : await carriedOut(twin, one, { words, node: one === growth ? "russell" : undefined })) {
        expect(done.status, `${where}: ${done.stdout}${done.stderr}`).toBe(0);
      }
    }
    expect(await twin.on("russell", `qm config ${GUEST}`)).toMatch(/scsi0: .*size=11G/);
    await untilOn(twin, "frege", "ha-manager status | grep -q 'vm:801 (.*, started)'", 240_000);
    await twin.untilHealthy(240_000);
  });
});

describe("the page about a dead node", () => {
  it("fits once the others do not count it in, and saves its guest and brings it back", {
    timeout: 1_800_000,
  }, async () => {
    await twin.twin(["power", twin.name, "russell", "off"]);
    // Until the others have missed it, it is only silent, and no page calls it dead.
    let page = await pageOf(twin, "dead-node");
    await eventually(
      async () => {
        page = await pageOf(twin, "dead-node");
        return /^russell is not in the cluster/.test(page.fits ?? "");
      },
      () => `the page does not call russell dead: ${page.fits ?? "it does not fit"}`,
      120_000,
    );
    expect(await fittingTopics(twin)).toContain("dead-node");

    const words = { guest: String(GUEST) };
    const carry = async (begin: string, more = "") => {
      for (const { where, done } of await carriedOut(twin, stepWith(page, begin), {
        words,
        more,
      })) {
        expect(done.status, `${where}: ${done.stdout}${done.stderr}`).toBe(0);
      }
    };

    // First, because fencers switch it on again by themselves two minutes later.
    await carry(`npx proxmox-ha fence ${twin.stack} confirm-off russell`, " --yes");
    // Status and fencers say that not all is well, and that is what they are asked for. The preview is about another machine.
    const sick = (line: string) => (/ (status|fence) /.test(line) ? [0, 1] : [0]);
    const steps = page.steps.filter(({ command }) => !/ preview /.test(command?.line ?? ""));
    const { run, failed } = await failedReads(twin, { ...page, steps }, {}, sick);
    expect(failed).toEqual([]);
    expect(run).toBeGreaterThan(4);

    await carry("mv ");
    await carry("qm start ");
    await untilOn(twin, "frege", `qm status ${GUEST} | grep -q running`);

    await carry(`npx proxmox-ha fence ${twin.stack} on russell`, " --yes");
    await twin.untilHealthy(600_000);
    expect(await fittingTopics(twin)).toEqual([]);
    await twin.runUp();
  });
});
