import type { JsonSchema } from "../../../config/generate/json-schema.js";

export type SchemaNode = JsonSchema;

function nodeOf(one: SchemaNode | boolean | undefined): SchemaNode | undefined {
  return typeof one === "object" ? one : undefined;
}

/** What may stand below a node, by the step that leads there: a field, `*` for any name, `[]` for an entry. */
function stepsOf(schema: SchemaNode): (readonly [step: string, inner: SchemaNode])[] {
  const items = Array.isArray(schema.items) ? undefined : nodeOf(schema.items);
  const any = nodeOf(schema.additionalProperties);
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([name, one]) => {
      const inner = nodeOf(one);
      return inner === undefined ? [] : [[name, inner] as const];
    }),
    ...(any === undefined ? [] : [["*", any] as const]),
    ...(items === undefined ? [] : [["[]", items] as const]),
    ...(schema.anyOf ?? []).flatMap((one) => {
      const variant = nodeOf(one);
      return variant === undefined ? [] : stepsOf(variant);
    }),
  ];
}

const isSecret = (steps: readonly (readonly [string, SchemaNode])[]): boolean =>
  ["ssm", "env", "pulumi"].every((kind) => steps.some(([step]) => step === kind));

/** Places of single values; a secret reference is one, and so is a list of plain values. */
export function leavesOf(schema: SchemaNode, at: readonly string[] = []): string[] {
  const steps = stepsOf(schema);
  const below = isSecret(steps) ? [] : steps;
  const found = below.flatMap(([step, inner]) =>
    leavesOf(inner, step === "[]" ? at : [...at, step]),
  );
  return [...new Set(found.length > 0 ? found : [at.join(".")])];
}

/** A value that notes each place that is read, as the schema calls it. */
export function recording<T>(value: T, schema: SchemaNode, seen: Set<string>): T {
  return wrapped(value, [schema], [], seen);
}

function wrapped<T>(
  value: T,
  schemas: readonly SchemaNode[],
  at: readonly string[],
  seen: Set<string>,
): T {
  if (typeof value !== "object" || value === null) {
    return value;
  }
  return new Proxy(value, {
    get(target, key, receiver) {
      const inner: unknown = Reflect.get(target, key, receiver);
      if (typeof key !== "string" || typeof inner === "function") {
        return inner;
      }
      const steps = schemas.flatMap(stepsOf);
      if (isSecret(steps)) {
        return inner;
      }
      if (Array.isArray(target)) {
        const entries = steps.flatMap(([step, one]) => (step === "[]" ? [one] : []));
        return /^\d+$/.test(key) ? wrapped(inner, entries, at, seen) : inner;
      }
      const own = steps.filter(([step]) => step === key);
      const taken = own.length > 0 ? own : steps.filter(([step]) => step === "*");
      const place = taken[0] === undefined ? at : [...at, taken[0][0]];
      seen.add(place.join("."));
      return wrapped(
        inner,
        taken.map(([, one]) => one),
        place,
        seen,
      );
    },
  });
}
