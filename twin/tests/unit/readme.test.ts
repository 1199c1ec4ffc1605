import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { loadStack } from "../../../config/load/index.js";
import { planTwin } from "../../plan/plan-twin.js";

it("the README's first file describes a twin of three hosts", () => {
  const text = readFileSync(path.resolve(__dirname, "..", "..", "README.md"), "utf8");
  const [, stack = ""] = /```yaml\n([\s\S]*?)```/.exec(text) ?? [];
  const file = "Pulumi.lab.yaml";
  const { spec, findings } = loadStack({ file, text: stack });
  expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
  if (spec === undefined) throw new Error("it describes no cluster");
  const plan = planTwin(spec, { stack: "lab", file });
  expect(plan.hosts.map(({ name }) => name)).toEqual(["one", "two", "three"]);
});
