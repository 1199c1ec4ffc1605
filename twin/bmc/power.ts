import { z } from "zod";
import type { FaultSet } from "./faults.js";
import { unixHttp } from "./unix-http.js";

export type PowerAction = "on" | "off" | "reset" | "cycle";
/** What the board really does. */
export type PowerState = "on" | "off";
/** What a BMC may say about it. */
export type ReportedPower = PowerState | "powering-off" | "unknown";

/** The power switch of one host, as the twin's engine offers it. */
export interface PowerSwitch {
  state(): Promise<PowerState>;
  act(action: PowerAction): Promise<void>;
}

const powerAnswer = z.object({ state: z.enum(["on", "off"]) });
// Booting or stopping a host can take its time on a loaded machine.
const ACTION_TIMEOUT_MS = 120_000;

export function controlSocketSwitch(controlSocket: string, node: string): PowerSwitch {
  const path = `/hosts/${encodeURIComponent(node)}/power`;
  const ask = async (method: "GET" | "POST", body?: unknown, timeoutMs?: number) => {
    const answer = await unixHttp(controlSocket, method, path, body, timeoutMs);
    if (answer.status !== 200) {
      throw new Error(
        `${method} ${path} on ${controlSocket} answered ${answer.status}: ${answer.text.slice(0, 200)}`,
      );
    }
    return answer.text;
  };
  return {
    state: async () => powerAnswer.parse(JSON.parse(await ask("GET"))).state,
    act: async (action) => {
      await ask("POST", { action }, ACTION_TIMEOUT_MS);
    },
  };
}

/**
 * The host's power as its BMC sees and switches it. A request is accepted at once and carried out afterwards, one
 * after the other, as real BMCs do; whoever wants to know the result reads the state.
 */
export class HostPower {
  readonly #switch: PowerSwitch;
  readonly #faults: FaultSet;
  #running: Promise<void> = Promise.resolve();
  #before: { readonly state: PowerState; readonly until: number } | undefined;
  #lastError: string | undefined;

  constructor(powerSwitch: PowerSwitch, faults: FaultSet) {
    this.#switch = powerSwitch;
    this.#faults = faults;
  }

  /** The last request that the twin's engine could not carry out. */
  get lastError(): string | undefined {
    return this.#lastError;
  }

  real(): Promise<PowerState> {
    return this.#switch.state();
  }

  async reported(): Promise<ReportedPower> {
    const lie = this.#faults.get("lies");
    if (lie !== undefined) return lie.says;
    const before = this.#faults.has("power-lag") ? this.#before : undefined;
    if (before !== undefined && Date.now() < before.until) return before.state;
    return this.real();
  }

  async request(action: PowerAction): Promise<void> {
    if (this.#faults.has("ignores-power")) return;
    const lag = this.#faults.get("power-lag");
    if (lag !== undefined) {
      this.#before = { state: await this.real(), until: Date.now() + lag.seconds * 1000 };
    }
    this.#running = this.#running
      .then(() => this.#switch.act(action))
      .then(
        () => {
          this.#lastError = undefined;
        },
        (error: unknown) => {
          this.#lastError = error instanceof Error ? error.message : String(error);
        },
      );
  }

  /** Resolves when every accepted request was carried out. */
  settled(): Promise<void> {
    return this.#running;
  }
}
