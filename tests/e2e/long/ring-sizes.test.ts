import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { plainCluster } from "../support/plain-cluster.js";
import { ProgramTwin } from "../support/program-twin.js";

const HOUR_MS = 3_600_000;
const folders: string[] = [];
const twins: ProgramTwin[] = [];

afterEach(async () => {
  for (const twin of twins.splice(0)) await twin.down();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  delete process.env.PROXMOX_HA_PROJECT;
});

/** So many nodes with two cables each; most of them reach most others over transit nodes. */
const ringOf = (count: number): string =>
  plainCluster("rounds", count, {
    hardware: "ms-01",
    port: "enp87s0",
    more: {
      ring: "{ loopbacks: 10.255.255.0/24, loopbacks6: fd00:255::/64, thunderbolt: { ports: [en05, en06] } }",
    },
  });

describe.each([6, 9, 16])("a ring of %i nodes", (count) => {
  it("converges within its deadline and the cluster forms", { timeout: 3 * HOUR_MS }, async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "rounds-"));
    folders.push(folder);
    process.env.PROXMOX_HA_PROJECT = folder;
    writeFileSync(path.join(folder, "Pulumi.rounds.yaml"), ringOf(count));
    const twin = await ProgramTwin.up("rounds", "rounds", { deadlineMs: HOUR_MS });
    twins.push(twin);
    const { done, log } = await twin.runUp({ deadlineMs: HOUR_MS });
    const measured = log.steps().filter(({ verb }) => verb === "measure network paths");
    console.log(`${count} nodes: up ${done.seconds} s, ${measured.length} looks at the paths`);
    const far = `10.255.255.${Math.floor(count / 2) + 1}`;
    const seen = await twin.on(
      "node01",
      `ip route get ${far}; ping -n -q -c 3 -M do -s 65492 ${far}`,
    );
    expect(seen).toMatch(/dev en0[56]/);
    expect(seen).toContain("3 received");
    expect(await twin.on("node01", "ip route show 10.255.255.0/24")).toMatch(
      /^(unreachable|blackhole) 10\.255\.255\.0\/24/,
    );
    const counted = await twin.on("node01", "corosync-quorumtool -s", 300_000);
    expect(counted).toMatch(new RegExp(`^Total votes:\\s+${count}$`, "m"));
    const second = await twin.runUp({ deadlineMs: HOUR_MS });
    expect(second.log.roundTrips()).toEqual({});
  });
});
