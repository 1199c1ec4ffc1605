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

function check({ spec }: Facts): Draft[] {
  return [...sectionsLeft(spec), ...qdeviceLeft(spec)];
}

function sectionsLeft(spec: Facts["spec"]): Draft[] {
  return NOT_APPLIED.filter((section) => Object.keys(spec[section] ?? {}).length > 0).map(
    (section) =>
      draft(
        "section/not-applied",
        [section],
        `\`${section}\` is checked here and not applied by this version: it changes nothing on the hosts.`,
        "Keep it for later, or set it up by hand meanwhile.",
        { atKey: true },
      ),
  );
}

/** Its vote is counted nowhere until somebody sets it up, so an even number of nodes is still even. */
function qdeviceLeft(spec: Facts["spec"]): Draft[] {
  return spec.corosync.qdevice === undefined
    ? []
    : [
        draft(
          "section/not-applied",
          ["corosync", "qdevice"],
          "`corosync.qdevice` is checked here and not applied by this version: the cluster does not have its vote yet.",
          "Run `pvecm qdevice setup <address>` on a member once the cluster is formed, and `pvecm qdevice remove` before nodes join or leave.",
          { atKey: true },
        ),
      ];
}

export const sections: RuleSet = { subject: "Sections", codes, check };
