import { z } from "zod";
import { type CheckFailure, PROVIDER_KEY } from "./engine.js";
import { type JsonObject, toStruct } from "./struct.js";
import { containsUnknown } from "./unknown.js";

/**
 * Validates inputs and fills in defaults, without I/O. Properties that hold a value yet unknown are let through as they
 * are: the engine asks again when it knows them.
 */
export function checkInputs(
  schema: z.ZodObject,
  news: JsonObject,
): { readonly inputs: JsonObject; readonly failures: CheckFailure[] } {
  const { [PROVIDER_KEY]: _provider, ...wanted } = news;
  if (!containsUnknown(wanted)) {
    const parsed = schema.safeParse(wanted);
    return parsed.success
      ? { inputs: toStruct(parsed.data), failures: [] }
      : { inputs: news, failures: failuresOf(parsed.error) };
  }
  const inputs: JsonObject = {};
  const failures: CheckFailure[] = [];
  for (const key of new Set([...Object.keys(schema.shape), ...Object.keys(wanted)])) {
    const member = schema.shape[key];
    const value = wanted[key];
    if (member === undefined) {
      failures.push({ property: key, reason: "there is no such property" });
      continue;
    }
    if (value !== undefined && containsUnknown(value)) {
      inputs[key] = value;
      continue;
    }
    const parsed = z
      .strictObject({ [key]: member })
      .safeParse(value === undefined ? {} : { [key]: value });
    if (parsed.success) {
      Object.assign(inputs, toStruct(parsed.data));
    } else {
      failures.push(...failuresOf(parsed.error));
    }
  }
  return failures.length === 0 ? { inputs, failures } : { inputs: news, failures };
}

function failuresOf(error: z.ZodError): CheckFailure[] {
  return error.issues.map(({ path, message }) => ({ property: pathOf(path), reason: message }));
}

function pathOf(path: readonly PropertyKey[]): string {
  return path
    .map((key, at) =>
      typeof key === "number" ? `[${key}]` : at === 0 ? String(key) : `.${String(key)}`,
    )
    .join("");
}
