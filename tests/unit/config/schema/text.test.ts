import { describe, expect, it } from "vitest";
import { z } from "zod";
import { clusterSchema } from "../../../../config/schema/cluster.js";
import { oneLine, severalLines } from "../../../../config/schema/text.js";

type Schema = z.core.$ZodType;

/** Every text that a stack file may hold, keys of mappings included, by the way to it. */
function textsOf(schema: Schema, at: string): [string, z.core.$ZodString][] {
  if (schema instanceof z.core.$ZodString) {
    return [[at, schema]];
  }
  const { def } = schema._zod;
  if (schema instanceof z.core.$ZodObject) {
    return Object.entries(schema._zod.def.shape).flatMap(([key, one]) =>
      textsOf(one, `${at}.${key}`),
    );
  }
  if (schema instanceof z.core.$ZodRecord) {
    const { keyType, valueType } = schema._zod.def;
    return [...textsOf(keyType, `${at}.<name>`), ...textsOf(valueType, `${at}.*`)];
  }
  if (schema instanceof z.core.$ZodUnion) {
    return schema._zod.def.options.flatMap((one, index) => textsOf(one, `${at}|${index}`));
  }
  if (schema instanceof z.core.$ZodTuple) {
    return schema._zod.def.items.flatMap((one, index) => textsOf(one, `${at}[${index}]`));
  }
  const inner = ["innerType", "element", "in"].flatMap((name) => {
    const one: unknown = Reflect.get(def, name);
    return one instanceof z.core.$ZodType ? [one] : [];
  });
  return inner.flatMap((one) => textsOf(one, at));
}

const TEXTS = textsOf(clusterSchema, "");
const checksOf = (schema: z.core.$ZodString) => schema._zod.def.checks ?? [];
const begins = (schema: z.core.$ZodString, base: z.core.$ZodString) =>
  checksOf(base).every((check, index) => checksOf(schema)[index] === check);

describe("the texts of the schema", () => {
  it("are found in every corner", () => {
    const places = TEXTS.map(([at]) => at);
    expect(places.length).toBeGreaterThan(150);
    expect(places).toContain(".consent.<name>");
    expect(places).toContain(".networks.*.thunderbolt.cabling[][1]".replace("[]", ""));
  });

  it("go through the one place that refuses control characters", () => {
    const raw = TEXTS.filter(
      ([, schema]) => !begins(schema, oneLine) && !begins(schema, severalLines),
    );
    // Formats of zod whose own pattern is exact from the first character to the last.
    const exact = raw.filter(([, schema]) => !/^(email|guid)$/.test(formatOf(schema)));
    expect(exact.map(([at]) => at)).toEqual([]);
  });

  it.each(TEXTS)(
    "%s takes no control character at its beginning, inside or at its end",
    (_at, schema) => {
      for (const unseen of ["\0", "\r", "\u001b[2J", "\u0085", "\u2028", "\u202e", "\u007f"]) {
        for (const text of [`${unseen}abc`, `ab${unseen}c`, `abc${unseen}`]) {
          expect(z.safeParse(schema, text).success, JSON.stringify(text)).toBe(false);
        }
      }
    },
  );
});

function formatOf(schema: z.core.$ZodString): string {
  const format: unknown = Reflect.get(schema._zod.def, "format");
  return typeof format === "string" ? format : "";
}
