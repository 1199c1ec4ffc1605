import type { z } from "zod";
import type { CommonInputs } from "./common-inputs.js";
import type { Definition } from "./definition.js";
import { differences } from "./difference.js";
import { PROVIDER_KEY } from "./engine.js";
import { type JsonObject, toStruct } from "./struct.js";
import { migrated, type Versioned } from "./versioned.js";

/** Outputs that the kit adds to every resource's own. */
const KIT_KEYS = ["schemaVersion", "drift", "adopted"] as const;

/** What a resource left behind, brought to the present shape. */
export interface Kept<State> {
  readonly state: State;
  /** What the last refresh found different from the wish. */
  readonly drift: readonly string[];
  readonly adopted: boolean;
}

/** Reads what earlier runs, possibly of an earlier version of the program, kept. */
export function readKept<Inputs extends CommonInputs, State extends CommonInputs, Facts, Step>(
  definition: Definition<Inputs, State, Facts, Step>,
  props: JsonObject,
): Kept<State> {
  const present = migrated(definition, props);
  const known = Object.fromEntries(
    Object.keys(definition.inputs.shape).flatMap((key) => {
      const value = present[key];
      return value === undefined ? [] : [[key, value]];
    }),
  );
  const drift = present.drift;
  return {
    state: definition.state.parse(known),
    drift: Array.isArray(drift) ? drift.map(String) : [],
    adopted: present.adopted === true,
  };
}

/**
 * What the program wanted last, in whichever shape it then had: inputs carry no version, so the newest one that fits is taken. Absent
 * where nothing was wanted before.
 */
export function readInputs<Inputs extends CommonInputs>(
  kind: Versioned & { readonly inputs: z.ZodType<Inputs> },
  olds: JsonObject,
): Inputs | undefined {
  for (let schemaVersion = kind.schemaVersion; schemaVersion > 0; schemaVersion--) {
    try {
      return kind.inputs.parse(
        ownProperties(migrated(kind, { ...ownProperties(olds), schemaVersion })),
      );
    } catch {
      // of another version
    }
  }
  return undefined;
}

/** What the engine is to keep. */
export function makeKept(
  version: number,
  state: object,
  outputs: object,
  { drift, adopted }: { readonly drift: readonly string[]; readonly adopted: boolean },
): JsonObject {
  return toStruct({ ...outputs, ...state, schemaVersion: version, drift, adopted });
}

/** Whether what is kept, brought to the present shape, says the same as what was found. */
export function isSameInShape<Inputs extends CommonInputs, State extends CommonInputs, Facts, Step>(
  definition: Definition<Inputs, State, Facts, Step>,
  kept: JsonObject,
  found: JsonObject,
): boolean {
  const { [PROVIDER_KEY]: _provider, ...present } = migrated(definition, kept);
  return differences({ ...present, schemaVersion: definition.schemaVersion }, found).length === 0;
}

/** The properties of a resource without what the engine and the kit added. */
export function ownProperties(props: JsonObject): JsonObject {
  const added = new Set<string>([PROVIDER_KEY, ...KIT_KEYS]);
  return Object.fromEntries(Object.entries(props).filter(([key]) => !added.has(key)));
}
