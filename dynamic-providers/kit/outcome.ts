import { describeThrown } from "../../config/failure/failure.js";
import { PROVIDER_KEY } from "./engine.js";
import type { JsonObject } from "./struct.js";

/** The engine shows the message of an error and nothing else of it. */
export class OperationFailed extends Error {
  override readonly name = "OperationFailed";
  constructor(thrown: unknown) {
    super(describeThrown(thrown), { cause: thrown });
  }
}

/**
 * The work began and did not end. The engine keeps the properties, shows the reasons, and runs an update next time even
 * when nothing in the stack file has changed.
 */
export class PartlyDone extends Error {
  override readonly name = "PartlyDone";
  readonly reasons: string[];
  readonly properties: JsonObject;

  constructor(
    readonly id: string,
    thrown: unknown,
    properties: JsonObject,
    provider: JsonObject,
  ) {
    const reason = describeThrown(thrown);
    super(reason, { cause: thrown });
    this.reasons = [reason];
    // The engine adds the text that finds the provider everywhere but here; without it the resource is an orphan.
    const text = provider[PROVIDER_KEY];
    this.properties = text === undefined ? properties : { ...properties, [PROVIDER_KEY]: text };
  }
}
