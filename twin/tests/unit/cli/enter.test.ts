import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { commandWords, exitCodeOf, programPlace } from "../../../cli/enter.js";

describe("the words of a command for the inside of a twin", () => {
  it("lose the dashes that part them from the twin's own options", () => {
    expect(commandWords(["--", "pulumi", "up", "--yes"])).toEqual(["pulumi", "up", "--yes"]);
  });

  it("keep dashes that belong to the command", () => {
    expect(commandWords(["sh", "-c", "x", "--", "y"])).toEqual(["sh", "-c", "x", "--", "y"]);
    expect(commandWords(["--", "--", "y"])).toEqual(["--", "y"]);
    expect(commandWords([])).toEqual([]);
  });
});

describe("the place of the program's state in a twin", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "proxmox-ha-place-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("lies wholly below the twin's own folder", () => {
    const place = programPlace(join(folder, "program"));
    expect(place.PROXMOX_HA_STATE).toBe(join(folder, "program"));
    expect(place.PULUMI_BACKEND_URL).toBe(
      `file://${join(folder, "program", "pulumi")}?metadata=skip`,
    );
    expect(place.PULUMI_CONFIG_PASSPHRASE_FILE).toContain(folder);
  });

  it("keeps its passphrase, which nobody else can read", () => {
    const file = programPlace(folder).PULUMI_CONFIG_PASSPHRASE_FILE ?? "";
    const first = readFileSync(file, "utf8");
    expect(first.trim().length).toBeGreaterThan(15);
    expect(programPlace(folder).PULUMI_CONFIG_PASSPHRASE_FILE).toBe(file);
    expect(readFileSync(file, "utf8")).toBe(first);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});

it("the exit code of a command is passed on, and that of a killed one is told as a shell tells it", () => {
  expect(exitCodeOf(0, null)).toBe(0);
  expect(exitCodeOf(42, null)).toBe(42);
  expect(exitCodeOf(null, "SIGKILL")).toBe(137);
  expect(exitCodeOf(null, "SIGTERM")).toBe(143);
  expect(exitCodeOf(null, "SIGINT")).toBe(130);
});
