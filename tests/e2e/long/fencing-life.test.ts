import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { closeAll, type OwnStack, tryOn } from "../../../twin/testing/index.js";
import { ownFrege } from "../support/own-frege.js";
import { askStore } from "../support/parameter-store.js";
import { ProgramTwin } from "../support/program-twin.js";

/** What happens to fencing between two fencings: passwords and certificates change, pairs break, it is taken off and put back. */
let twin: ProgramTwin;
let file: OwnStack;
const nodes = ["frege", "russell", "wittgenstein"] as const;
const others = (node: string): readonly string[] => nodes.filter((one) => one !== node);
const CONFIG = "/etc/proxmox-ha/fencer/fencer.json";
const DAILY = "proxmox-ha-fencer-verify.service";

beforeAll(async () => {
  file = ownFrege();
  twin = await ProgramTwin.up("fencing-life");
  await twin.runUp();
});
afterAll(() => closeAll(twin, file));

const bmc = (node: string, ...fault: readonly string[]) =>
  twin.twin(["fault", twin.name, "bmc", node, ...fault]);
const pairs = async () => (await twin.status()).fencing.pairs;

/** What the daily timer starts, now; it fails where a pair is broken, which is what an alarm hangs on. */
const dailyProof = (node: string) =>
  tryOn(
    twin,
    node,
    `systemctl start ${DAILY}; systemctl show -P Result ${DAILY}; journalctl -u ${DAILY} -n 20 -o cat`,
  );

/** When each fencer was started last; by the clock that all hosts share. */
async function startedAt(): Promise<Record<string, number>> {
  const show = "systemctl show -P ActiveEnterTimestampMonotonic proxmox-ha-fencer.service";
  const times = await Promise.all(
    nodes.map(
      async (node) =>
        [
          node,
          z.coerce
            .number()
            .positive()
            .parse(await twin.on(node, show)),
        ] as const,
    ),
  );
  return Object.fromEntries(times);
}

describe("a controller that becomes unusable", () => {
  // That an account of AMT may not switch shows when it switches, and not before: no look at AMT tells it.
  it.each([
    { fault: ["refuses-login"], why: /login|password/ },
    { fault: ["swapped-certificate"], why: /certificate/ },
    { fault: ["wrong-identity"], why: /UUID|machine/ },
  ])("is found by the daily proof and told by status: $fault", async ({ fault, why }) => {
    await bmc("russell", ...fault);
    const said = await dailyProof("frege");
    expect(said.stdout).toMatch(/exit-code|failed/);
    expect(said.stdout).toMatch(/russell/);
    const seen = (await pairs()).filter(({ by, node }) => by === "frege" && node === "russell");
    expect(seen).toMatchObject([{ ok: false }]);
    expect(seen[0]?.why).toMatch(why);
    const { done } = await twin.run("status");
    expect(done.status).not.toBe(0);
    expect(done.stdout).toMatch(/frege -> russell +amt 10\.203\.3\.22 +NOT SURE: /);
    await twin.twin(["heal", twin.name]);
    // A refused password is sent once more by a person's wish only.
    const verified = await twin.run("drill", ["verify"]);
    expect(verified.done.status, verified.done.stdout).toBe(0);
    expect((await pairs()).every(({ ok }) => ok)).toBe(true);
  });
});

describe("a password that was changed at the device and in the store", () => {
  const PLACE = "/ms01/amt/russell";

  it("fails the next run that has it to prove, without a second try, and names the pair", async () => {
    await bmc("russell", "changed-password");
    file.put(
      file.committed.replace("      power: on\n", "      power: on\n      offTimeout: 21s\n"),
    );
    const { done } = await twin.run("up");
    expect(done.status).toBe(1);
    expect(done.stdout).toMatch(/cannot switch off russell \(amt 10\.203\.3\.22\)/);
  });

  it("goes to the fencers of its peers, one after the other, and is proved", async () => {
    const password = `${twin.secretAt(`ssm:${PLACE}`)}2`;
    const before = await startedAt();
    await askStore(
      twin,
      `await client.send(new ssm.PutParameterCommand({ Name: "${PLACE}", Type: "SecureString", Value: "${password}", Overwrite: true }));`,
    );
    const preview = await twin.run("preview");
    expect(preview.done.status).toBe(4);
    await twin.runUp();
    expect((await pairs()).every(({ ok }) => ok)).toBe(true);
    for (const node of nodes) {
      const config = await twin.on(node, `cat ${CONFIG}`);
      expect([node, config.includes(password)]).toEqual([node, node !== "russell"]);
    }
    const after = await startedAt();
    const restarted = others("russell")
      .map((node) => after[node] ?? 0)
      .sort((a, b) => a - b);
    expect(restarted.every((at) => at > Math.max(...Object.values(before)))).toBe(true);
    // In turns: the second is stopped only when the first says that it guards again.
    expect((restarted[1] ?? 0) - (restarted[0] ?? 0)).toBeGreaterThan(1_000_000);
    const state = await twin.exportedState();
    expect(state).not.toContain(password);
    expect((await twin.runUp()).done.stdout).toContain("nothing to change");
  });
});

describe("fencing that is taken off and put back", () => {
  it("leaves no fencer and no password on a host, and watchdogs as they were", async () => {
    file.put(file.committed.replace("      power: on\n", "      power: off\n"));
    await twin.runUp();
    for (const node of nodes) {
      const left = await twin.on(
        node,
        `ls -d /usr/lib/proxmox-ha/fencer ${CONFIG} /etc/systemd/system/proxmox-ha-fencer* 2>/dev/null; systemctl is-active proxmox-ha-fencer.service proxmox-ha-fencer-verify.timer watchdog-mux.service || true`,
      );
      expect([node, left]).toEqual([node, "inactive\ninactive\nactive\n"]);
    }
    const text = (await twin.run("status")).done.stdout;
    expect(text).toMatch(/watchdog/);
  });

  it("comes back with its proof", async () => {
    file.put(file.committed);
    await twin.runUp();
    expect((await pairs()).map(({ ok }) => ok)).toEqual(Array(6).fill(true));
    expect((await twin.runUp()).done.stdout).toContain("nothing to change");
  });
});
