import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { CONDITIONS, isGate } from "../../../automation/engine/gates.js";
import { kindOf } from "../../../automation/engine/steps.js";
import { typeToken } from "../../../dynamic-providers/kit/dynamic-resource.js";

const PROVIDERS = path.resolve(__dirname, "..", "..", "..", "dynamic-providers");

it("knows every gate that a provider makes", () => {
  const sources = readdirSync(PROVIDERS, { recursive: true, encoding: "utf8" });
  const providers = sources.filter((file) => path.basename(file) === "provider.ts");
  const made = providers.flatMap((file) => {
    const text = readFileSync(path.join(PROVIDERS, file), "utf8");
    const kind = /defineGate<[^>]*>\(\{\s*kind: "([^"]+)"/.exec(text)?.[1];
    expect(text.includes("defineGate<"), file).toBe(kind !== undefined);
    return kind === undefined ? [] : [kindOf(typeToken(kind))];
  });
  expect(made.sort()).toEqual(Object.keys(CONDITIONS).sort());
});

it.each([
  ["create", true],
  ["update", true],
  ["delete", false],
  ["refresh", false],
])("takes a gate in a step %s for one that measures: %s", (op, measures) => {
  expect(isGate({ op, type: "pulumi-nodejs:dynamic/pvesm:Gate" })).toBe(measures);
});
