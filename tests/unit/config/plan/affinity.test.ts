import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { planCluster } from "../../../../config/plan/cluster.js";
import { renderRingFiles } from "../../../../config/plan/render/ring-files.js";
import { specOf } from "./stacks.js";

const INTERRUPTS = `           CPU0       CPU1
   9:          0          0  IR-IO-APIC    9-fasteoi   acpi
 141:         12          0  IR-PCI-MSIX-0000:00:0d.2    0-edge      thunderbolt
 142:          7          3  IR-PCI-MSIX-0000:00:0d.2    1-edge      thunderbolt
 150:        999          0  IR-PCI-MSIX-0000:57:00.0    0-edge      enp87s0
`;

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "affinity-"));
  for (const irq of [9, 141, 142, 150]) {
    mkdirSync(path.join(root, `proc/irq/${irq}`), { recursive: true });
    writeFileSync(path.join(root, `proc/irq/${irq}/smp_affinity_list`), "0-19\n");
  }
  writeFileSync(path.join(root, "proc/interrupts"), INTERRUPTS);
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

/** Runs the file as ifupdown2 does when a port came up; gives back where each interrupt may go. */
function comeUp(port: string, performanceCores?: string): Record<string, string> {
  const [ring] = planCluster(specOf("frege")).rings;
  const node = ring?.nodes[0];
  const files = ring === undefined || node === undefined ? [] : renderRingFiles(ring, node);
  const file = files.find(({ path: at }) => at === "/etc/network/if-up.d/tb-affinity");
  expect(file?.mode).toBe(0o755);
  if (performanceCores !== undefined) {
    mkdirSync(path.join(root, "sys/devices/cpu_core"), { recursive: true });
    writeFileSync(path.join(root, "sys/devices/cpu_core/cpus"), `${performanceCores}\n`);
  }
  const script = (file?.content ?? "exit 1").replace(/\/(proc|sys)\//g, `${root}/$1/`);
  execFileSync("sh", ["-c", script], { env: { ...process.env, IFACE: port } });
  return Object.fromEntries(
    [9, 141, 142, 150].map((irq) => [
      irq,
      readFileSync(path.join(root, `proc/irq/${irq}/smp_affinity_list`), "utf8").trim(),
    ]),
  );
}

describe("interrupts of the ring's ports", () => {
  it("go to the performance cores that the machine names, and no other interrupt moves", () => {
    const pinned = { 9: "0-19", 141: "0-11", 142: "0-11", 150: "0-19" };
    expect(comeUp("en05", "0-11")).toEqual(pinned);
  });

  it("stay where they are on a machine whose cores are all alike", () => {
    expect(comeUp("en05")).toMatchObject({ 141: "0-19", 142: "0-19" });
  });

  it("are left alone when another port comes up", () => {
    expect(comeUp("vmbr0", "0-11")).toMatchObject({ 141: "0-19", 142: "0-19" });
  });
});
