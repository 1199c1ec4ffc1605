import { z } from "zod";
import { Failure } from "../../config/failure/failure.js";
import { type Change, renderChange } from "../kit/change.js";
import { get } from "../transport/pvesh/calls.js";
import { look, type Part } from "../transport/pvesh/part.js";
import type { Answers } from "../transport/pvesh/script.js";
import type { ApiEntry } from "./native-kind.js";
import { nativeKinds } from "./native-kinds.js";
import { madeAt, type NativeWish, titleOf } from "./native-schema.js";

/** What the cluster has, list by list, in Proxmox's own words. */
export type Lists = ReadonlyMap<string, readonly ApiEntry[]>;

const list = z.array(z.record(z.string(), z.unknown()));
/** Whoever is no member keeps lists of its own that are lost when it joins, so it is not believed. */
const MEMBER = look("membership", "test -e /etc/pve/corosync.conf", () => undefined);

/** One look for all lists. */
export interface ListsLook {
  readonly parts: readonly Part<unknown>[];
  read(said: Answers): Lists;
}

/** Asks for the lists that the wishes stand in, of a member alone where that is said. */
export function listsLook(wishes: readonly NativeWish[], member: boolean): ListsLook {
  const asked = [...new Set(wishes.map((wish) => madeAt(wish).at))];
  const lists = asked.map((at) => [at, get(at, list)] as const);
  return {
    parts: [...(member ? [MEMBER] : []), ...lists.map(([, part]) => part)],
    read: (said) => new Map(lists.map(([at, part]) => [at, said.of(part)])),
  };
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
