import type {
  FoundBackup,
  JobHoldings,
  SavedGuest,
} from "../../dynamic-providers/backup/holdings.js";

/** A guest and the newest backup of it, on whichever storage that is. */
export interface Candidate {
  readonly guest: SavedGuest;
  readonly backup: FoundBackup;
}

export interface Choice {
  readonly candidates: readonly Candidate[];
  /** Guests that are saved by a job and have no backup yet. */
  readonly without: readonly SavedGuest[];
}

/** The smallest first, so that what is wrong with all of them shows soon. */
export function newestOfEach(jobs: ReadonlyMap<string, JobHoldings>): Choice {
  const guests = new Map(
    [...jobs.values()].flatMap((job) => job.guests.map((guest) => [guest.vmid, guest] as const)),
  );
  const sorted = [...guests.values()].sort((a, b) => a.bytes - b.bytes || a.vmid - b.vmid);
  const found = sorted.map((guest) => ({ guest, backup: newestOf(guest, jobs) }));
  return {
    candidates: found.flatMap(({ guest, backup }) =>
      backup === undefined ? [] : [{ guest, backup }],
    ),
    without: found.flatMap(({ guest, backup }) => (backup === undefined ? [guest] : [])),
  };
}

function newestOf(
  { vmid }: SavedGuest,
  jobs: ReadonlyMap<string, JobHoldings>,
): FoundBackup | undefined {
  return [...jobs.values()]
    .flatMap(({ backups }) => backups.filter((backup) => backup.vmid === vmid))
    .sort((a, b) => b.madeAtMs - a.madeAtMs)[0];
}

/** The guest that a word on the command line means: its name or its number. */
export const isMeant = ({ vmid, name }: SavedGuest, word: string): boolean =>
  name === word || String(vmid) === word;
