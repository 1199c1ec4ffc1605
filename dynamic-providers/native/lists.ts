import { z } from "zod";
import { Failure } from "../../config/failure/failure.js";
import { type Change, renderChange } from "../kit/change.js";
import { command } from "../transport/ssh/quoting.js";
import type { ApiEntry } from "./native-kind.js";
import { nativeKinds } from "./native-kinds.js";
import { madeAt, type NativeWish, titleOf } from "./native-schema.js";

/** What the cluster has, list by list, in Proxmox's own words. */
export type Lists = ReadonlyMap<string, readonly ApiEntry[]>;

const LIST = "@@list ";
const list = z.array(z.record(z.string(), z.unknown()));

/** One look for all lists. Whoever is no member keeps lists of its own that are lost when it joins, so it is not believed. */
export function listsScript(wishes: readonly NativeWish[], member: boolean): string {
  const asked = new Set(wishes.map((wish) => madeAt(wish).at));
  return [
    "export LC_ALL=C",
    ...(member ? ["test -e /etc/pve/corosync.conf || exit 1"] : []),
    ...[...asked].map(
      (at) =>
        `printf '\\n${LIST}%s\\n' ${at}; ${command("pvesh", "get", at, "--output-format", "json")} || exit 1`,
    ),
  ].join("\n");
}

export function parseLists(output: string): Lists {
  return new Map(
    output
      .split(LIST)
      .slice(1)
      .map((part) => {
        const end = part.indexOf("\n");
        return [part.slice(0, end).trim(), list.parse(JSON.parse(part.slice(end + 1)))];
      }),
  );
}

/** The wished-for ones that are there, whatever they look like. */
export function presentOf(wishes: readonly NativeWish[], lists: Lists): NativeWish[] {
  return wishes.filter((wish) => entryOf(wish, lists) !== undefined);
}

/** One that is there and differs from the file. */
interface Differing {
  readonly wish: NativeWish;
  readonly changes: readonly Change<unknown>[];
}

/** Equal is taken over, different is refused with each difference unless the file says otherwise: the rule of all resources. */
export function refusedTakingOver(
  wishes: readonly NativeWish[],
  lists: Lists,
): Failure | undefined {
  const refused = compareAll(wishes, lists).filter(
    ({ wish, changes }) => !wish.adopt && changes.some(({ kind }) => kind !== "add"),
  );
  return refused.length === 0
    ? undefined
    : new Failure("refused", {
        tried: `to take over ${refused.map(({ wish }) => titleOf(wish)).join(", ")}`,
        where: "",
        cameBack: `refused, nothing was changed: what is there differs from the stack file (there -> wanted): ${renderDiffering(refused)}`,
        doNext:
          "Correct the stack file so that it says what is there, or set `adopt: true` to have it changed.",
      });
}

function compareAll(wishes: readonly NativeWish[], lists: Lists): Differing[] {
  return wishes.flatMap((wish) => {
    const found = entryOf(wish, lists);
    return found === undefined
      ? []
      : [{ wish, changes: nativeKinds[wish.kind].compare(wish, found) }];
  });
}

function entryOf(wish: NativeWish, lists: Lists): ApiEntry | undefined {
  const { at, key } = madeAt(wish);
  return lists.get(at)?.find((one) => one[key] === wish.name);
}

function renderDiffering(differing: readonly Differing[]): string {
  return differing
    .map(({ wish, changes }) => `${titleOf(wish)}: ${changes.map(renderChange).join("; ")}`)
    .join("; ");
}
