import { type CodeTable, type Draft, drafter } from "../findings/finding.js";
import type { Facts } from "./facts.js";
import type { RuleSet } from "./rule.js";

const codes = {
  "section/not-applied": {
    severity: "warning",
    about:
      "The section is checked as strictly as the others, and nothing on the hosts follows from it yet.",
  },
} as const satisfies CodeTable;
const draft = drafter(codes);

/** Sections that no component applies so far. Whoever writes the component takes its section out of this list. */
export const NOT_APPLIED = [
  "ceph",
  "guests",
  "backup",
  "identity",
  "gpus",
  "mounts",
  "monitoring",
] as const;

/** What of a section holds nevertheless. */
const PARTLY: Readonly<Partial<Record<(typeof NOT_APPLIED)[number], string>>> = {
  guests:
    "`guests` is checked here and no guest is made by this version; what `ha` says holds once they exist.",
};

function check({ spec }: Facts): Draft[] {
  return NOT_APPLIED.filter((section) => Object.keys(spec[section] ?? {}).length > 0).map(
    (section) =>
      draft(
        "section/not-applied",
        [section],
        PARTLY[section] ??
          `\`${section}\` is checked here and not applied by this version: it changes nothing on the hosts.`,
        "Keep it for later, or set it up by hand meanwhile.",
        { atKey: true },
      ),
  );
}

export const sections: RuleSet = { subject: "Sections", codes, check };
