import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { mountPoints, removeTree } from "../../../engines/container/remove-tree.js";

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), "remove tree-")));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("a folder in which a killed build left something mounted", () => {
  it("is removed, and what was mounted keeps its files", async () => {
    const machine = path.join(folder, "machine");
    const building = path.join(folder, "image.building-1");
    mkdirSync(machine);
    writeFileSync(path.join(machine, "null"), "the machine's own");
    for (const place of ["dev", "dev/pts"]) {
      mkdirSync(path.join(building, "root", place), { recursive: true });
      mkdirSync(path.join(machine, "pts"), { recursive: true });
      execFileSync("mount", ["--bind", machine, path.join(building, "root", place)]);
    }
    await removeTree(building);
    expect(existsSync(building)).toBe(false);
    expect(readFileSync(path.join(machine, "null"), "utf8")).toBe("the machine's own");
    expect(mountPoints(readFileSync("/proc/self/mountinfo", "utf8")).join("\n")).not.toContain(
      folder,
    );
  });

  it("does not touch its neighbour whose name only begins like it", async () => {
    const [one, other] = [path.join(folder, "a"), path.join(folder, "ab")];
    mkdirSync(one);
    mkdirSync(other);
    execFileSync("mount", ["-t", "tmpfs", "tmpfs", other]);
    try {
      await removeTree(one);
      expect(existsSync(one)).toBe(false);
      expect(mountPoints(readFileSync("/proc/self/mountinfo", "utf8"))).toContain(other);
    } finally {
      execFileSync("umount", [other]);
    }
  });

  it("need not be there", async () => {
    await removeTree(path.join(folder, "never"));
  });
});
