import type { Context } from "./runtime.js";

type Consent = Readonly<Record<string, string>>;

/**
 * A removal knows only what was recorded with the resource, and what left the stack file is not declared any more. Rosters,
 * which are, hand today's consents over to the removals of the same run.
 */
const consents = new WeakMap<Context["locks"], Consent>();

export function tellConsent({ locks }: Pick<Context, "locks">, consent: Consent): void {
  consents.set(locks, { ...consents.get(locks), ...consent });
}

export function consentNow({ locks }: Pick<Context, "locks">, recorded: Consent): Consent {
  return { ...recorded, ...consents.get(locks) };
}
