import { existsSync, mkdirSync, readdirSync, statfsSync } from "node:fs";
import { join } from "node:path";

/** One backup, as the server lists it. */
export interface Backup {
  readonly "backup-type": string;
  readonly "backup-id": string;
  /** Seconds since 1970. */
  readonly "backup-time": number;
  readonly size: number;
  readonly protected: false;
  readonly files: readonly string[];
}

/** Folders that stand for datastores; whoever puts `type/id/time` into one has made a backup. */
export class Datastores {
  readonly #folder: string;

  constructor(folder: string, names: readonly string[]) {
    this.#folder = folder;
    for (const name of names) mkdirSync(join(folder, name), { recursive: true });
  }

  usage(name: string): { readonly total: number; readonly used: number; readonly avail: number } {
    const { blocks, bfree, bavail, bsize } = statfsSync(join(this.#folder, name));
    return { total: blocks * bsize, used: (blocks - bfree) * bsize, avail: bavail * bsize };
  }

  backups(name: string): Backup[] {
    const top = join(this.#folder, name);
    return foldersIn(top).flatMap((type) =>
      foldersIn(join(top, type)).flatMap((id) =>
        foldersIn(join(top, type, id)).map((time): Backup => {
          const seconds = Math.floor(Date.parse(time) / 1000);
          return {
            "backup-type": type,
            "backup-id": id,
            "backup-time": seconds,
            size: 0,
            protected: false,
            files: readdirSync(join(top, type, id, time)),
          };
        }),
      ),
    );
  }
}

function foldersIn(path: string): string[] {
  return existsSync(path)
    ? readdirSync(path, { withFileTypes: true })
        .filter((one) => one.isDirectory() && !one.name.startsWith("."))
        .map(({ name }) => name)
        .sort()
    : [];
}
