import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { clusterJsonSchema, type JsonSchema } from "../../../config/generate/json-schema.js";
import { generators } from "../../../config/generators.js";
import { loadCodes } from "../../../config/load/codes.js";
import { ALL_RULE_SETS } from "../../../config/rules/index.js";
import { ROOT, textOf } from "./wrong/wrong-stack.js";

describe("generated files", () => {
  it.each(generators.map((one) => [one.path, one] as const))("%s is fresh", (file, generator) => {
    expect(readFileSync(path.join(ROOT, file), "utf8")).toBe(generator.render());
  });

  it("document every field with a description", () => {
    const bare = undocumented(clusterJsonSchema(), "");
    expect(bare).toEqual([]);
  });

  it("document every code once", () => {
    const codes = [loadCodes, ...ALL_RULE_SETS.map((set) => set.codes)].flatMap(Object.keys);
    expect(new Set(codes).size).toBe(codes.length);
    const text = readFileSync(path.join(ROOT, "docs/findings.md"), "utf8");
    for (const code of codes) {
      expect(text).toContain(`\`${code}\``);
    }
  });
});

describe("the JSON Schema that editors use", () => {
  const schema = z.fromJSONSchema(
    JSON.parse(generators[0]?.render() ?? "{}", (key, value) =>
      key === "patternProperties" ? undefined : value,
    ),
  );

  it.each(["frege", "pve1", "homelab", "gtr7"] as const)(
    "accepts the stack file of %s",
    (stack) => {
      expect(schema.safeParse(parse(textOf(stack))).error).toBeUndefined();
    },
  );

  it("refuses an unknown key", () => {
    const stack = parse(textOf("frege").replace("timezone:", "timezon:"));
    expect(schema.safeParse(stack).success).toBe(false);
  });
});

/** Fields of mappings without a word about them; entries by name and of lists need none. */
function undocumented(schema: JsonSchema, at: string): string[] {
  const fields = Object.entries(schema.properties ?? {}).flatMap(([name, one]) => {
    if (typeof one !== "object") {
      return [];
    }
    const field = `${at}.${name}`;
    const secret = ["ssm", "env", "pulumi"].includes(name) && at.endsWith("|");
    return [
      ...(one.description === undefined && !secret ? [field] : []),
      ...undocumented(one, field),
    ];
  });
  const inner = [schema.additionalProperties, schema.items].flatMap((one) =>
    typeof one === "object" && one !== null && !Array.isArray(one)
      ? undocumented(one, `${at}.*`)
      : [],
  );
  const variants = (schema.anyOf ?? []).flatMap((one) =>
    typeof one === "object" ? undocumented(one, `${at}|`) : [],
  );
  return [...fields, ...inner, ...variants];
}
