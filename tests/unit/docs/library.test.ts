import { readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";
import { z } from "zod";

const ROOT = path.resolve(__dirname, "..", "..", "..");
const textOf = (file: string): string => readFileSync(path.join(ROOT, file), "utf8");

/** Names that an entry of the package exports. */
function exportedBy(entry: string): string[] {
  const source = ts.createSourceFile(entry, textOf(entry), ts.ScriptTarget.Latest);
  const others = [ts.SyntaxKind.ImportDeclaration, ts.SyntaxKind.ExpressionStatement];
  return source.statements.flatMap((statement) => {
    if (others.includes(statement.kind)) {
      return [];
    }
    if (!ts.isExportDeclaration(statement) || statement.exportClause === undefined) {
      throw new Error(`${entry} exports by name alone: ${statement.getText(source)}`);
    }
    return ts.isNamedExports(statement.exportClause)
      ? statement.exportClause.elements.map(({ name }) => name.text)
      : [statement.exportClause.name.text];
  });
}

/** Names in the first column of the table below a title. */
function listedBelow(title: string): string[] {
  const [, behind = ""] = textOf("docs/library.md").split(`## ${title}\n`);
  const [section = ""] = behind.split("\n## ");
  return [...section.matchAll(/^\| (`[^|]*`) \|/gm)].flatMap(([, names = ""]) =>
    [...names.matchAll(/`(\w+)`/g)].flatMap(([, name]) => name ?? []),
  );
}

it.each([
  ["Public interface", "automation/library/index.ts"],
  ["Public components", "components/index.ts"],
])("lists every export in docs/library.md, and nothing that is none: %s", (title, entry) => {
  expect(listedBelow(title).sort()).toEqual(exportedBy(entry).sort());
});

it("lists what no single line of the changelog may lack: the version of the package", () => {
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(textOf("package.json")));
  expect(textOf("CHANGELOG.md")).toContain(`\n## [${version}]`);
});

it("leaves the program to Pulumi, which takes the default entry of a package and not its main one", () => {
  const { main, exports } = z
    .object({ main: z.string(), exports: z.object({ ".": z.record(z.string(), z.string()) }) })
    .parse(JSON.parse(textOf("package.json")));
  expect(exports["."].default).toBe(`./${main}`);
  expect(exports["."].import).toBeUndefined();
  expect(exports["."].require).toBeUndefined();
});
