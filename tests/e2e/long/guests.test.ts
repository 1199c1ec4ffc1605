import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeAll, eventually } from "../../../twin/testing/index.js";
import { SOON } from "../../support/days.js";
import { ownFrege } from "../support/own-frege.js";
import { ProgramTwin } from "../support/program-twin.js";

/** One cluster for the whole file: what comes later works on what came before. */
let twin: ProgramTwin;
const stack = ownFrege();

interface Wish {
  readonly gib?: number;
  readonly memory?: string;
  readonly more?: string;
}

/** The guide's test of failover, on shared storage and under HA. */
const placed = ({ gib = 8, memory = "1GiB", more = "" }: Wish = {}): string =>
  `      failover: { id: 200, node: russell, cores: 2, memory: ${memory}, disks: [{ storage: nfs-vms, size: ${gib}GiB }], nics: [{ network: management }], ha: { placement: ms01-cluster }${more} }\n`;
const roaming =
  "      roaming: { id: 201, node: frege, cores: 1, memory: 512MiB, disks: [{ storage: nfs-vms, size: 2GiB }], ha: {} }\n";
const byHand =
  "      by-hand: { id: 202, node: frege, cores: 1, memory: 256MiB, disks: [{ storage: nfs-vms, size: 1GiB }] }\n";

function write(guests: readonly string[], tail = ""): void {
  stack.write([["    ha:\n", `    guests:\n${guests.join("")}    ha:\n`]], tail);
}
const consent = (what: string): string => `    consent: { "${what}": ${SOON} }\n`;
const config = async (id: number): Promise<string> =>
  await twin.on("frege", `cat /etc/pve/nodes/*/qemu-server/${id}.conf`);
const untilStarted = (id: number, node: string): Promise<void> =>
  eventually(
    async () =>
      (await twin.on("russell", "ha-manager status")).includes(`vm:${id} (${node}, started)`),
    () => `vm:${id} is not started on ${node}`,
    400_000,
  );
/** When the process in the guest's place was started, or its last memory was brought. */
const startedAt = (node: string, id: number): Promise<string> =>
  twin.on(node, `sed 's/.*"started": \\([0-9.]*\\).*/\\1/' /run/pve-standin/guests/${id}.json`);
async function expectNothingToChange(verb: "up" | "refresh"): Promise<void> {
  const { done } = await twin.run(verb);
  expect(done.stdout + done.stderr).toContain("nothing to change");
}

beforeAll(async () => {
  write([placed(), roaming]);
  twin = await ProgramTwin.up("guests");
  await twin.runUp();
});
afterAll(() => closeAll(twin, stack));

describe("guests of the file", () => {
  it("are made, come under HA in the same run, and run where their placement says", async () => {
    expect(await config(200)).toMatch(
      /^cores: 2$[\s\S]*^memory: 1024$[\s\S]*^net0: virtio=BC:24:11:.*,bridge=vmbr0$[\s\S]*^scsi0: nfs-vms:200\/vm-200-disk-0\.raw,discard=on,size=8G$/m,
    );
    await untilStarted(200, "frege");
    await untilStarted(201, "frege");
  });

  it("are left alone by the second up, which asks no host anything", async () => {
    const { done, log } = await twin.runUp();
    expect(done.stdout).toContain("nothing to change");
    expect(log.roundTrips()).toEqual({});
  });

  it("may be moved without any difference", async () => {
    await twin.on("frege", "ha-manager crm-command migrate vm:201 wittgenstein");
    await untilStarted(201, "wittgenstein");
    await expectNothingToChange("refresh");
    await expectNothingToChange("up");
  });

  it("are where HA has recovered them when their node died, and that is no difference either", async () => {
    await twin.twin(["power", twin.name, "wittgenstein", "off"]);
    await eventually(
      async () =>
        /vm:201 \((frege|russell), started\)/.test(await twin.on("russell", "ha-manager status")),
      () => "vm:201 is not recovered",
      400_000,
    );
    await expectNothingToChange("up");
    await twin.twin(["power", twin.name, "wittgenstein", "on"]);
    await twin.untilHealthy(300_000);
    await expectNothingToChange("refresh");
    await expectNothingToChange("up");
  });
});

