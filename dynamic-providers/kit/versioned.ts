import type { JsonObject } from "./struct.js";

/** A kind whose state outlives the program that wrote it. */
export interface Versioned {
  /** `<domain>/<kind>`, as in the folder's name. */
  readonly kind: `${string}/${string}`;
  /** Raised when the shape of the state changes, together with a migration from the one before. */
  readonly schemaVersion: number;
  /** `migrations[1]` turns a state of version 1 into one of version 2. */
  readonly migrations?: Readonly<Record<number, (state: JsonObject) => JsonObject>>;
}

/** Brings what an earlier version of the program kept to the present shape. */
export function migrated(kind: Versioned, props: JsonObject): JsonObject {
  let version = typeof props.schemaVersion === "number" ? props.schemaVersion : 1;
  if (version > kind.schemaVersion) {
    throw new Error(
      `the state of ${kind.kind} has version ${version}, and this program knows ${kind.schemaVersion}: use the newer program that wrote it`,
    );
  }
  let state = props;
  for (; version < kind.schemaVersion; version++) {
    const step = kind.migrations?.[version];
    if (step === undefined) {
      throw new Error(`${kind.kind} has no migration from version ${version}`);
    }
    state = step(state);
  }
  return state;
}
