import { onlyItsWatchdog } from "../../config/plan/fence.js";
import { type PairRow, pairSentence } from "../../dynamic-providers/measure/fencing.js";
import type { ExitStatus } from "../engine/exit-status.js";

/** Who could switch off whom, by which device. */
export type SwitchPair = Readonly<Omit<PairRow, "passing">>;

/** What `drill verify` came to. */
export interface VerifyReport {
  readonly status: ExitStatus;
  readonly drill: "verify";
  readonly pairs: readonly SwitchPair[];
  /** Nodes that nobody can switch off. */
  readonly watchdogOnly: readonly string[];
  /** Fencers that could not be asked, and why. */
  readonly troubles: readonly string[];
}

/** What `drill identify` came to. */
export interface IdentifyReport {
  readonly status: ExitStatus;
  readonly drill: "identify";
  readonly node: string;
  readonly lit: boolean;
  readonly heard: readonly string[];
}

export function renderVerify({ pairs, watchdogOnly, troubles }: VerifyReport): string {
  return linesOf([...pairs.map(pairSentence), ...watchdogOnly.map(onlyItsWatchdog), ...troubles]);
}

export function renderIdentify({ node, lit, heard }: IdentifyReport): string {
  return linesOf([...heard, ...(lit ? [] : [`No locator of ${node} was lit.`])]);
}

const linesOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");