describe("an edit of a guest", () => {
  it("is made in place while it runs, and its disk grows", async () => {
    const before = await startedAt("frege", 200);
    write([placed({ gib: 12, more: ', description: "of: the guide", tags: [lab]' }), roaming]);
    await twin.runUp();
    expect(await config(200)).toMatch(/^#of%3A the guide$[\s\S]*size=12G$[\s\S]*^tags: lab$/m);
    expect(await startedAt("frege", 200)).toBe(before);
    await expectNothingToChange("refresh");
  });

  it("that makes a disk smaller is refused in the preview, and nothing is touched", async () => {
    const before = await config(200);
    write([placed({ gib: 4 }), roaming]);
    for (const verb of ["preview", "up"] as const) {
      const { done } = await twin.run(verb);
      expect(done.status).not.toBe(0);
      expect(done.stdout + done.stderr).toContain("a disk only grows");
    }
    expect(await config(200)).toBe(before);
  });

  it("that needs a restart waits for a consent, and restarts by it", async () => {
    const bigger = placed({ gib: 12, memory: "2GiB" });
    write([bigger, roaming]);
    const { done } = await twin.run("preview");
    expect(done.stdout + done.stderr).toContain("restart.failover");
    expect(await config(200)).toContain("memory: 1024");
    const before = await startedAt("frege", 200);
    write([bigger, roaming], consent("restart.failover"));
    await twin.runUp();
    expect(await config(200)).toContain("memory: 2048");
    expect(await config(200)).not.toContain("PENDING");
    expect(await startedAt("frege", 200)).not.toBe(before);
    write([bigger, roaming]);
    await expectNothingToChange("up");
  });
});

describe("a guest that is there already", () => {
  const all = [placed({ gib: 12, memory: "2GiB" }), roaming, byHand];

  it("made by hand, is taken over as it is, which the preview says", async () => {
    await twin.on(
      "wittgenstein",
      "qm create 202 --name by-hand --cores 1 --memory 256 --cpu host --scsi0 nfs-vms:1",
    );
    const before = await config(202);
    write(all);
    const preview = await twin.run("preview");
    expect(preview.done.stdout).toContain(
      "by-hand (vm:202): on the cluster already, and as wanted",
    );
    await twin.runUp();
    expect(await config(202)).toBe(before);
    await expectNothingToChange("up");
  });

  it("and was let go by a destroy, stays with its disks, and is taken over by the next up", async () => {
    const before = await config(202);
    const words = [
      "destroy",
      "--yes",
      "--non-interactive",
      "--target",
      "**vm-202-machine",
      "--target-dependents",
    ];
    const gone = await twin.startPulumi(words).finished;
    expect([gone.status, gone.stdout + gone.stderr]).toEqual([
      0,
      expect.stringContaining("only forgotten"),
    ]);
    expect(await config(202)).toBe(before);
    await twin.runUp();
    expect(await config(202)).toBe(before);
    await expectNothingToChange("up");
  });
});

describe("a guest that leaves the file", () => {
  const rest = [placed({ gib: 12, memory: "2GiB" }), byHand];

  it("is refused without a consent that names it", async () => {
    write(rest);
    for (const verb of ["preview", "up"] as const) {
      const { done } = await twin.run(verb);
      expect(done.status).not.toBe(0);
      expect(done.stdout + done.stderr).toMatch(
        /no longer has roaming \(vm:201\)[\s\S]*guest\.roaming/,
      );
    }
    expect(await config(201)).toContain("memory: 512");
  });

  it("is stopped and removed with its disks by that consent, and nothing of the others", async () => {
    write(rest, consent("guest.roaming"));
    await twin.runUp();
    const left = await twin.on(
      "frege",
      "cat /etc/pve/.vmlist /etc/pve/ha/resources.cfg; pvesm list nfs-vms",
    );
    expect(left).not.toMatch(/\b201\b/);
    expect(left).toContain("vm-200-disk-0");
    expect(left).toContain("vm-202-disk-0");
    await expectNothingToChange("up");
  });
});
