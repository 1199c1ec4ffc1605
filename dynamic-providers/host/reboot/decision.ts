import { holdsOn } from "../../../config/plan/consents.js";
import type { RebootFacts } from "./facts.js";
import { type RebootWish, rebootReasons } from "./reasons.js";

/** When a host may start anew. */
export interface RebootPolicy extends RebootWish {
  readonly policy: "ask" | "auto" | "never";
  readonly consent: Readonly<Record<string, string>>;
}

export type RebootDecision =
  /** Everything is in effect. */
  | { readonly kind: "none" }
  /** A restart is due and may be made. */
  | { readonly kind: "restart"; readonly reasons: readonly string[] }
  /** A restart is due and waits for a person. */
  | { readonly kind: "wait"; readonly reasons: readonly string[]; readonly how: string }
  /** An earlier run restarted the host and was cut before it had seen it healthy. */
  | { readonly kind: "finish"; readonly reasons: readonly string[] }
  /** The program restarted the host for these reasons, and they still hold. */
  | { readonly kind: "fruitless"; readonly reasons: readonly string[] };

/** What has to happen about restarts of one host. `today` is a day as 2026-12-01. */
export function decideReboot(
  node: string,
  wish: RebootPolicy,
  facts: RebootFacts,
  today: string,
): RebootDecision {
  const reasons = rebootReasons(wish, facts);
  const { record } = facts;
  if (record !== undefined && wasRestarted(facts)) {
    if (record.after === undefined) {
      return { kind: "finish", reasons };
    }
    if (
      record.after === facts.bootId &&
      reasons.some((reason) => record.reasons.includes(reason))
    ) {
      return { kind: "fruitless", reasons };
    }
  }
  if (reasons.length === 0) {
    // Whoever was put into maintenance for a restart that is not needed any more has to come out of it.
    return isHeld(record) ? { kind: "finish", reasons } : { kind: "none" };
  }
  const why = whyNot(node, wish, facts, today);
  if (why === undefined) {
    return { kind: "restart", reasons };
  }
  return isHeld(record) ? { kind: "finish", reasons } : { kind: "wait", reasons, how: why };
}

/** Whether the program has prepared the cluster for the restart, and has that to take back. */
const isHeld = (record: RebootFacts["record"]): boolean =>
  record?.maintenance === true || record?.noout === true;

/** What keeps a host from being restarted now, and what to do about it; undefined when nothing does. */
function whyNot(
  node: string,
  { policy, consent }: RebootPolicy,
  { isMember }: RebootFacts,
  today: string,
): string | undefined {
  if (policy === "never") {
    return `the stack file says \`reboots: never\`: restart ${node} by hand when it suits`;
  }
  const name = `reboot.${node}`;
  const until = consent[name];
  if (!isMember || policy === "auto" || holdsOn(until, today)) {
    return undefined;
  }
  return until === undefined
    ? `${node} is a member, and the stack file does not consent to its restart: write \`consent: { ${name}: ${today} }\` with the last day on which it may happen (or \`reboots: auto\` under \`base\`), and run \`up\``
    : `the consent to its restart ended on ${until}, and today is ${today}: write a later day, or restart it by hand`;
}

function wasRestarted({ record, bootId }: RebootFacts): boolean {
  return record !== undefined && record.before !== bootId;
}
