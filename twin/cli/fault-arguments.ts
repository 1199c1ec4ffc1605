import { z } from "zod";
import { badInput } from "../../config/failure/failure.js";
import { type FaultRequest, faultRequestSchema } from "../supervisor/faults/kinds.js";

/** How each fault is written on the command line. */
export const FAULT_USAGE: readonly (readonly [usage: string, meaning: string])[] = [
  ["cable-cut CABLE", "the plug is out; both ports vanish"],
  ["cable-silent CABLE", "carrier stays, nothing passes"],
  ["cable-late CABLE SECONDS", "the cable appears by itself after a while"],
  ["host-kill HOST", "its power is gone"],
  ["host-freeze HOST", "it stands still and answers nothing"],
  ["host-reboot HOST", "an orderly reboot"],
  ["power-pulled HOST", "the host and its management controller lose power"],
  [
    "bmc HOST KIND [key=value...]",
    "hang, lies, wrong-identity, expired-certificate, rate-limit, refuses-login, dead, ...",
  ],
  ["daemon-stop HOST UNIT", "a systemd unit is stopped"],
  ["disk-full HOST [PATH]", "no space left below PATH (/var)"],
  ["ssh-drop HOST N [before|during|after]", "the connection of the n-th ssh command breaks"],
  ["nas-gone NAS", "a NAS, backup server or QDevice host answers nobody, and mounted shares hang"],
  ["clock-skew HOST SECONDS [UNIT...]", "daemons and new ssh sessions see another time"],
  ["drop-packets HOST in|out", "packets of one direction are lost"],
];

/** Turns words into a fault. */
export function parseFault(kind: string, words: readonly string[]): FaultRequest {
  const [first, second, ...rest] = words;
  const shaped = shape(kind, first, second, rest);
  const parsed = faultRequestSchema.safeParse(shaped);
  if (parsed.success) return parsed.data;
  const usage = FAULT_USAGE.find(([one]) => one.split(" ")[0] === kind);
  if (usage === undefined) {
    const known = FAULT_USAGE.map(([one, meaning]) => `  ${one}: ${meaning}`).join("\n");
    throw badInput(`there is no fault "${kind}"; there are:\n${known}`);
  }
  throw badInput(`this fault is written: ${usage[0]}\n${z.prettifyError(parsed.error)}`);
}

function shape(
  kind: string,
  first: string | undefined,
  second: string | undefined,
  rest: readonly string[],
): unknown {
  switch (kind) {
    case "cable-cut":
    case "cable-silent":
      return { kind, cable: first };
    case "cable-late":
      return { kind, cable: first, seconds: Number(second) };
    case "nas-gone":
      return { kind, nas: first };
    case "bmc":
      return { kind, host: first, fault: { kind: second, ...details(rest) } };
    case "daemon-stop":
      return { kind, host: first, unit: second };
    case "disk-full":
      return { kind, host: first, ...(second === undefined ? {} : { path: second }) };
    case "ssh-drop":
      return {
        kind,
        host: first,
        ...(second === undefined ? {} : { at: Number(second) }),
        ...(rest[0] === undefined ? {} : { when: rest[0] }),
      };
    case "clock-skew":
      return {
        kind,
        host: first,
        seconds: Number(second),
        ...(rest.length === 0 ? {} : { units: rest }),
      };
    case "drop-packets":
      return { kind, host: first, direction: second };
    default:
      return { kind, host: first };
  }
}

function details(words: readonly string[]): Record<string, string | number> {
  return Object.fromEntries(
    words.map((word) => {
      const [key = "", ...value] = word.split("=");
      const text = value.join("=");
      return [key, /^\d+(\.\d+)?$/.test(text) ? Number(text) : text];
    }),
  );
}
