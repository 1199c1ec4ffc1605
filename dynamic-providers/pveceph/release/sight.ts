import { z } from "zod";
import { CEPH } from "../../shell/ceph.js";
import { parseJson } from "../../transport/base/json.js";
import { look } from "../../transport/pvesh/part.js";
import { sh } from "../../transport/ssh/quoting.js";

export type DaemonKind = "mon" | "mgr" | "osd" | "mds";

const row = z.object({
  name: z.string().optional(),
  id: z.number().optional(),
  hostname: z.string().default(""),
  ceph_release: z.string().default("unknown"),
});
const told = z.object({
  mon: z.array(row),
  mgr: z.array(row),
  osd: z.array(row),
  mds: z.array(row),
  osds: z.object({ require_osd_release: z.string() }),
  fs: z.object({
    filesystems: z
      .array(
        z.object({
          mdsmap: z.object({
            fs_name: z.string(),
            max_mds: z.number().default(1),
            flags: z.number().default(0),
            info: z
              .record(z.string(), z.object({ name: z.string(), state: z.string() }))
              .default({}),
          }),
        }),
      )
      .default([]),
  }),
});

export interface RunningDaemon {
  readonly kind: DaemonKind;
  readonly id: string;
  readonly host: string;
  /** "squid" */
  readonly release: string;
}

export interface ReleaseFacts {
  readonly daemons: readonly RunningDaemon[];
  /** Below which OSDs may not be; undefined where there is no Ceph yet. */
  readonly required: string | undefined;
  /** Metadata servers that serve; the others stand by. */
  readonly serving: readonly string[];
  /** File systems with several that serve at once. */
  readonly several: readonly string[];
  /** By file system, whether a server may follow the one that serves. */
  readonly followed: Readonly<Record<string, boolean>>;
}

/** A bit of a file system's flags in Ceph. */
const ALLOW_STANDBY_REPLAY = 1 << 5;

const NONE: ReleaseFacts = {
  daemons: [],
  required: undefined,
  serving: [],
  several: [],
  followed: {},
};

const asked = {
  mon: ["mon", "metadata"],
  mgr: ["mgr", "metadata"],
  osd: ["osd", "metadata"],
  mds: ["mds", "metadata"],
  osds: ["osd", "dump"],
  fs: ["fs", "dump"],
} as const;

/** What each daemon says of itself. Without a configuration there is none yet. */
export const RUNNING = look(
  "the releases that Ceph's daemons run",
  [
    "if test ! -e /etc/pve/ceph.conf; then echo none; else",
    ...Object.entries(asked).map(
      ([name, words]) =>
        sh`said=$(${[...CEPH, ...words]} --format json < /dev/null) && test -n "$said" && printf '%s %s\\n' ${name} "$(printf '%s' "$said" | tr -d '\\n')" || exit 1`,
    ),
    "fi",
  ].join("\n"),
  runningIn,
);

export function runningIn(text: string): ReleaseFacts {
  if (text.trim() === "none") {
    return NONE;
  }
  const lines = text.split("\n").flatMap((line) => {
    const [, name, json] = /^(\w+) ([[{].*)$/.exec(line) ?? [];
    return name === undefined || json === undefined ? [] : [[name, parseJson(json)] as const];
  });
  const { osds, fs, ...kinds } = told.parse(Object.fromEntries(lines));
  const daemons = (["mon", "mgr", "osd", "mds"] as const).flatMap((kind) =>
    kinds[kind].map(({ name, id, hostname, ceph_release }) => ({
      kind,
      id: name ?? String(id ?? ""),
      host: hostname,
      release: ceph_release,
    })),
  );
  const maps = fs.filesystems.map(({ mdsmap }) => mdsmap);
  return {
    daemons,
    required: osds.require_osd_release,
    serving: maps.flatMap(({ info }) =>
      Object.values(info).flatMap(({ name, state }) => (state === "up:active" ? [name] : [])),
    ),
    followed: Object.fromEntries(
      maps.map(({ fs_name, flags }) => [fs_name, (flags & ALLOW_STANDBY_REPLAY) !== 0]),
    ),
    several: maps.flatMap(({ fs_name, max_mds }) => (max_mds > 1 ? [fs_name] : [])),
  };
}
