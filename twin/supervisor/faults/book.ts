import type { EngineTwin } from "../../engines/engine.js";
import type { TwinPaths } from "../../paths.js";
import type { TwinPlan } from "../../plan/twin-plan.js";
import { causeFault } from "./causes.js";
import type { FaultContext, Undo } from "./context.js";
import { type FaultRequest, faultText } from "./kinds.js";

export { faultRequestSchema } from "./kinds.js";

interface Entry {
  readonly id: number;
  readonly fault: FaultRequest;
  readonly undo: Undo;
}

/** The faults of a twin that are in effect, each with its way back. */
export class FaultBook {
  readonly #context: FaultContext;
  readonly #entries: Entry[] = [];
  #next = 1;

  constructor(plan: TwinPlan, paths: TwinPaths, twin: EngineTwin) {
    this.#context = { plan, paths, twin };
  }

  list(): { id: number; what: string }[] {
    return this.#entries.map(({ id, fault }) => ({ id, what: faultText(fault) }));
  }

  async add(fault: FaultRequest): Promise<{ id: number; what: string }> {
    const undo = await causeFault(this.#context, fault);
    const entry = { id: this.#next++, fault, undo };
    if (undo !== undefined) this.#entries.push(entry);
    return { id: entry.id, what: faultText(fault) };
  }

  /** The last fault is undone first, because later ones may stand on earlier ones. */
  async healAll(): Promise<string[]> {
    const healed: string[] = [];
    for (let entry = this.#entries.at(-1); entry !== undefined; entry = this.#entries.at(-1)) {
      await entry.undo?.();
      this.#entries.pop();
      healed.push(faultText(entry.fault));
    }
    return healed;
  }
}
