import { z } from "zod";
import { parseJson } from "../transport/base/json.js";

export interface FoundResource {
  readonly state: string;
  readonly maxRestart: number;
  readonly maxRelocate: number;
  readonly failback: boolean;
  readonly group: string | undefined;
}

export interface FoundRule {
  readonly type: string;
  readonly resources: readonly string[];
  readonly nodes: Readonly<Record<string, number>>;
  readonly strict: boolean;
  readonly affinity: string | undefined;
  readonly comment: string | undefined;
  readonly disabled: boolean;
}

/** What the cluster knows of guests and HA; where a guest runs is no part of it. */
export interface ManagedFacts {
  readonly guests: readonly string[];
  readonly resources: Readonly<Record<string, FoundResource>>;
  readonly rules: Readonly<Record<string, FoundRule>>;
}

const guestList = z.object({
  ids: z.record(z.string(), z.object({ type: z.enum(["qemu", "lxc"]) })),
});
const number = z.coerce.number();
const resourceList = z.array(
  z.object({
    sid: z.string(),
    state: z.string().optional(),
    max_restart: number.optional(),
    max_relocate: number.optional(),
    failback: number.optional(),
    group: z.string().optional(),
  }),
);
const ruleList = z.array(
  z.object({
    rule: z.string(),
    type: z.string(),
    resources: z.string(),
    nodes: z.string().optional(),
    strict: number.optional(),
    affinity: z.string().optional(),
    comment: z.string().optional(),
    disable: number.optional(),
  }),
);

const GUESTS = "cat /etc/pve/.vmlist";
const GROUPS_LEFT =
  "if grep -q '^group:' /etc/pve/ha/groups.cfg 2>/dev/null; then echo pending; else echo done; fi";
const MARK = "@@proxmox-ha@@";

/** The part of the same answer that tells of the conversion of groups. */
export function migrationPart(output: string): string {
  const [, , rules = "", state = ""] = output.split(MARK);
  return `${state.trim()}\n${rules.trim()}`;
}

/** Prints the list of guests alone. */
export const GUESTS_SCRIPT = `export LC_ALL=C\n${GUESTS}`;

/** Prints guests, HA resources and, from 9 on, rules, as JSON documents, then whether groups of 8 are still there. */
export function factsScript(major: 8 | 9): string {
  const separator = `printf '\\n${MARK}\\n'`;
  return [
    "export LC_ALL=C",
    GUESTS,
    separator,
    "pvesh get /cluster/ha/resources --output-format json",
    ...(major === 8
      ? []
      : [separator, "pvesh get /cluster/ha/rules --output-format json", separator, GROUPS_LEFT]),
  ].join("\n");
}

/** Guests by HA's own names for them. Undefined when this is no list of guests. */
export function parseGuests(output: string): readonly string[] | undefined {
  const list = guestList.safeParse(parseJson(output));
  return list.success
    ? Object.entries(list.data.ids).map(
        ([id, { type }]) => `${type === "qemu" ? "vm" : "ct"}:${id}`,
      )
    : undefined;
}

/** Undefined when the output can't be read, as on a member without quorum. */
export function parseManagedFacts(output: string): ManagedFacts | undefined {
  const [first = "", second = "", third] = output.split(MARK);
  const guests = parseGuests(first);
  const resources = resourceList.safeParse(parseJson(second));
  const rules = ruleList.safeParse(third === undefined ? [] : parseJson(third));
  if (guests === undefined || !resources.success || !rules.success) {
    return undefined;
  }
  return {
    guests,
    resources: Object.fromEntries(
      resources.data.map((one) => [
        one.sid,
        {
          // What is not written is Proxmox's own default.
          state: one.state === undefined || one.state === "enabled" ? "started" : one.state,
          maxRestart: one.max_restart ?? 1,
          maxRelocate: one.max_relocate ?? 1,
          failback: (one.failback ?? 1) === 1,
          group: one.group,
        },
      ]),
    ),
    rules: Object.fromEntries(
      rules.data.map((one) => [
        one.rule,
        {
          type: one.type,
          resources: words(one.resources),
          nodes: Object.fromEntries(
            words(one.nodes ?? "").map((word) => {
              const [node = "", priority = "0"] = word.split(":");
              return [node, Number(priority)];
            }),
          ),
          strict: one.strict === 1,
          affinity: one.affinity,
          comment: one.comment,
          disabled: one.disable === 1,
        },
      ]),
    ),
  };
}

const words = (text: string): string[] => text.split(/[,;\s]+/).filter((word) => word !== "");
