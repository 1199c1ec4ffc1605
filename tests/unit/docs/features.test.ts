import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";

const ROOT = path.resolve(__dirname, "..", "..", "..");
const page = readFileSync(path.join(ROOT, "docs", "features.md"), "utf8");
const rows = page
  .split("\n")
  .filter((line) => line.startsWith("| ") && !/^\| (---|feature )/.test(line));
const parsed = rows.map((row) => {
  const [, feature = "", , file = "", , name = ""] =
    /^\| (.+) \| \[(`)(.+)`\]\((.+)\) \| (.+) \|$/.exec(row) ?? [];
  return { row, feature, file, name };
});

/** Names that a file gives its tests, as they are written: `it("…", …)`, and behind `each` and `for`. */
function testsIn(file: string): ReadonlySet<string> {
  const text = readFileSync(path.join(ROOT, file), "utf8");
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    const [name] = ts.isCallExpression(node) ? node.arguments : [];
    if (
      ts.isCallExpression(node) &&
      name !== undefined &&
      ts.isStringLiteralLike(name) &&
      /^(it|test)\b/.test(node.expression.getText())
    ) {
      names.add(name.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return names;
}

it("has a file and a test in each row of docs/features.md", () => {
  expect(parsed.length).toBeGreaterThan(60);
  expect(parsed.filter(({ file, name }) => file === "" || name === "")).toEqual([]);
});

it("names tests that there are", () => {
  const unproved = parsed.flatMap(({ feature, file, name }) =>
    existsSync(path.join(ROOT, file)) && testsIn(file).has(name)
      ? []
      : [`${feature}: ${file}: ${name}`],
  );
  expect(unproved).toEqual([]);
});

it("says each feature once", () => {
  const features = parsed.map(({ feature }) => feature);
  expect(new Set(features).size).toBe(features.length);
});
