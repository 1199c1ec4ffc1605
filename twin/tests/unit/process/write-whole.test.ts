import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { decideOnce, readIfThere, writeWhole } from "../../../process/write-whole.js";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "write-whole-"));
  file = path.join(folder, "file.json");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("a file that commands of one twin share", () => {
  it("is never seen half written by a reader beside the writer", async () => {
    const long = ["a", "b"].map((letter) => letter.repeat(3_000_000));
    writeWhole(file, long[0] ?? "", 0o600);
    const reader = new Worker(
      `const { readFileSync } = require("node:fs");
       const { parentPort, workerData } = require("node:worker_threads");
       let ended = false;
       parentPort.on("message", () => { ended = true; });
       const lengths = new Set();
       const look = () => {
         lengths.add(readFileSync(workerData, "utf8").length);
         if (ended) { parentPort.postMessage([...lengths]); parentPort.close(); } else setImmediate(look);
       };
       parentPort.postMessage("reading");
       look();`,
      { eval: true, workerData: file },
    );
    await new Promise((resolve) => reader.once("message", resolve));
    for (let round = 1; round <= 40; round++) writeWhole(file, long[round % 2] ?? "", 0o600);
    const seen = new Promise((resolve) => reader.once("message", resolve));
    reader.postMessage("end");
    expect(await seen).toEqual([3_000_000]);
  });

  it("is not touched when it holds the content already", () => {
    writeWhole(file, "same", 0o600);
    const before = statSync(file).ino;
    writeWhole(file, "same", 0o600);
    expect(statSync(file).ino).toBe(before);
  });

  it("keeps its mode and leaves nothing beside it", () => {
    writeWhole(file, "#!/bin/sh\n", 0o700);
    expect(statSync(file).mode & 0o777).toBe(0o700);
    expect(readdirSync(folder)).toEqual(["file.json"]);
  });

  it("that is decided once stays as the first one decided", () => {
    expect(decideOnce(file, () => "first", 0o600)).toBe("first");
    expect(decideOnce(file, () => "second", 0o600)).toBe("first");
    expect(readFileSync(file, "utf8")).toBe("first");
    expect(readdirSync(folder)).toEqual(["file.json"]);
  });

  it("that somebody else decides in the meantime is theirs", () => {
    const made = decideOnce(
      file,
      () => {
        decideOnce(file, () => "theirs", 0o600);
        return "ours";
      },
      0o600,
    );
    expect(made).toBe("theirs");
  });

  it("that is not there has no content, and another failure is not hidden", () => {
    expect(readIfThere(file)).toBeUndefined();
    expect(() => readIfThere(folder)).toThrow(/EISDIR/);
  });
});
