import { z } from "zod";
import { Failure } from "../../config/failure/failure.js";
import { printedOf } from "../shell/etc-pve.js";
import { parseJson } from "../transport/base/json.js";
import { look, type Part, shown, Unread } from "../transport/pvesh/part.js";
import type { Answers } from "../transport/pvesh/script.js";
import { sh } from "../transport/ssh/quoting.js";
import { type GuestConfig, parseGuestConfig } from "./config-file.js";
import { eachFile } from "./each-file.js";
import { EVERY_RECORD, type MoveRecord, recordPart } from "./move/record.js";

/** A guest that is there, wherever. */
export interface FoundGuest extends GuestConfig {
  readonly node: string;
  readonly kind: "vm" | "container";
  readonly pool: string | undefined;
  /** A move that a run has begun and not ended. */
  readonly move: MoveRecord | undefined;
}

const list = z.object({
  ids: z.record(z.string(), z.object({ node: z.string().min(1), type: z.enum(["qemu", "lxc"]) })),
});

/** Where each guest of the cluster is. A member without `/etc/pve` has no such list, so its silence is no answer. */
export const WHERE = look("list of guests", "cat /etc/pve/.vmlist", (text) => {
  const read = list.safeParse(parseJson(text));
  if (!read.success) {
    throw new Unread(`this is no list of guests: ${shown(text)}`);
  }
  return read.data.ids;
});

/** Pools with their guests; the last line of a file that has none is not a failure. */
const POOLS = look("resource pools", printedOf("/etc/pve/user.cfg", "s/^pool://p"), (text) =>
  text.split("\n").flatMap((line) => {
    const [pool = "", , guests = ""] = line.split(":");
    return guests.split(",").flatMap((id) => (id === "" ? [] : [{ pool, id }]));
  }),
);

const NONE = "none";

/**
 * The file lies with the node that has the guest, and moves with it: one that is not where it was a moment ago is looked
 * for again. Every member can read it, also while that node is silent.
 */
function configOf(id: number): Part<string | undefined> {
  const script = sh`config_of() {
  tries=1
  while :; do
    for file in /etc/pve/nodes/*/*/"$1".conf; do
      test -e "$file" && cat "$file" 2>/dev/null && return
    done
    grep -q '"'"$1"'":' /etc/pve/.vmlist || { echo ${NONE}; return; }
    test "$tries" -lt 5 || return
    tries=$((tries + 1))
    sleep 1
  done
}
config_of ${String(id)}`;
  return look(`configuration of guest ${id}`, script, (text) =>
    text.trim() === NONE ? undefined : text,
  );
}

/** What one look at a member tells of a guest. */
export function guestParts(id: number) {
  const config = configOf(id);
  const record = recordPart(id);
  return {
    parts: [WHERE, config, POOLS, record] as const,
    read: (said: { of<Answer>(part: Part<Answer>): Answer }): FoundGuest | undefined => {
      const place = said.of(WHERE)[String(id)];
      const text = said.of(config);
      if (place === undefined && text === undefined) {
        return undefined;
      }
      if (place === undefined || text === undefined) {
        throw new Failure("failed", {
          tried: `to look at guest ${id}`,
          where: "",
          cameBack: "it came, went or moved during the look",
          doNext: "Run `pulumi up` again once nobody makes, moves or removes it.",
        });
      }
      return guestOf(id, { place, text, pools: said.of(POOLS), move: said.of(record) });
    },
  };
}

/** One that goes or moves in this moment has no text. */
export const CONFIGS = eachFile("configurations of guests", {
  pattern: "/etc/pve/nodes/*/*/*.conf",
  ending: ".conf",
});

export const EVERY_GUEST = [WHERE, CONFIGS, POOLS, EVERY_RECORD] as const;

/** A guest in a look at all of them; "unsure" when it went, came or moved meanwhile. */
export function guestAmong(said: Answers, id: number): FoundGuest | "absent" | "unsure" {
  const place = said.of(WHERE)[String(id)];
  const text = said.of(CONFIGS).get(String(id));
  if (place === undefined && text === undefined) {
    return "absent";
  }
  return place === undefined || text === undefined || text.trim() === ""
    ? "unsure"
    : guestOf(id, {
        place,
        text,
        pools: said.of(POOLS),
        move: said.of(EVERY_RECORD).get(String(id)),
      });
}

function guestOf(
  id: number,
  {
    place,
    text,
    pools,
    move,
  }: {
    readonly place: z.output<typeof list>["ids"][string];
    readonly text: string;
    readonly pools: ReturnType<typeof POOLS.read>;
    readonly move: MoveRecord | undefined;
  },
): FoundGuest {
  return {
    ...parseGuestConfig(text),
    node: place.node,
    kind: place.type === "qemu" ? "vm" : "container",
    pool: pools.find((one) => one.id === String(id))?.pool,
    move,
  };
}
