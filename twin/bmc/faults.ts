import { z } from "zod";

const seconds = z.number().positive().max(3600);

/** Every way in which a BMC of the twin can misbehave. */
export const bmcFault = z.discriminatedUnion("kind", [
  /** Its power is gone with the host's: nothing listens any more. */
  z.strictObject({ kind: z.literal("dead") }),
  z.strictObject({
    kind: z.literal("hang"),
    where: z.enum(["handshake", "before-headers", "after-headers"]).default("before-headers"),
  }),
  /** The connection breaks instead of an answer. */
  z.strictObject({ kind: z.literal("drops-connection") }),
  z.strictObject({
    kind: z.literal("lies"),
    says: z.enum(["on", "off", "powering-off", "unknown"]).default("off"),
  }),
  /** Power requests are answered with success and change nothing. */
  z.strictObject({ kind: z.literal("ignores-power") }),
  /** The reported power state stays the old one for a while after a change. */
  z.strictObject({ kind: z.literal("power-lag"), seconds }),
  /** The account may read, but not switch. */
  z.strictObject({ kind: z.literal("forbids-power") }),
  z.strictObject({
    kind: z.literal("wrong-identity"),
    uuid: z.guid().optional(),
    hostname: z.string().min(1).optional(),
  }),
  /** A chassis with two systems, of which only one is the node. */
  z.strictObject({ kind: z.literal("second-system") }),
  z.strictObject({ kind: z.literal("expired-certificate") }),
  z.strictObject({ kind: z.literal("swapped-certificate") }),
  z.strictObject({
    kind: z.literal("rate-limit"),
    status: z.literal([429, 503]).default(503),
    retryAfterSeconds: z.int().min(0).max(600).default(30),
  }),
  z.strictObject({ kind: z.literal("refuses-login") }),
  /** Somebody has given the account another password: the one that it had, and a 2 behind it. */
  z.strictObject({ kind: z.literal("changed-password") }),
  /** The BMC itself restarts: sessions are lost, 503 until it is up again. Ends on its own. */
  z.strictObject({ kind: z.literal("reboot"), seconds: seconds.default(60) }),
  /** AMT: an open KVM session makes the engine reject off and power cycle. */
  z.strictObject({ kind: z.literal("redirection-open") }),
  /** AMT: whoever wakes the engine after an idle time loses the first connection. */
  z.strictObject({ kind: z.literal("sleeps"), idleSeconds: seconds.default(5) }),
  /** AMT: every request is first answered with a new nonce. */
  z.strictObject({ kind: z.literal("forgets-nonces") }),
]);

export type BmcFault = z.output<typeof bmcFault>;
export type BmcFaultInput = z.input<typeof bmcFault>;
export type BmcFaultKind = BmcFault["kind"];
type FaultOf<K extends BmcFaultKind> = Extract<BmcFault, { kind: K }>;

const anywhere: readonly BmcFaultKind[] = [
  "dead",
  "lies",
  "ignores-power",
  "power-lag",
  "wrong-identity",
  "refuses-login",
  "reboot",
];
const overHttps: readonly BmcFaultKind[] = [
  "hang",
  "drops-connection",
  "forbids-power",
  "changed-password",
  "expired-certificate",
  "swapped-certificate",
  "rate-limit",
];

export type BmcKind = "redfish" | "amt" | "ipmi" | "pdu";

/** What each kind can suffer; IPMI and SNMP have neither certificates nor status codes. */
export const supportedFaults: Readonly<Record<BmcKind, readonly BmcFaultKind[]>> = {
  redfish: [...anywhere, ...overHttps, "second-system"],
  amt: [...anywhere, ...overHttps, "redirection-open", "forgets-nonces", "sleeps"],
  ipmi: [...anywhere, "hang"],
  pdu: [
    ...anywhere.filter((kind) => kind !== "reboot"),
    "hang",
    "forbids-power",
    "changed-password",
  ],
};

const spoken: Readonly<Record<BmcKind, string>> = {
  redfish: "Redfish",
  amt: "AMT",
  ipmi: "IPMI",
  pdu: "SNMP",
};

/** Why none of these devices can suffer a fault; nothing when one of them can. */
export function refusalOf(
  fault: BmcFaultKind,
  node: string,
  kinds: readonly BmcKind[],
): string | undefined {
  if (kinds.some((kind) => supportedFaults[kind].includes(fault))) return undefined;
  const possible = kinds.map(
    (kind) =>
      `the ${spoken[kind]} controller of ${node} can suffer ${supportedFaults[kind].join(", ")}`,
  );
  const word = kinds.map((kind) => spoken[kind]).join(" or ");
  return `"${fault}" cannot happen to ${word}; ${possible.join("; ")}`;
}

/** Whom a BMC claims to be that was plugged in at the wrong place. */
const STRANGER_UUID = "5714a6e4-0000-4000-8000-00000000bad0";

/** The UUID that a BMC reports: its own, or a stranger's when nothing else of its identity is said to be wrong. */
export function reportedUuid(faults: FaultSet, own: string): string {
  const wrong = faults.get("wrong-identity");
  if (wrong === undefined) return own;
  return wrong.uuid ?? (wrong.hostname === undefined ? STRANGER_UUID : own);
}

/** What the account of a BMC takes for its password right now. */
export function passwordOf(faults: FaultSet, own: string): string {
  return faults.has("changed-password") ? `${own}2` : own;
}

/** The faults that a BMC suffers right now. Faults of different kinds add up. */
export class FaultSet {
  readonly #faults = new Map<BmcFaultKind, BmcFault>();
  readonly #listeners: (() => void)[] = [];
  #unplugged = false;

  /** Without power it is as good as dead, which is no fault that anybody heals. */
  unplug(unplugged: boolean): void {
    if (this.#unplugged === unplugged) return;
    this.#unplugged = unplugged;
    this.#changed();
  }

  get<K extends BmcFaultKind>(kind: K): FaultOf<K> | undefined {
    const fault = this.#faults.get(kind);
    return isOf(fault, kind) ? fault : undefined;
  }

  has(kind: BmcFaultKind): boolean {
    return this.#faults.has(kind) || (kind === "dead" && this.#unplugged);
  }

  list(): readonly BmcFault[] {
    return [...this.#faults.values()];
  }

  add(fault: BmcFault): void {
    this.#faults.set(fault.kind, fault);
    this.#changed();
  }

  /** Heals one kind, or everything. */
  heal(kind?: BmcFaultKind): void {
    if (kind === undefined) this.#faults.clear();
    else this.#faults.delete(kind);
    this.#changed();
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

function isOf<K extends BmcFaultKind>(fault: BmcFault | undefined, kind: K): fault is FaultOf<K> {
  return fault?.kind === kind;
}
