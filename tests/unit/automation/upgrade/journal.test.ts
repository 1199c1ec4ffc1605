import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  EXIT_OTHER_RUN,
  parseJournal,
  READ_JOURNAL,
  REMOVE_JOURNAL,
  writeJournalScript,
} from "../../../../automation/upgrade/journal.js";

let folder: string;
const on = (script: string) =>
  spawnSync("bash", ["-c", script.replaceAll(/\/etc\/pve\/priv|\/run\/lock/g, folder)], {
    encoding: "utf8",
  });
const entry = (run: string) => ({ run, on: 'odd%"\\name', node: "frege", done: ["russell"] });
const write = (run: string, by = run) => on(writeJournalScript(entry(run), by)).status;
const kept = () => parseJournal(on(READ_JOURNAL).stdout);

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "upgrade-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("the journal of an upgrade", () => {
  it("is read as it was written, whatever the machine is called, and is gone afterwards", () => {
    expect(write("a1")).toBe(0);
    expect(kept()).toMatchObject(entry("a1"));
    on(REMOVE_JOURNAL);
    expect(kept()).toBeUndefined();
  });

  it("is another run's as long as that one is heard of", () => {
    write("a1");
    expect(write("b2")).toBe(EXIT_OTHER_RUN);
    expect(kept()?.run).toBe("a1");
    expect(write("a1")).toBe(0);
  });

  it("is taken over at once from a run that has said that it stopped", () => {
    write("a1");
    expect(write("", "a1")).toBe(0);
    expect(write("b2")).toBe(0);
  });

  it("is taken over after a minute from one that was killed", () => {
    write("a1");
    const file = path.join(folder, "proxmox-ha-upgrade.json");
    writeFileSync(file, readFileSync(file, "utf8").replace(/"heard":\d+/, '"heard":1000'));
    expect(write("b2")).toBe(0);
    expect(kept()?.run).toBe("b2");
  });
});
