import type { HostShell } from "../shell/shell.js";
import { look } from "../transport/ssh/look.js";
import { sh } from "../transport/ssh/quoting.js";

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

/** Packets a path; few, because every pair of nodes is measured in both directions at once. */
const COUNT = 5;

const FORGET_OLD_WAYS = "ip route flush cache; ip -6 route flush cache";

/**
 * Measures all paths of one host at the same time: full-size packets that may not be fragmented. What the kernel learnt of a way that
 * was only there until the ring had its routes, such as its small packets, is forgotten first.
 */
export function pathsScript(paths: readonly PathWish[]): string {
  const one = (path: PathWish, index: number): string => {
    const six = path.to.includes(":");
    const family = six ? ["-6"] : [];
    const payload = path.mtu - (six ? 48 : 28);
    return [
      "(",
      sh`out=$(ping ${family} -n -q -c ${COUNT} -i 0.2 -W 1 -M do -s ${payload} -I ${path.from} ${path.to} 2>&1)`,
      sh`route=$(ip -o ${family} route get ${path.to} 2>/dev/null | head -n 1)`,
      sh`printf '%s|%s|%s\\n' ${index} "$route" "$(printf '%s' "$out" | tr '\\n' ' ')"`,
      ") &",
    ]
      .join(" ; ")
      .replace("( ;", "(")
      .replace("; ) &", ") &");
  };
  return ["export LC_ALL=C", FORGET_OLD_WAYS, ...paths.map(one), "wait"].join("\n");
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

export async function measurePaths(
  paths: readonly PathWish[],
  shell: HostShell,
): Promise<readonly PathResult[]> {
  if (paths.length === 0) {
    return [];
  }
  const said = await look(shell, {
    script: pathsScript(paths),
    timeoutMs: 30_000,

    verb: "measure network paths",
  });
  return parsePaths(paths, said);
}
