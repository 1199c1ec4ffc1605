import { readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { EXIT, statusOfFailures } from "../../../automation/engine/exit-status.js";
import { kindsIn, marked } from "../../../config/failure/kind.js";

const ROOT = path.resolve(__dirname, "..", "..", "..");
const textOf = (file: string): string => readFileSync(path.join(ROOT, file), "utf8");

/** The cells of a table below its head. */
function rowsOf(file: string, head: string): string[][] {
  const [, behind = ""] = textOf(file).split(`${head}\n`);
  const [table = ""] = behind.split("\n\n");
  return table
    .split("\n")
    .slice(1)
    .map((row) => row.split("|").map((cell) => cell.trim().replaceAll("`", "")));
}

/** Words of a union of texts that a source declares. */
function wordsOf(file: string, type: string): string[] {
  const source = ts.createSourceFile(file, textOf(file), ts.ScriptTarget.Latest, true);
  const declared = source.statements.find(
    (one): one is ts.TypeAliasDeclaration =>
      ts.isTypeAliasDeclaration(one) && one.name.text === type,
  );
  return [...(declared?.type.getText().matchAll(/"(\w+)"/g) ?? [])].flatMap(
    ([, word]) => word ?? [],
  );
}

const kinds = wordsOf("config/failure/kind.ts", "FailureKind");

describe("exit statuses", () => {
  it.each([
    ["docs/runbook.md", "| exit status | means | do |"],
    ["docs/errors.md", "| status | name | means |"],
  ])("are explained, each of them and no other: %s", (file, head) => {
    const listed = rowsOf(file, head).map(([, status]) => Number(status));
    expect(listed).toEqual(Object.values(EXIT));
  });

  it("have the names that commands give them", () => {
    const listed = rowsOf("docs/errors.md", "| status | name | means |").map(([, , name]) => name);
    expect(listed).toEqual(Object.keys(EXIT));
  });
});

describe("kinds of errors", () => {
  const rows = rowsOf("docs/errors.md", "| kind | where | means |");
  const documented = (where: string) =>
    rows.flatMap(([, kind = "", place = ""]) => (place.startsWith(where) ? [kind] : [])).sort();

  it("are explained, each of them and no other", () => {
    const ofLibrary = wordsOf("automation/library/cluster-error.ts", "ClusterErrorKind");
    expect(kinds).toHaveLength(4);
    expect(documented("everywhere")).toEqual(kinds.toSorted());
    expect(documented("[library]")).toEqual(ofLibrary);
  });

  it("mean the status that the page says", () => {
    for (const [, kind = "", , means = ""] of rows.filter(
      ([, , place]) => place === "everywhere",
    )) {
      const known = (["refused", "unreachable", "badInput", "failed"] as const).find(
        (one) => one === kind,
      );
      expect(means).toBe(`as status ${statusOfFailures(known === undefined ? [] : [known])}`);
    }
  });

  it("stand as a mark behind a text, as the page shows one", () => {
    const [mark = ""] = /\[proxmox-ha: \w+\]/.exec(textOf("docs/errors.md")) ?? [];
    expect(kindsIn(`something ${mark}`)).toEqual(["refused"]);
    expect(marked("something", "failed")).toBe("something");
  });
});
