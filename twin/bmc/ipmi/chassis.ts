import type { PowerAction, ReportedPower } from "../power.js";

/**
 * The program that ipmi_sim runs for every question about the chassis, with the question as its arguments. It passes
 * it on to the BMC process, where the faults are; curl, because ipmi_sim waits for it and a Node process starts ten
 * times slower.
 */
export function renderChassisProgram(faultSocket: string, node: string): string {
  const socket = `'${faultSocket.replaceAll("'", "'\\''")}'`;
  return `#!/bin/sh
exec curl --silent --show-error --fail --max-time 10 --unix-socket ${socket} \\
  --data-raw "{\\"ask\\":\\"$*\\"}" 'http://bmcs/bmcs/${encodeURIComponent(node)}/chassis'
`;
}

export type ChassisQuestion =
  | { readonly kind: "get"; readonly settings: readonly string[] }
  | { readonly kind: "act"; readonly action: PowerAction };

/** `get power`, `set power 0|1`, `set reset 1`, `set shutdown 1`; undefined for anything else. */
export function parseChassisQuestion(text: string): ChassisQuestion | undefined {
  const [verb, setting, value, ...more] = text.trim().split(/\s+/);
  if (verb === "get" && setting !== undefined) {
    const settings = [setting, value, ...more].filter((word) => word !== undefined);
    return { kind: "get", settings };
  }
  if (verb !== "set") return undefined;
  if (setting === "power") return { kind: "act", action: value === "0" ? "off" : "on" };
  if (setting === "reset") return { kind: "act", action: "reset" };
  if (setting === "shutdown") return { kind: "act", action: "off" };
  return undefined;
}

/** The lines that ipmi_sim reads back. IPMI has one bit for the power: whatever is not off counts as on. */
export function chassisLines(settings: readonly string[], power: ReportedPower): string {
  const lines = settings.map((setting) =>
    setting === "power" ? `power:${power === "off" ? 0 : 1}` : `${setting}:0`,
  );
  return `${lines.join("\n")}\n`;
}
