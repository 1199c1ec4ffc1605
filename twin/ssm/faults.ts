import { z } from "zod";

const scope = {
  /** Names of API operations, for example `GetParameter`; every one when absent. */
  operations: z.array(z.string().min(1)).min(1).optional(),
  /** Ends on its own after so many requests. */
  times: z.int().min(1).optional(),
};

/** What the parameter store can do to a request instead of answering it. */
export const ssmFault = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("throttle"), ...scope }),
  z.strictObject({ kind: z.literal("access-denied"), ...scope }),
  z.strictObject({ kind: z.literal("unavailable"), ...scope }),
  z.strictObject({ kind: z.literal("hang"), ...scope }),
  z.strictObject({ kind: z.literal("drops-connection"), ...scope }),
]);

export type SsmFault = z.output<typeof ssmFault>;

export class SsmFaults {
  #faults: { readonly fault: SsmFault; left: number }[] = [];

  add(fault: SsmFault): void {
    this.#faults.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY });
  }

  heal(): void {
    this.#faults = [];
  }

  list(): readonly SsmFault[] {
    return this.#faults.map(({ fault }) => fault);
  }

  /** The fault that strikes this request; counts it. */
  take(operation: string): SsmFault["kind"] | undefined {
    const hit = this.#faults.find(
      ({ fault }) => fault.operations === undefined || fault.operations.includes(operation),
    );
    if (hit === undefined) return undefined;
    hit.left -= 1;
    this.#faults = this.#faults.filter(({ left }) => left > 0);
    return hit.fault.kind;
  }
}
