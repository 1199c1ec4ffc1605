import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ProgramTwin } from "../support/program-twin.js";
import { expectFilesAccepted, expectFormed, expectStackToForm } from "../support/stack-scenario.js";

const repository = path.resolve(__dirname, "..", "..", "..");
const folders: string[] = [];

/** A project folder with the frege stack on the older major; nothing else differs. */
function fregeOnEight(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "frege-on-8-"));
  folders.push(folder);
  const nine = readFileSync(path.join(repository, "Pulumi.frege.yaml"), "utf8");
  const eight = nine.replace("major: 9", "major: 8");
  expect(eight).not.toBe(nine);
  writeFileSync(path.join(folder, "Pulumi.frege8.yaml"), eight);
  return folder;
}

afterEach(() => {
  vi.unstubAllEnvs();
  for (const folder of folders.splice(0)) {
    rmSync(folder, { recursive: true, force: true });
  }
});

describe("every stack on its twin", () => {
  it.each(["frege", "gtr7", "homelab"])(
    "%s forms from fresh hosts, is healthy and is left alone afterwards",
    expectStackToForm,
  );

  // No twin has a backup server, and Proxmox refuses a storage on one that does not answer.
  it("pve1 forms and names the backup server that does not answer", async () => {
    const twin = await ProgramTwin.up("pve1", "pve1");
    try {
      for (const attempt of ["first", "second"]) {
        const { done, log } = await twin.run("up");
        const roundTrips = JSON.stringify(log.roundTrips());
        console.log(`pve1: ${attempt} up ${done.seconds} s; round trips: ${roundTrips}`);
        expect(done.status).not.toBe(0);
        expect(done.stdout + done.stderr).toContain("10.30.0.50:8007");
        const failed = `${done.stdout}\n${done.stderr}`.match(/FAILED +\S+/g) ?? [];
        expect(failed.map((line) => line.split(/ +/)[1])).toEqual(["pbs-pve1-definition"]);
      }
      const status = await twin.status();
      expectFormed(status);
      expect(status.healthy).toBe(false);
      for (const { node } of status.nodes) {
        await expectFilesAccepted(twin, node);
      }
    } finally {
      await twin.down();
    }
  });

  it("frege does so on Proxmox VE 8", async () => {
    vi.stubEnv("PROXMOX_HA_PROJECT", fregeOnEight());
    await expectStackToForm("frege8");
  });
});
