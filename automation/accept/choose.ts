import { badInput } from "../../config/failure/failure.js";
import { othersThan } from "../../config/findings/others.js";
import { CATALOGUE } from "./catalogue.js";
import { type Judged, notAsked } from "./judged.js";
import type { AcceptanceTest, OfFile } from "./test.js";

export interface Wish {
  /** Names of the tests that are meant; all without any. */
  readonly only: readonly string[];
  readonly destructive: boolean;
}

/** A test, and why it is not begun; undefined where it is. */
export interface Chosen {
  readonly test: AcceptanceTest;
  readonly otherwise: Judged | undefined;
}

/** Which tests are begun, by the file and the wish alone. */
export function choose(file: OfFile, { only, destructive }: Wish): readonly Chosen[] {
  const names = CATALOGUE.map(({ name }) => name);
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw badInput(`There is no acceptance test ${unknown}.`, othersThan(unknown, names));
  }
  return CATALOGUE.map((test) => ({ test, otherwise: otherwiseOf(test) }));

  function otherwiseOf(test: AcceptanceTest): Judged | undefined {
    const without = test.without(file);
    if (without !== undefined) {
      return without;
    }
    if (only.length > 0 && !only.includes(test.name)) {
      return notAsked("another test was asked for");
    }
    return test.isDestructive && !destructive
      ? notAsked("it takes something away that works; `--destructive` begins it")
      : undefined;
  }
}
