import type { z } from "zod";
import { badInput } from "../../config/failure/failure.js";
import { supportedFaults } from "../bmc/faults.js";
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
    "hang, lies, wrong-identity, expired-certificate, rate-limit, dead, ...",
  ],
  ["pdu HOST KIND [key=value...]", "the unit that feeds it: dead, hang, ignores-power, lies, ..."],
  ["daemon-stop HOST UNIT", "a systemd unit is stopped"],
  ["disk-full HOST [PATH]", "no space left below PATH (/var)"],
  ["disk-dead HOST DISK", "a disk (nvme1n1) and the OSD on it are gone"],
  ["disk-slow HOST DISK [SECONDS]", "the OSD on it answers late (5)"],
  ["osd-full HOST DISK", "the OSD on it has no room left"],
  ["ssh-drop HOST [N] [before|during|after]", "the connection of the n-th ssh command breaks"],
  ["nas-gone NAS", "a NAS, backup server or QDevice host answers nobody; mounted shares hang"],
  ["clock-skew HOST SECONDS [UNIT...]", "daemons and new ssh sessions see another time"],
  ["drop-packets HOST in|out", "packets of one direction are lost"],
];

/** Turns words into a fault. */
export function parseFault(kind: string, words: readonly string[]): FaultRequest {
  const [usage] = FAULT_USAGE.find(([one]) => one.split(" ")[0] === kind) ?? [];
  if (usage === undefined) {
    const known = FAULT_USAGE.map(([one, meaning]) => `  ${one}: ${meaning}`).join("\n");
    throw badInput(`there is no fault "${kind}"; there are:\n${known}`);
  }
  const refuse = (reasons: readonly string[]) =>
    badInput(`this fault is written: ${usage}\n${reasons.join("\n")}`);
  const names = usage.split(" ").slice(1);
  const surplus = names.at(-1)?.endsWith("...]") === true ? [] : words.slice(names.length);
  if (surplus.length > 0) throw refuse([`there is nothing to say with "${surplus.join(" ")}"`]);
  const broken = POWER.has(kind) ? words.slice(2).filter((word) => !word.includes("=")) : [];
  if (broken.length > 0) throw refuse(broken.map((one) => `"${one}" is not written as key=value`));
  const shaped = shape(kind, words);
  const parsed = faultRequestSchema.safeParse(shaped);
  if (parsed.success) return parsed.data;
  throw refuse(parsed.error.issues.map((issue) => sentence(issue, shaped)));
}

/** Faults of what has power over a host. */
const POWER: ReadonlySet<string> = new Set(["bmc", "pdu"]);

/** The words of a fault by the names that the schema gives them; \`host\` for all that begin with one. */
const POSITIONS: Readonly<Record<string, readonly string[]>> = {
  "cable-cut": ["cable"],
  "cable-silent": ["cable"],
  "cable-late": ["cable", "seconds"],
  "daemon-stop": ["host", "unit"],
  "disk-full": ["host", "path"],
  "disk-dead": ["host", "disk"],
  "disk-slow": ["host", "disk", "seconds"],
  "osd-full": ["host", "disk"],
  "ssh-drop": ["host", "at", "when"],
  "nas-gone": ["nas"],
  "clock-skew": ["host", "seconds"],
  "drop-packets": ["host", "direction"],
};

function shape(kind: string, words: readonly string[]): Record<string, unknown> {
  const [first, second, ...rest] = words;
  if (POWER.has(kind)) return { kind, host: first, fault: { kind: second, ...details(rest) } };
  const named = (POSITIONS[kind] ?? ["host"]).flatMap((name, index) => {
    const word = words[index];
    return word === undefined ? [] : [[name, NUMBERS.has(name) ? numberIn(word) : word] as const];
  });
  const units = kind === "clock-skew" && rest.length > 0 ? { units: rest } : {};
  return { kind, ...Object.fromEntries(named), ...units };
}

const NUMBERS: ReadonlySet<string> = new Set(["seconds", "at"]);

/** A word that is no number stays what it is, so that it can be told. */
const numberIn = (word: string): number | string =>
  /^-?\d+(\.\d+)?$/.test(word) ? Number(word) : word;

function details(words: readonly string[]): Record<string, string | number> {
  return Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf("=");
      return [word.slice(0, at), numberIn(word.slice(at + 1))];
    }),
  );
}

/** How the usage names what the schema knows by another name. */
const LABELS: Readonly<Record<string, string>> = {
  cable: "CABLE",
  host: "HOST",
  nas: "NAS",
  unit: "UNIT",
  seconds: "SECONDS",
  path: "PATH",
  disk: "DISK",
  at: "N",
  direction: "in|out",
  "fault.kind": "KIND",
};

/** What any kind of controller can suffer: the one union whose member a user chooses. */
const BMC_FAULT_KINDS = [...new Set(Object.values(supportedFaults).flat())];

/** Words that the usage shows as a choice, without a name. */
const CHOICES: ReadonlySet<string> = new Set(["direction", "when"]);

function sentence(issue: z.core.$ZodIssue, shaped: unknown): string {
  if (issue.code === "unrecognized_keys") return `this kind has no ${issue.keys.join(", ")}`;
  const place = issue.path.join(".");
  const label = LABELS[place] ?? place.replace("fault.", "");
  const written = issue.path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined,
    shaped,
  );
  if (written === undefined) return `${label} is missing`;
  const subject = CHOICES.has(place) ? `"${written}" does not fit` : `${label} is "${written}"`;
  return `${subject}; write ${ruleOf(issue)}`;
}

function ruleOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_value":
      return choice(issue.values.map(String));
    case "invalid_union":
      return choice(BMC_FAULT_KINDS);
    case "invalid_type":
      return issue.expected === "int" ? "a whole number" : `a ${issue.expected}`;
    case "too_small":
      return `${issue.inclusive === true ? "at least" : "more than"} ${issue.minimum}`;
    case "too_big":
      return `${issue.inclusive === true ? "at most" : "less than"} ${issue.maximum}`;
    case "invalid_format":
      return FORMATS[issue.format] ?? "a UUID";
    default:
      return issue.message;
  }
}

const FORMATS: Readonly<Record<string, string>> = {
  starts_with: 'one that begins with "/"',
  regex: "nvme1n1, nvme2n1 ...",
};

function choice(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} or ${last}`;
}
