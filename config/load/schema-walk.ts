import { z } from "zod";
import type { Path, PathSegment } from "../findings/finding.js";

type Schema = z.core.$ZodType;

/** What the stack file's schema says about one place. */
export interface Place {
  readonly description?: string;
  readonly example?: unknown;
  /** Keys that may stand there, when it is a mapping with fixed keys. */
  readonly keys: readonly string[];
  /** What kind of value belongs there, in plain words. */
  readonly kind: string;
  /** Whether a day belongs there, which may stand without quotes. */
  readonly isDay: boolean;
}

/** Looks up what belongs at a path, following the given value where the schema offers alternatives. */
export function placeAt(root: Schema, path: Path): Place | undefined {
  const schemas = schemasAt(root, path);
  if (schemas.length === 0) {
    return undefined;
  }
  const described = schemas.map(meta).find((found) => found.description !== undefined);
  const variants = schemas.flatMap(alternatives);
  return {
    ...described,
    keys: [...new Set(variants.flatMap(keysOf))],
    kind: [...new Set(variants.map(kindOf))].join(" or "),
    isDay: variants.some((schema) => z.globalRegistry.get(schema)?.format === "date"),
  };
}

/** Whether a value may stand at a path. */
export function takes(root: Schema, path: Path, value: unknown): boolean {
  return schemasAt(root, path).some((schema) => z.safeParse(schema, value).success);
}

function schemasAt(root: Schema, path: Path): Schema[] {
  return path.reduce<Schema[]>(
    (schemas, segment) => schemas.flatMap((schema) => step(schema, segment)),
    [root],
  );
}

function step(schema: Schema, segment: PathSegment): Schema[] {
  return alternatives(schema).flatMap((one): Schema[] => {
    if (one instanceof z.core.$ZodObject) {
      const { shape } = one._zod.def;
      const inner = Object.hasOwn(shape, segment) ? shape[segment] : undefined;
      return inner === undefined ? [] : [inner];
    }
    if (one instanceof z.core.$ZodRecord) {
      return [one._zod.def.valueType];
    }
    if (one instanceof z.core.$ZodArray) {
      return typeof segment === "number" ? [one._zod.def.element] : [];
    }
    if (one instanceof z.core.$ZodTuple) {
      const item = typeof segment === "number" ? one._zod.def.items[segment] : undefined;
      return item === undefined ? [] : [item];
    }
    return [];
  });
}

/** The schema without wrappers; several when it is a union. */
function alternatives(schema: Schema): Schema[] {
  if (
    schema instanceof z.core.$ZodOptional ||
    schema instanceof z.core.$ZodDefault ||
    schema instanceof z.core.$ZodPrefault ||
    schema instanceof z.core.$ZodNullable
  ) {
    return alternatives(schema._zod.def.innerType);
  }
  if (schema instanceof z.core.$ZodPipe) {
    return alternatives(schema._zod.def.in);
  }
  if (schema instanceof z.core.$ZodUnion) {
    return schema._zod.def.options.flatMap(alternatives);
  }
  return [schema];
}

/** Descriptions hang on the outermost wrapper, or deeper where a field was wrapped later. */
function meta(schema: Schema): Pick<Place, "description" | "example"> {
  const found = z.globalRegistry.get(schema);
  if (found?.description === undefined) {
    const inner = "innerType" in schema._zod.def ? schema._zod.def.innerType : undefined;
    return inner instanceof z.core.$ZodType ? meta(inner) : {};
  }
  const examples: unknown = found.examples;
  const example: unknown = Array.isArray(examples) ? examples[0] : undefined;
  return { description: found.description, ...(example === undefined ? {} : { example }) };
}

function keysOf(schema: Schema): string[] {
  return schema instanceof z.core.$ZodObject ? Object.keys(schema._zod.def.shape) : [];
}

function kindOf(schema: Schema): string {
  if (schema instanceof z.core.$ZodObject || schema instanceof z.core.$ZodRecord) {
    return "a mapping";
  }
  if (schema instanceof z.core.$ZodArray || schema instanceof z.core.$ZodTuple) {
    return "a list";
  }
  if (schema instanceof z.core.$ZodNumber) {
    return "a number";
  }
  if (schema instanceof z.core.$ZodBoolean) {
    return "true or false";
  }
  if (schema instanceof z.core.$ZodEnum || schema instanceof z.core.$ZodLiteral) {
    return `one of ${[...valuesOf(schema)].join(", ")}`;
  }
  return "text";
}

function valuesOf(schema: z.core.$ZodEnum | z.core.$ZodLiteral): string[] {
  return schema instanceof z.core.$ZodEnum
    ? Object.values(schema._zod.def.entries).map(String)
    : schema._zod.def.values.map(String);
}
