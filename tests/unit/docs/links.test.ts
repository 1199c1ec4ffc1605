import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = path.resolve(__dirname, "..", "..", "..");

/** Every document of the repository. */
const documents = [
  ...readdirSync(ROOT).filter((file) => file.endsWith(".md")),
  ...readdirSync(path.join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => path.join("docs", file)),
  "twin/README.md",
];

const textOf = (file: string): string => readFileSync(path.join(ROOT, file), "utf8");

/** Text without code, in which brackets are something else. */
function prose(file: string): string {
  return textOf(file)
    .replace(/^```[\s\S]*?^```$/gm, "")
    .replace(/`[^`\n]*`/g, "code");
}

/** Anchors as forges make them from titles. */
function anchorsOf(file: string): string[] {
  return [...textOf(file).matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

function broken(file: string): string[] {
  return [...prose(file).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target = ""]) => {
    if (/^[a-z]+:/.test(target)) {
      return [];
    }
    const [place = "", anchor] = target.split("#");
    const there = place === "" ? file : path.join(path.dirname(file), place);
    const isThere = existsSync(path.join(ROOT, there));
    const isNamed = anchor === undefined || (isThere && anchorsOf(there).includes(anchor));
    return isThere && isNamed ? [] : [`${file}: ${target}`];
  });
}

/** A path of the repository that a document names between backquotes. */
function missing(file: string): string[] {
  const named =
    /`((?:docs|twin|examples|config|components|dynamic-providers|automation|toolchain|tests|plugin|agents)\/[\w./-]*)`/g;
  return [...textOf(file).matchAll(named)].flatMap(([, place = ""]) =>
    existsSync(path.join(ROOT, place)) ? [] : [`${file}: ${place}`],
  );
}

describe("documents", () => {
  it.each(documents)("lead where something is: %s", (file) => {
    expect(broken(file)).toEqual([]);
  });

  it("name files that there are", () => {
    // Decisions tell what was there when they were made.
    const present = documents.filter((file) => !file.startsWith("docs/adr/"));
    expect(present.flatMap(missing)).toEqual([]);
  });

  it("are found by their readers: each one in docs/ is named by another one", () => {
    const texts = documents.map((file) => [file, textOf(file)] as const);
    const unnamed = documents.filter((file) => {
      const name = path.basename(file);
      return (
        file.startsWith("docs/") &&
        !file.startsWith("docs/adr/") &&
        !texts.some(([other, text]) => other !== file && text.includes(name))
      );
    });
    expect(unnamed).toEqual([]);
  });
});
