import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeAll, eventually, type OwnStack, untilOn } from "../../../twin/testing/index.js";
import { ownFrege } from "../support/own-frege.js";
import { ProgramTwin } from "../support/program-twin.js";

/** One cluster for the whole file: a guest under HA and one that nobody looks after, both on russell to begin with. */
let twin: ProgramTwin;
let file: OwnStack;
const RECORDS = "ls /etc/pve/priv | grep maintenance; true";
const TIMERS =
  "systemctl list-unit-files --no-legend 'proxmox-ha-maintenance-*' 'proxmox-ha-noout-*' || true";

const maintenance = async (...words: readonly string[]) => {
  const { done } = await twin.run("maintenance", words);
  return { status: done.status, said: `${done.stdout}${done.stderr}`.replaceAll(/\s+/g, " ") };
};
const homeOf = async (id: number): Promise<string> =>
  (await twin.on("frege", `basename $(dirname $(dirname /etc/pve/nodes/*/*/${id}.conf))`)).trim();

beforeAll(async () => {
  file = ownFrege();
  twin = await ProgramTwin.up("maintenance");
  await twin.runUp();
  await twin.on(
    "russell",
    "qm create 801 --name web --memory 128 --scsi0 nfs-vms:1 && ha-manager add vm:801 --state started && qm create 802 --name db --memory 128 --scsi0 nfs-vms:1 && qm start 802",
  );
  await untilOn(twin, "russell", "ha-manager status | grep -q 'vm:801 (russell, started)'");
});
afterAll(() => closeAll(twin, file));

describe("a node out of service", () => {
  it("needs a node that is there, and a time that makes sense", async () => {
    const { status, said } = await maintenance("on", "nobody", "--yes");
    expect(status).toBe(2);
    expect(said).toContain("There is no node nobody");
    expect((await maintenance("on", "russell", "--for", "1s", "--yes")).status).toBe(2);
    expect(await twin.on("frege", RECORDS)).toBe("");
  });

  it("is empty, and the cluster bears that it is switched off and on", async () => {
    const { status, said } = await maintenance("on", "russell", "--for", "1h", "--yes");
    expect(status, said).toBe(0);
    expect(said).toMatch(
      /HA moves 801 to other nodes.*guest 802.*is moved to (frege|wittgenstein)/,
    );
    expect(said).toContain("russell is out of service until");
    expect(await homeOf(801)).not.toBe("russell");
    expect(await homeOf(802)).not.toBe("russell");
    expect(await twin.on("frege", "ha-manager status")).toMatch(/russell.*maintenance/);
    const text = (await twin.run("status")).done.stdout;
    expect(text).toMatch(/Out of service\n +russell +until 20\d\d-/);

    await twin.twin(["power", twin.name, "russell", "off"]);
    await untilOn(twin, "frege", "corosync-quorumtool -s | grep -q 'Total votes: *2'", 60_000);
    expect(await twin.on("frege", "ha-manager status")).toMatch(/vm:801 \((?!russell).*started\)/);
    await twin.twin(["power", twin.name, "russell", "on"]);
  });

  it("keeps every other node, and every drill, from being taken away as well", async () => {
    const { status, said } = await maintenance("on", "frege", "--yes");
    expect(status).toBe(3);
    expect(said).toMatch(/russell is (in maintenance already|unreachable|not a member)/);
    const drill = await twin.run("drill", ["off", "--node", "frege", "--yes"]);
    expect(drill.done.status).toBe(3);
  });

  it("comes back when it is sound, with the guests that were moved and nothing left", async () => {
    const { status, said } = await maintenance("off", "russell");
    expect(status, said).toBe(0);
    expect(said).toContain("Guest 802 moves back.");
    expect(await homeOf(802)).toBe("russell");
    expect(await twin.on("frege", "ha-manager status")).not.toContain("maintenance");
    expect(await twin.on("frege", RECORDS)).toBe("");
    expect(await twin.on("frege", TIMERS)).toBe("");
    const again = await maintenance("off", "russell");
    expect(again.status).toBe(3);
    expect(again.said).toContain("it is in no maintenance of this command");
  });

  it("whose command dies in the middle is brought back by the next one", async () => {
    const { running } = twin.startRun("maintenance", ["on", "russell", "--yes"]);
    await untilOn(twin, "frege", "ls /etc/pve/priv | grep -q maintenance", 120_000);
    running.kill();
    await running.finished;
    const { status, said } = await maintenance("off", "russell");
    expect(status, said).toBe(0);
    await untilOn(twin, "frege", "! ha-manager status | grep -q maintenance", 120_000);
    expect(await homeOf(802)).toBe("russell");
    expect(await twin.on("frege", `${RECORDS}; ${TIMERS}`)).toBe("");
  });

  it("of which the end was forgotten makes `status` fail and a line in the journal", async () => {
    expect((await maintenance("on", "wittgenstein", "--for", "5m", "--yes")).status).toBe(0);
    // The hour comes at once: the record says that it is over, and the timer is due.
    await twin.on(
      "frege",
      `sed -i 's/"until":[0-9]*/"until":1000/' /etc/pve/priv/proxmox-ha-maintenance-wittgenstein.json && systemctl start proxmox-ha-maintenance-wittgenstein.service`,
    );
    expect(await twin.on("frege", "journalctl -t proxmox-ha --no-pager")).toContain(
      "the maintenance of wittgenstein was not ended",
    );
    const { done } = await twin.run("status");
    expect(done.status).toBe(1);
    expect(done.stdout).toMatch(/wittgenstein .*OVERDUE: `maintenance off` brings it back/);
    expect((await maintenance("off", "wittgenstein")).status).toBe(0);
    await eventually(
      async () => (await twin.run("status")).done.status === 0,
      () => "the cluster is not healthy again",
      120_000,
    );
  });
});
