import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { expectStackToForm, FORMED_MS } from "../support/stack-scenario.js";

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
  it.each(["frege", "gtr7", "homelab", "pve1"])(
    "%s forms from fresh hosts, is healthy and is left alone afterwards",
    (stack) => expectStackToForm(stack),
    FORMED_MS,
  );

  it(
    "frege does so on Proxmox VE 8",
    async () => {
      vi.stubEnv("PROXMOX_HA_PROJECT", fregeOnEight());
      await expectStackToForm("frege8");
    },
    FORMED_MS,
  );
});
