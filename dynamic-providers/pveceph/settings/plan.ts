import { z } from "zod";
import { Failure } from "../../../config/failure/failure.js";
import type { Change } from "../../kit/change.js";
import type { CephSetting, CephSettingsInputs } from "./schema.js";

export const storedSettings = z.array(
  z.object({
    section: z.string(),
    name: z.string(),
    value: z.string(),
    /** Which of the section it is about: "class:nvme", "host:adele". */
    mask: z.string().default(""),
  }),
);
type Stored = z.output<typeof storedSettings>[number];

export interface SettingsFacts {
  readonly stored: readonly Stored[];
  /** Sections of /etc/pve/ceph.conf, which every daemon reads after Ceph's own configuration. */
  readonly file: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** What has to be set. What the file does not name, and what somebody has set apart for single daemons, stays. */
export function planSettings(
  wanted: CephSettingsInputs | undefined,
  facts: SettingsFacts,
): Change<CephSetting>[] {
  // Settings that left the file stay as they are: there is no knowing what was meant before.
  return (wanted?.settings ?? []).flatMap((setting) => {
    const { field, section, option, value } = setting;
    refuseShadow(setting, facts);
    const now = storedFor(section, option, facts.stored);
    if (now !== undefined && same(now, value)) {
      return [];
    }
    return [
      now === undefined
        ? { kind: "add", path: field, from: "Ceph's own", to: value, step: setting }
        : { kind: "change", path: field, from: now, to: value, step: setting },
    ];
  });
}

/** The nearer section counts: what is said for all daemons holds until something is said for this kind. */
function storedFor(section: string, option: string, stored: readonly Stored[]): string | undefined {
  const of = (name: string) =>
    stored.find((one) => one.section === name && one.name === option && one.mask === "")?.value;
  return of(section) ?? of("global");
}

/** Others than the daemons of a kind as a whole. */
export function exceptionsOf(
  settings: readonly CephSetting[],
  { stored }: SettingsFacts,
): string[] {
  return stored
    .filter(
      ({ section, name, mask }) =>
        settings.some((one) => one.option === name) && (mask !== "" || section.includes(".")),
    )
    .map(
      ({ section, name, value, mask }) =>
        `${section}${mask === "" ? "" : `/${mask}`}: ${name} = ${value}`,
    )
    .sort();
}

/** A line of the file counts before what is set here, so setting it would change nothing and say that it did. */
function refuseShadow({ field, section, option, value }: CephSetting, { file }: SettingsFacts) {
  for (const name of [section, "global"]) {
    const shadow = file[name]?.[option];
    if (shadow !== undefined && !same(shadow, value)) {
      throw new Failure("refused", {
        tried: `to set ${option} for \`ceph.${field}\``,
        where: "",
        cameBack: `refused: /etc/pve/ceph.conf says \`${option} = ${shadow}\` in [${name}], and its lines count before Ceph's own configuration`,
        doNext: `Take that line out of /etc/pve/ceph.conf and restart the daemons one host at a time, or write the same value into \`ceph.${field}\`.`,
      });
    }
  }
}

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  K: 2 ** 10,
  M: 2 ** 20,
  G: 2 ** 30,
  T: 2 ** 40,
};

/** Ceph takes amounts with a unit and keeps them as they were written. */
function amount(text: string): number | undefined {
  const [, digits, unit = ""] = /^(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?$/i.exec(text.trim()) ?? [];
  const factor = UNITS[unit.toUpperCase()];
  return digits === undefined || factor === undefined ? undefined : Number(digits) * factor;
}

function same(one: string, other: string): boolean {
  const [a, b] = [amount(one), amount(other)];
  return a !== undefined && b !== undefined
    ? a === b
    : one.trim().toLowerCase() === other.trim().toLowerCase();
}
