import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { expectStackToForm, FORMED_MS } from "../support/stack-scenario.js";

const repository = path.resolve(__dirname, "..", "..", "..");
const folders: string[] = [];

/** A project folder with one committed stack under a name of its own and with edits, each of which has to find something. */
function edited(
  stack: string,
  name: string,
  edits: readonly (readonly [string, string])[],
): string {
  const folder = mkdtempSync(path.join(tmpdir(), `${name}-`));
  folders.push(folder);
  const text = edits.reduce(
    (before, [what, by]) => {
      expect(before).toContain(what);
      return before.replace(what, by);
    },
    readFileSync(path.join(repository, `Pulumi.${stack}.yaml`), "utf8"),
  );
  writeFileSync(path.join(folder, `Pulumi.${name}.yaml`), text);
  return folder;
}

/** Two disks a host instead of twelve, and placement groups for as many: what a small machine bears. */
const SIX_OSDS = [
  ["count: 12", "count: 2"],
  ["pgs: 512", "pgs: 32"],
  ["pgs: 256", "pgs: 16"],
  ["pgs: 128", "pgs: 16"],
] as const;

afterEach(() => {
  vi.unstubAllEnvs();
  for (const folder of folders.splice(0)) {
    rmSync(folder, { recursive: true, force: true });
  }
});

describe("every stack on its twin", () => {
  it.each(["frege", "gtr7", "homelab"])(
    "%s forms from fresh hosts, is healthy and is left alone afterwards",
    (stack) => expectStackToForm(stack),
    FORMED_MS,
  );

  it(
    "pve1 does so with six OSDs",
    async () => {
      vi.stubEnv("PROXMOX_HA_PROJECT", edited("pve1", "pve1", SIX_OSDS));
      await expectStackToForm("pve1");
    },
    FORMED_MS,
  );

  it(
    "pve1 does so with all of its 36 OSDs",
    async () => {
      vi.stubEnv("PROXMOX_HA_PROJECT", edited("pve1", "pve1", []));
      await expectStackToForm("pve1", async (twin) => {
        const memory = await twin.on("pve1-node1", "ps -C ceph-osd -o rss= | sort -n");
        const each = memory.trim().split("\n").map(Number);
        expect(each.length % 12).toBe(0);
        console.log(`pve1: an OSD has ${each[0]} to ${each.at(-1)} KiB resident`);
      });
    },
    FORMED_MS,
  );

  it(
    "frege does so on Proxmox VE 8",
    async () => {
      vi.stubEnv("PROXMOX_HA_PROJECT", edited("frege", "frege8", [["major: 9", "major: 8"]]));
      await expectStackToForm("frege8");
    },
    FORMED_MS,
  );
});
