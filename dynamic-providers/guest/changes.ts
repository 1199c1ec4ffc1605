import type { Change } from "../kit/change.js";
import { type GuestKind, takesEffectAtOnce } from "./kinds.js";
import type { Move } from "./move/wish.js";
import { differingWords, laidOver, textOf, wordsOf } from "./words.js";

export type GuestStep =
  | { readonly do: "create" }
  | { readonly do: "set"; readonly key: string; readonly value: string; readonly restarts: boolean }
  | { readonly do: "grow"; readonly slot: string; readonly gib: number }
  | { readonly do: "join"; readonly pool: string }
  | { readonly do: "move"; readonly move: Move }
  /** What a cut move has left: the old copy, or a guest that was shut down for it. */
  | { readonly do: "finish move" }
  | { readonly do: "restart" }
  | { readonly do: "remove" }
  /** What the program does not do to a guest, and what a person can do instead. */
  | { readonly do: "nothing"; readonly instead: string };
export type GuestChange = Change<GuestStep>;

/** One change for each setting; a person reads the words that differ. */
export function overlay(
  kind: GuestKind,
  key: string,
  present: string | undefined,
  words: Readonly<Record<string, string>>,
): GuestChange[] {
  const there = wordsOf(key, present ?? "");
  const differing = differingWords(there, words);
  return differing.length === 0
    ? []
    : [
        {
          ...set(kind, key, present, textOf(key, laidOver(there, words))),
          from: present === undefined ? "absent" : said(differing, "from"),
          to: said(differing, "to"),
        },
      ];
}

const said = (
  words: readonly { readonly name: string; readonly from: string; readonly to: string }[],
  side: "from" | "to",
): string => words.map((word) => `${word.name} ${word[side]}`).join(", ");

export function set(
  kind: GuestKind,
  key: string,
  present: string | undefined,
  value: string,
): GuestChange {
  return {
    kind: present === undefined ? "add" : "change",
    path: key,
    from: present ?? "absent",
    to: value,
    step: { do: "set", key, value, restarts: !takesEffectAtOnce(kind, key) },
  };
}

export function nothing(path: string, from: string, to: string, instead: string): GuestChange {
  return { kind: "change", path, from, to, step: { do: "nothing", instead } };
}
