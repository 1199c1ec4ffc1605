import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeAll, eventually, OwnStack, untilOn } from "../../../twin/testing/index.js";
import { SOON } from "../../support/days.js";
import { installBootLoader } from "../support/boot-loader.js";
import { ProgramTwin } from "../support/program-twin.js";

/** Planned restarts of hosts that carry OSDs: no copy moves for them, and Ceph's flag never stays. */
let twin: ProgramTwin;
const stack = new OwnStack(
  path.resolve(__dirname, "..", "..", "fixtures", "stacks", "Pulumi.trio.yaml"),
);
const TIMER = "/etc/systemd/system/proxmox-ha-noout-restart-berta.timer";
const FLAGGED = 'ceph osd dump -f json | grep -q \'"berta":\\["noout"\\]\'';

/** Each further parameter is a reason for one more restart of berta. */
function want(...parameters: string[]): void {
  const zone = "      timezone: Europe/Berlin\n";
  stack.write([
    [
      zone,
      `${zone}      kernelParameters: [${parameters.join(", ")}]\n    consent: { reboot.berta: ${SOON} }\n`,
    ],
  ]);
}

/** Ceph's map has an epoch for each change, so nothing is missed between two looks. */
const everOut = () =>
  twin.on(
    "adele",
    "last=$(ceph osd dump -f json | python3 -c 'import json, sys; print(json.load(sys.stdin)[\"epoch\"])'); for one in $(seq 1 $last); do ceph osd dump $one 2>/dev/null | grep -E '^osd\\..* out ' ; done | sort -u | wc -l",
  );

/** Starts `up` and returns once it has said that berta restarts, with a look that waits for the new start. */
async function untilRestarting() {
  const boot = (await twin.on("berta", "cat /proc/sys/kernel/random/boot_id")).trim();
  const { running, log } = twin.startRun("up");
  await eventually(
    () => log.steps().some(({ host, verb }) => host === "berta" && verb === "reboot"),
    () => "berta was never restarted",
    300_000,
  );
  const back = () =>
    untilOn(
      twin,
      "berta",
      `test "$(cat /proc/sys/kernel/random/boot_id)" != ${boot} && pvecm status`,
      180_000,
    );
  return { running, back };
}

async function nothingRests(): Promise<void> {
  expect(await twin.on("adele", `${FLAGGED} && echo flagged; true`)).toBe("");
  expect(await twin.on("clara", `test -e ${TIMER} && echo timer; true`)).toBe("");
}

beforeAll(async () => {
  stack.write();
  twin = await ProgramTwin.up("ceph-restarts", "trio");
  await installBootLoader(twin, { adele: "grub", berta: "grub", clara: "grub" });
  await twin.runUp();
});
afterAll(() => closeAll(twin, stack));

describe("hosts that have data", () => {
  it("stay where they stand for Ceph until a person agrees to the move, and are moved together", async () => {
    const racks: [string, string][] = ["adele", "berta", "clara"].map((node, at) => [
      `address: 10.30.0.${11 + at}, hardware: ms-01 }`,
      `address: 10.30.0.${11 + at}, hardware: ms-01, labels: [rack=r-${node}] }`,
    ]);
    stack.write(racks);
    const { done } = await twin.run("up");
    expect(done.status).toBe(3);
    expect(done.stdout.replaceAll(/\s+/g, " ")).toMatch(
      /moves the data of every OSD there.*move\.adele.*move\.clara.*Nothing was moved/,
    );
    const zone = "      timezone: Europe/Berlin\n";
    stack.write([
      ...racks,
      [
        zone,
        `${zone}    consent: { move.adele: ${SOON}, move.berta: ${SOON}, move.clara: ${SOON} }\n`,
      ],
    ]);
    await twin.runUp();
    expect((await twin.on("adele", "ceph osd tree")).replaceAll(/ +/g, " ")).toMatch(
      /rack r-adele ?\n.*host adele ?\n/,
    );
    expect((await twin.runUp()).done.stdout).toContain("nothing to change");
    // The labels go again, and nobody moves back for that.
    stack.write();
    expect((await twin.runUp()).done.stdout).toContain("stay where they are for Ceph");
    expect(await twin.on("adele", "ceph osd tree")).toContain("rack r-adele");
  });
});

describe("a planned restart of a host with OSDs", () => {
  it("keeps their data where it is, watched by the next member, and leaves nothing behind", async () => {
    // A host that is away for seconds alone would lose its OSDs, if nobody had told Ceph to wait.
    await twin.on("adele", "ceph config set mon mon_osd_down_out_interval 1");
    const before = await everOut();
    want("audit=0");
    const { done } = await twin.runUp();
    expect(done.stdout).toMatch(
      /berta: Ceph keeps its OSDs in until it is back, for \d+ minutes at most \(noout, watched by clara\)/,
    );
    expect(done.stdout).toMatch(/berta: back after \d+ s/);
    expect(await everOut()).toBe(before);
    await nothingRests();
    expect((await twin.runUp()).done.stdout).toContain("nothing to change");
  });

  it("that is cut has its flag taken back by the next run", async () => {
    want("audit=0", "nosmt");
    const { running, back } = await untilRestarting();
    running.kill();
    await running.finished;
    await twin.on("clara", FLAGGED);
    await back();
    await twin.runUp();
    await nothingRests();
  });

  it("that nobody goes on with ends by the watching member's own timer, once Ceph answers", async () => {
    want("audit=0", "nosmt", "noapic");
    const { running, back } = await untilRestarting();
    running.kill();
    await running.finished;
    // Its hour has come while the member was off: it is made up for at the start.
    await twin.on(
      "clara",
      `sed -i "s/^OnCalendar=.*/OnCalendar=$(date -u -d '+5 seconds' '+%Y-%m-%d %H:%M:%S UTC')/" ${TIMER} && systemctl daemon-reload && systemctl restart proxmox-ha-noout-restart-berta.timer`,
    );
    await untilOn(twin, "clara", `! ${FLAGGED} && test ! -e ${TIMER}`, 120_000);
    await back();
    await twin.runUp();
    await nothingRests();
  });

  it("of which the host does not come back gives its data up, and says so", async () => {
    const zone = "      timezone: Europe/Berlin\n";
    stack.write([
      [
        zone,
        `${zone}      kernelParameters: [audit=0, nosmt, noapic, noatime]\n    consent: { reboot.berta: ${SOON} }\n    deadlines: { reboot: 60s }\n`,
      ],
    ]);
    const { running } = await untilRestarting();
    await twin.twin(["power", twin.name, "berta", "off"]);
    const done = await running.finished;
    expect(done.status).toBe(5);
    expect(done.stdout.replaceAll(/\s+/g, " ")).toContain(
      "Ceph judges its OSDs as ever again, and copies their data when they stay away",
    );
    await nothingRests();
    await twin.twin(["power", twin.name, "berta", "on"]);
    await twin.untilHealthy(120_000);
    await twin.runUp();
    await nothingRests();
  });
});
