import { z } from "zod";
import { Failure } from "../../../config/failure/failure.js";
import type { Change } from "../../kit/change.js";
import type { CrushRuleInputs } from "./schema.js";

export const crushRules = z.array(
  z.object({
    rule_name: z.string(),
    steps: z.array(
      z.object({
        op: z.string(),
        item_name: z.string().optional(),
        num: z.number().optional(),
        type: z.string().optional(),
      }),
    ),
  }),
);
type CrushRuleRow = z.output<typeof crushRules>[number];

/** Ceph's name for the part of the tree that has the disks of a class alone. */
const wishOf = ({ class: deviceClass, failureDomain }: CrushRuleInputs): string =>
  `take default${deviceClass === undefined ? "" : `~${deviceClass}`}; chooseleaf_firstn 0 ${failureDomain}; emit`;

const stepsOf = ({ steps }: CrushRuleRow): string =>
  steps
    .map(({ op, item_name: item, num, type }) =>
      [op, item, num, type].filter((word) => word !== undefined).join(" "),
    )
    .join("; ");

/** A rule is never changed: pools lie by it, and their data would move. */
export function planCrushRule(
  wanted: CrushRuleInputs | undefined,
  found: CrushRuleRow | undefined,
): Change<"create">[] {
  if (wanted === undefined) {
    return [];
  }
  const to = wishOf(wanted);
  if (found === undefined) {
    return [{ kind: "add", path: "rule", from: "absent", to, step: "create" }];
  }
  const from = stepsOf(found);
  if (from !== to) {
    throw new Failure("refused", {
      tried: `to take over the CRUSH rule ${wanted.rule}`,
      where: "",
      cameBack: `refused: it is another one (there -> wanted): ${from} -> ${to}`,
      doNext: `Pools may lie by it, so it stays. Give it another name with \`ceph osd crush rule rename ${wanted.rule} <other name>\`, which moves nothing, then run \`pulumi up\` again.`,
    });
  }
  return [];
}
