import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { z } from "zod";

const STACK = "pulumi:pulumi:Stack";
/** How the engine marks a secret; what it is stands nowhere in an event. */
const SECRET = "4dabf18193072939515e22adb298388d";

const outputsOf = z.record(z.string(), z.unknown());

/** What a run came to, from its own events: asking for it once more afterwards is three starts of Pulumi's command line. */
export class RunResult {
  #changes: Readonly<Record<string, number>> = {};
  #outputs: Readonly<Record<string, unknown>> = {};

  /** How many steps of each kind there were. */
  get changes(): Readonly<Record<string, number>> {
    return this.#changes;
  }

  /** Outputs of the stack without its secrets. */
  get outputs(): Readonly<Record<string, unknown>> {
    return this.#outputs;
  }

  take({ summaryEvent, resOutputsEvent }: EngineEvent): void {
    if (summaryEvent !== undefined) {
      this.#changes = { ...summaryEvent.resourceChanges };
    }
    const metadata = resOutputsEvent?.metadata;
    if (metadata?.type === STACK) {
      const outputs = outputsOf.safeParse(metadata.new?.outputs).data ?? {};
      this.#outputs = Object.fromEntries(
        Object.entries(outputs)
          .filter(([, value]) => !isSecret(value))
          .map(([name, value]) => [name, withoutSecrets(value)]),
      );
    }
  }
}

const isSecret = (value: unknown): boolean =>
  typeof value === "object" && value !== null && SECRET in value;

/** One inside of a value is named in its place. */
function withoutSecrets(value: unknown): unknown {
  if (isSecret(value)) {
    return "[secret]";
  }
  if (Array.isArray(value)) {
    return value.map(withoutSecrets);
  }
  return typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withoutSecrets(one)]))
    : value;
}
