import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";

const ROOT = path.resolve(__dirname, "..", "..", "..", "..");

/** Every file of ours that a file loads, at once or later, by what it imports; types are loaded by nobody. */
function reachedFrom(entry: string): Map<string, string> {
  const found = new Map<string, string>();
  const waiting = [path.join(ROOT, entry)];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (found.has(file)) {
      continue;
    }
    const text = readFileSync(file, "utf8");
    found.set(file, text);
    const loading = text.replaceAll(/^(import|export) type [^;]*;/gm, "");
    for (const [, to = ""] of loading.matchAll(
      /(?:\bfrom |\bimport\(|^import )"(\.[^"]+)\.js"/gm,
    )) {
      waiting.push(path.resolve(path.dirname(file), `${to}.ts`));
    }
  }
  return found;
}

it("reaches nothing that prints on standard output, ends the process or reads the command line", () => {
  const reached = reachedFrom("automation/library/index.ts");
  const names = [...reached.keys()].map((file) => path.relative(ROOT, file));
  expect(names).toContain("automation/engine/run-stack.ts");
  expect(names).toContain("automation/restore-drill/run.ts");
  const loud = [...reached]
    .filter(([, text]) =>
      /\bprocess\.(stdout|stdin|argv|exit\b|exitCode)|\bconsole\.(log|info|warn|error|debug)\(/.test(
        text,
      ),
    )
    .map(([file]) => path.relative(ROOT, file));
  expect(loud).toEqual([]);
});
