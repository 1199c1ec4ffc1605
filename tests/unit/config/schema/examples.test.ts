import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { flow } from "../../../../config/findings/flow.js";
import { clusterSchema } from "../../../../config/schema/cluster.js";

type Schema = z.core.$ZodType;

/** Every schema that carries an example, with the way to it. */
function withExamples(schema: Schema, at: string): [string, Schema, unknown][] {
  const examples: unknown = z.globalRegistry.get(schema)?.examples;
  const own: [string, Schema, unknown][] = (Array.isArray(examples) ? examples : []).map(
    (one: unknown) => [at, schema, one],
  );
  return [...own, ...inner(schema, at).flatMap(([where, one]) => withExamples(one, where))];
}

function inner(schema: Schema, at: string): [string, Schema][] {
  if (schema instanceof z.core.$ZodObject) {
    return Object.entries(schema._zod.def.shape).map(([key, one]) => [`${at}.${key}`, one]);
  }
  if (schema instanceof z.core.$ZodUnion) {
    return schema._zod.def.options.map((one, index) => [`${at}|${index}`, one]);
  }
  return ["innerType", "element", "in", "valueType"].flatMap((name): [string, Schema][] => {
    const one: unknown = Reflect.get(schema._zod.def, name);
    return one instanceof z.core.$ZodType ? [[at, one]] : [];
  });
}

describe("what the documents and messages print as an example", () => {
  const examples = withExamples(clusterSchema, "");

  it("is there for most fields", () => {
    expect(examples.length).toBeGreaterThan(150);
  });

  it.each(examples)("%s is accepted when it is pasted", (_at, schema, example) => {
    const pasted: unknown = parse(`field: ${flow(example)}`).field;
    expect(pasted).toEqual(example);
    expect(z.safeParse(schema, pasted).error?.issues ?? []).toEqual([]);
  });
});
