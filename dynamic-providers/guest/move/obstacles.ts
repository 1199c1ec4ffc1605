import { gib } from "../../../config/findings/figures.js";
import { type GuestChange, nothing } from "../changes.js";
import type { FoundGuest } from "../found.js";
import { KINDS } from "../kinds.js";
import type { GuestState } from "../schema.js";
import { differingWords, wordsOf } from "../words.js";
import type { Move } from "./wish.js";

/** A storage as the guest's node sees it now. */
export interface StorageSeen {
  readonly active: boolean;
  readonly content: readonly string[];
  readonly freeBytes: number;
  readonly shared: boolean;
}

/** What a move depends on beside the guest. */
export interface MoveFacts {
  readonly storages: ReadonlyMap<string, StorageSeen>;
  /** Jobs that replicate the guest. */
  readonly replications: readonly string[];
  /** The run that is foreseen may make a storage that is not there yet. */
  readonly storagesMayCome: boolean;
}

/** Why nothing of these moves is begun, each with what a person can do. */
export function moveObstacles(
  moves: readonly Move[],
  wanted: GuestState,
  found: FoundGuest,
  facts: MoveFacts,
): GuestChange[] {
  return moves.flatMap((move) => {
    const { slot, from, to } = move;
    const why =
      ofGuest(move, wanted, found, facts) ??
      ofTarget(move, found, facts) ??
      withoutRoom(move, moves, wanted, facts);
    return why === undefined
      ? []
      : [nothing(`disks[${slot}].storage`, from, `${to}, but ${why.because}`, why.instead)];
  });
}

interface Why {
  readonly because: string;
  readonly instead: string;
}

function ofGuest(
  { slot, volume }: Move,
  wanted: GuestState,
  { kind, now, pending, snapshots }: FoundGuest,
  { replications }: MoveFacts,
): Why | undefined {
  const { tool } = KINDS[kind];
  const holding = Object.entries(snapshots).flatMap(([name, values]) =>
    Object.values(values).some((value) => wordsOf(slot, value).file === volume) ? [name] : [],
  );
  const [snapshot] = holding;
  if (snapshot !== undefined) {
    return {
      because: `snapshots hold it (${holding.join(", ")}), and snapshots are not moved`,
      instead: `Remove them first, each by \`${tool} delsnapshot <id> ${snapshot}\`, or write the storage on which it lies.`,
    };
  }
  const [job] = replications;
  if (job !== undefined) {
    return {
      because: `${replications.join(", ")} replicates the guest between its nodes, and would fail afterwards`,
      instead: `End it by \`pvesr delete ${job}\` first, or write the storage on which it lies.`,
    };
  }
  if (now.protection === "1") {
    return {
      because:
        "the guest is protected, so that Proxmox removes no volume of it, the old copy neither",
      instead: `Write \`protection: false\` for this one run, or \`${tool} set <id> --protection 0\` where the file says nothing of it.`,
    };
  }
  if (pending.includes(slot)) {
    return {
      because: "other words of it wait for a restart, and would bring the old copy back",
      instead: `Restart the guest first, or take them back by \`${tool} set <id> --revert ${slot}\`.`,
    };
  }
  const words = wanted.disks.find((disk) => disk.slot === slot)?.words ?? {};
  const differing = differingWords(wordsOf(slot, now[slot] ?? ""), words);
  return differing.length === 0
    ? undefined
    : {
        because: `${differing.map(({ name }) => name).join(", ")} of it changes as well`,
        instead: "Move it in one run and change the rest in the next one.",
      };
}

function ofTarget(
  { to }: Move,
  { kind, node }: FoundGuest,
  { storages, storagesMayCome }: MoveFacts,
): Why | undefined {
  const target = storages.get(to);
  const content = kind === "vm" ? "images" : "rootdir";
  if (target === undefined) {
    return storagesMayCome
      ? undefined
      : {
          because: `${node} has no such storage`,
          instead: `Look at \`pvesm status\` on ${node}, or write a storage that it has.`,
        };
  }
  if (!target.active) {
    return {
      because: `that is not active on ${node}, where the guest is`,
      instead: `Look at \`pvesm status --storage ${to}\` on ${node}, mend what it names, then run \`pulumi up\` again.`,
    };
  }
  return target.content.includes(content)
    ? undefined
    : {
        because: `that does not take ${content}`,
        instead: `Add \`${content}\` to the content of ${to}, or write a storage that takes it.`,
      };
}

function withoutRoom(
  { to }: Move,
  moves: readonly Move[],
  wanted: GuestState,
  { storages }: MoveFacts,
): Why | undefined {
  const needed = moves
    .filter((one) => one.to === to)
    .reduce((sum, one) => sum + Math.max(one.gib ?? 0, grownTo(one, wanted)), 0);
  const free = storages.get(to)?.freeBytes ?? Number.POSITIVE_INFINITY;
  return needed * 2 ** 30 <= free
    ? undefined
    : {
        because: `there are ${gib(free)} free, and ${gib(needed * 2 ** 30)} of this guest go there`,
        instead: `Make room on ${to}, or write a storage that has it.`,
      };
}

const grownTo = ({ slot }: Move, { disks }: GuestState): number =>
  disks.find((disk) => disk.slot === slot)?.gib ?? 0;
