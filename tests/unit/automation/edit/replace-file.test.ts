import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { replaceFile } from "../../../../automation/edit/replace-file.js";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "replace-"));
  file = path.join(folder, "Pulumi.frege.yaml");
  writeFileSync(file, "three\n");
  chmodSync(file, 0o640);
});
afterEach(() => rmSync(folder, { recursive: true }));

const replace = (from = "three\n", at = file): void =>
  replaceFile({ file: at, from, to: "four\n", otherwise: "Run it again." });
const text = (): string => readFileSync(file, "utf8");

describe("a file that is as it was read", () => {
  it("gets the new text, and keeps its rights and the link to it", () => {
    const link = path.join(folder, "link.yaml");
    symlinkSync(file, link);
    replace("three\n", link);
    expect([text(), statSync(file).mode & 0o777]).toEqual(["four\n", 0o640]);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(["Pulumi.frege.yaml", "link.yaml"]);
  });
});

describe("two commands at once", () => {
  it("leave what the other one has written since the file was read", () => {
    writeFileSync(file, "three, and a comment\n");
    expect(() => replace()).toThrow(/changed by somebody else meanwhile.*Run it again\.$/);
    expect([text(), readdirSync(folder)]).toEqual([
      "three, and a comment\n",
      ["Pulumi.frege.yaml"],
    ]);
  });

  it("leave the text that the other one is about to put in place, and say what to do where nobody is", () => {
    const next = `${file}.new`;
    writeFileSync(next, "of the other");
    expect(() => replace()).toThrow(`another command is about to write it: ${next} is there`);
    expect(() => replace()).toThrow(`remove ${next} first`);
    expect([text(), readFileSync(next, "utf8")]).toEqual(["three\n", "of the other"]);
  });
});
