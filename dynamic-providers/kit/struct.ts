/** What the engine can carry and keep. */
export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;
export interface JsonObject {
  [key: string]: JsonValue;
}

/**
 * Turns a result into what the engine accepts. An `undefined` left in would lose an object that was already made, so it
 * goes; what has no JSON form is a fault of the program and is named by its place.
 */
export function toStruct(value: object): JsonObject {
  const converted = convert(value, "result");
  if (typeof converted !== "object" || converted === null || Array.isArray(converted)) {
    throw new TypeError("a resource's result must be an object");
  }
  return converted;
}

function convert(value: unknown, place: string): JsonValue {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      if (!Number.isFinite(value)) {
        throw new TypeError(`${place} is not a finite number`);
      }
      return value;
    case "object":
      break;
    default:
      throw new TypeError(`${place} is a ${typeof value}, which the state cannot hold`);
  }
  if (value === null) {
    return null;
  }
  if (Array.isArray(value)) {
    return value.map((member, at) => convert(member ?? null, `${place}[${at}]`));
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new TypeError(`${place} is an object of a class, which the state cannot hold`);
  }
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(
    members.map(([key, member]) => [key, convert(member, `${place}.${key}`)]),
  );
}
