import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { inspectArtefact, makeArtefact } from "../../../toolchain/artefact.mjs";

let folder = "";
let place = "";

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "artefact-"));
  place = path.join(folder, "plugin");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function make(content: string, recipe = "recipe") {
  return makeArtefact(place, async (fresh) => {
    writeFileSync(path.join(fresh, "binary"), content);
    return { recipe, source: "build", reason: "a test", proof: "none" };
  });
}

describe("an artefact in the cache", () => {
  it("is accepted as it was made", async () => {
    await make("content");
    expect(inspectArtefact(place, "recipe").stamp?.source).toBe("build");
  });

  it("is absent before it was made", () => {
    expect(inspectArtefact(place, "recipe").fault).toBe("it is not in the cache");
  });

  it("is stale under another recipe", async () => {
    await make("content");
    expect(inspectArtefact(place, "newer").fault).toContain("another recipe");
  });

  it.each(["content and more", "CONTENT"])("is refused when a file became %j", async (other) => {
    await make("content");
    writeFileSync(path.join(place, "binary"), other);
    utimesSync(path.join(place, "binary"), 1, 1);
    expect(inspectArtefact(place, "recipe").fault).toContain("binary");
  });

  it("is accepted when only the time of a file changed", async () => {
    await make("content");
    utimesSync(path.join(place, "binary"), 1, 1);
    expect(inspectArtefact(place, "recipe").fault).toBeUndefined();
  });

  it("is refused with a stamp that can't be read", async () => {
    await make("content");
    writeFileSync(path.join(place, "stamp.json"), '{"recipe": "re');
    expect(inspectArtefact(place, "recipe").fault).toContain("stamp");
  });

  it("stays as it was when making the next one fails half-way", async () => {
    await make("content");
    const failing = makeArtefact(place, async (fresh) => {
      writeFileSync(path.join(fresh, "binary"), "half");
      throw new Error("cut");
    });
    await expect(failing).rejects.toThrow("cut");
    expect(readFileSync(path.join(place, "binary"), "utf8")).toBe("content");
    expect(inspectArtefact(place, "recipe").fault).toBeUndefined();
  });

  it("takes nothing over from an attempt that was cut", async () => {
    await expect(
      makeArtefact(place, async (fresh) => {
        writeFileSync(path.join(fresh, "left-over"), "half");
        throw new Error("cut");
      }),
    ).rejects.toThrow();
    const { files } = await make("content");
    expect(Object.keys(files)).toEqual(["binary"]);
  });
});
