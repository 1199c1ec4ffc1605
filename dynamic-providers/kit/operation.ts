import { OperationFailed, PartlyDone } from "./outcome.js";
import type { Context, Runtime } from "./runtime.js";

interface Patience<State> {
  readonly kind: string;
  readonly deadlineMs: number;
  subject(state: State): string;
}

/**
 * Runs one operation and turns whatever it throws into what the engine shows. The deadline travels in the context: each
 * remote step gets what is left of it, so that time running out looks like any failed step and keeps what was done.
 */
export async function inOperation<
  State extends { readonly deadlineSeconds?: number | undefined },
  T,
>(
  definition: Patience<State>,
  state: State,
  runtime: Runtime,
  work: (context: Context, changing: (now: boolean) => void) => Promise<T>,
): Promise<T> {
  let changes = false;
  const context = runtime.context({
    resource: `${definition.kind} ${definition.subject(state)}`,
    deadlineMs:
      state.deadlineSeconds === undefined ? definition.deadlineMs : state.deadlineSeconds * 1000,
    changes: () => changes,
  });
  try {
    return await work(context, (now) => {
      changes = now;
    });
  } catch (thrown) {
    throw thrown instanceof PartlyDone ? thrown : new OperationFailed(thrown);
  }
}
