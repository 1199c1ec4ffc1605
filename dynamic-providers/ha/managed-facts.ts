import { z } from "zod";
import { printed } from "../shell/etc-pve.js";
import { parseJson } from "../transport/base/json.js";
import { get } from "../transport/pvesh/calls.js";
import { look, type Part, shown, Unread } from "../transport/pvesh/part.js";
import type { Answers } from "../transport/pvesh/script.js";
import { raw, sh } from "../transport/ssh/quoting.js";

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
const guestList = z.object({
  ids: z.record(z.string(), z.object({ type: z.enum(["qemu", "lxc"]) })),
});

/** Guests by HA's own names for them. */
export const GUESTS = look("list of guests", "cat /etc/pve/.vmlist", (text) => {
  const list = guestList.safeParse(parseJson(text));
  if (!list.success) {
    throw new Unread(`this is no list of guests: ${shown(text)}`);
  }
  return Object.entries(list.data.ids).map(
    ([id, { type }]) => `${type === "qemu" ? "vm" : "ct"}:${id}`,
  );
});
const RESOURCES = get("/cluster/ha/resources", resourceList);
export const RULES = get("/cluster/ha/rules", ruleList);
/** Whether groups of 8 are still there on 9. */
export const GROUPS_PENDING = look(
  "HA groups",
  sh`( text=$(${raw(printed("/etc/pve/ha/groups.cfg"))}) || exit; if printf '%s\\n' "$text" | grep -q '^group:'; then echo pending; else echo done; fi )`,
  (text) => {
    const word = text.trim();
    if (word !== "pending" && word !== "done") {
      throw new Unread(`it is neither "pending" nor "done": ${shown(text)}`);
    }
    return word === "pending";
  },
);

/** Rules exist from 9 on. */
export const haParts = (major: 8 | 9): readonly Part<unknown>[] =>
  major === 8 ? [GUESTS, RESOURCES] : [GUESTS, RESOURCES, RULES, GROUPS_PENDING];

export function managedFacts(said: Answers, major: 8 | 9): ManagedFacts {
  return {
    guests: said.of(GUESTS),
    resources: Object.fromEntries(
      said.of(RESOURCES).map((one) => [
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
      (major === 8 ? [] : said.of(RULES)).map((one) => [
        one.rule,
        {
          type: one.type,
          resources: namesIn(one.resources),
          nodes: Object.fromEntries(
            namesIn(one.nodes ?? "").map((word) => {
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

const namesIn = (text: string): string[] => text.split(/[,;\s]+/).filter((word) => word !== "");
