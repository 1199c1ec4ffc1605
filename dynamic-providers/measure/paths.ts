import type { HostShell } from "../shell/shell.js";
import { look } from "../transport/ssh/look.js";
import { raw, sh } from "../transport/ssh/quoting.js";

/** One directed path between two addresses that must carry packets of full size. */
export interface PathWish {
  readonly network: string;
  readonly to: string;
  readonly from: string;
  readonly toNode: string;
  readonly mtu: number;
  /** Ports of which the way must take one, where that matters. */
  readonly through?: readonly string[] | undefined;
}

export interface PathResult extends PathWish {
  readonly sent: number;
  readonly received: number;
  /** Milliseconds; undefined when nothing came back. */
  readonly averageMs: number | undefined;
  /** The device that the kernel would use, and the source address it would choose by itself. */
  readonly device: string;
  readonly source: string;
}

/** Packets a path; few, because all nodes measure at once. */
const COUNT = 5;
/** Paths that one host measures at once. All of a large ring would fill its cables, and lose packets for that alone. */
const AT_ONCE = 8;
/** More paths than these with single packets lost are no accident, and are not asked a second time. */
const FEW = 16;

/** How long a host itself waits for a way that is not there yet, before it measures. */
const AWAITED_S = 8;

const FORGET_OLD_WAYS = "ip route flush cache; ip -6 route flush cache";

/**
 * Comes when one packet of full size has come back over each path, or when the patience ends: a host sees its routes come at once, and a
 * measurement of paths without them costs seconds.
 */
export function awaitPathsScript(paths: readonly PathWish[], patienceS = AWAITED_S): string {
  const tried = paths.map(
    (path) =>
      sh`until ${raw(pingOf(path, ["-c", "1"]))} >/dev/null 2>&1 || test "$(date +%s)" -ge $end; do sleep 0.1; done`,
  );
  return [
    "export LC_ALL=C",
    sh`end=$(( $(date +%s) + ${patienceS} ))`,
    FORGET_OLD_WAYS,
    ...tried,
  ].join("\n");
}

/** A packet of full size that may not be fragmented. */
function pingOf({ to, from, mtu }: PathWish, words: readonly string[]): string {
  const six = to.includes(":");
  const payload = mtu - (six ? 48 : 28);
  return sh`ping ${six ? ["-6"] : []} -n -q ${words} -W 1 -M do -s ${payload} -I ${from} ${to}`;
}

/**
 * Measures the paths of one host, some at the same time: full-size packets that may not be fragmented. What the kernel learnt of a way
 * that was only there until the ring had its routes, such as its small packets, is forgotten first.
 */
export function pathsScript(paths: readonly PathWish[], atOnce = AT_ONCE): string {
  const one = (path: PathWish, index: number): string => {
    const six = path.to.includes(":");
    const family = six ? ["-6"] : [];
    return [
      "(",
      sh`out=$(${raw(pingOf(path, ["-c", String(COUNT), "-i", "0.2"]))} 2>&1)`,
      sh`route=$(ip -o ${family} route get ${path.to} 2>/dev/null | head -n 1)`,
      sh`printf '%s|%s|%s\\n' ${index} "$route" "$(printf '%s' "$out" | tr '\\n' ' ')"`,
      ") &",
    ]
      .join(" ; ")
      .replace("( ;", "(")
      .replace("; ) &", ") &");
  };
  const lines = paths.flatMap((path, index) =>
    (index + 1) % atOnce === 0 ? [one(path, index), "wait"] : [one(path, index)],
  );
  return ["export LC_ALL=C", FORGET_OLD_WAYS, ...lines, "wait"].join("\n");
}

/** Reads what the script printed; a path without a line counts as dead. */
export function parsePaths(paths: readonly PathWish[], output: string): PathResult[] {
  const lines = new Map(
    output.split("\n").flatMap((line) => {
      const [index, route, ping] = line.split("|");
      return index !== undefined && route !== undefined && ping !== undefined
        ? [[Number(index), { route, ping }] as const]
        : [];
    }),
  );
  return paths.map((path, index) => {
    const { route = "", ping = "" } = lines.get(index) ?? {};
    const average = /= [\d.]+\/([\d.]+)\//.exec(ping)?.[1];
    return {
      ...path,
      sent: Number(/(\d+) packets transmitted/.exec(ping)?.[1] ?? COUNT),
      received: Number(/(\d+) received/.exec(ping)?.[1] ?? 0),
      averageMs: average === undefined ? undefined : Number(average),
      device: /\bdev (\S+)/.exec(route)?.[1] ?? "",
      source: /\bsrc (\S+)/.exec(route)?.[1] ?? "",
    };
  });
}

/** A path that lost single packets beside all others is measured once more, alone: the measurement itself may have been too much. */
export async function measurePaths(
  paths: readonly PathWish[],
  shell: HostShell,
  { first = [] }: { readonly first?: readonly string[] } = {},
): Promise<readonly PathResult[]> {
  const results = await measured(paths, shell, AT_ONCE, first);
  const again = results.filter(({ sent, received }) => received > 0 && received < sent);
  if (again.length === 0 || again.length > FEW) {
    return results;
  }
  const alone = await measured(again, shell, 1);
  return results.map((result) => {
    const at = again.indexOf(result);
    return at < 0 ? result : (alone[at] ?? result);
  });
}

/** The same, once the host has seen that its paths carry something or has lost its patience; in one round trip. */
export function measureOncePathsAreThere(
  paths: readonly PathWish[],
  shell: HostShell,
): Promise<readonly PathResult[]> {
  return measurePaths(paths, shell, { first: [awaitPathsScript(paths)] });
}

async function measured(
  paths: readonly PathWish[],
  shell: HostShell,
  atOnce: number,
  first: readonly string[] = [],
): Promise<readonly PathResult[]> {
  if (paths.length === 0) {
    return [];
  }
  const said = await look(shell, {
    script: [...first, pathsScript(paths, atOnce)].join("\n"),
    timeoutMs: 60_000,
    verb: "measure network paths",
  });
  return parsePaths(paths, said);
}
