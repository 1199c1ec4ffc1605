import { z } from "zod";
import { parseJson } from "../transport/base/json.js";
import { sh } from "../transport/ssh/quoting.js";

/** One end of a cable as the stack file names it: `frege:en05`, or the name of a switch and its port. */
export type CableEnd = string;

/** What LLDP says about the far end of a port. */
export interface Neighbour {
  readonly port: string;
  /** Name of the machine at the other end, without its domain. */
  readonly name: string;
  /** Empty where the neighbour announces no port. */
  readonly farPort: string;
}

/** Where a port is declared to lead; a far end without a colon names only the machine. */
export interface DeclaredEnd {
  readonly node: string;
  readonly port: string;
  readonly to: CableEnd;
}

const CARRIER = "@@proxmox-ha-carrier@@";

/**
 * Announces this host once more, so that a neighbour that came later need not wait for the next interval; then prints
 * which of the ports have carrier and what the host has heard. Without a daemon nothing is heard.
 */
export function neighboursScript(ports: readonly string[]): string {
  return [
    "export LC_ALL=C",
    "timeout 5 lldpcli update >/dev/null 2>&1",
    "timeout 5 lldpcli -f json0 show neighbors 2>/dev/null",
    `printf '\\n${CARRIER}'`,
    ...ports.map(
      (port) =>
        sh`p=${port}; test "$(cat "/sys/class/net/$p/carrier" 2>/dev/null)" = 1 && printf ' %s' "$p"`,
    ),
    "true",
  ].join("\n");
}

/** What a node heard on the given ports, and on which of them a live cable says nothing. */
export function parseHeard(
  ports: readonly string[],
  output: string,
): { readonly neighbours: readonly Neighbour[]; readonly silent: readonly string[] } {
  const [text = "", carrier = ""] = output.split(`\n${CARRIER}`);
  const neighbours = parseNeighbours(text).filter(({ port }) => ports.includes(port));
  const live = carrier.trim().split(/\s+/);
  return {
    neighbours,
    silent: ports.filter(
      (port) => live.includes(port) && neighbours.every((one) => one.port !== port),
    ),
  };
}

const values = z.array(z.object({ value: z.string() })).default([]);
const heard = z.object({
  lldp: z.array(
    z.object({
      interface: z
        .array(
          z.object({
            name: z.string(),
            chassis: z.array(z.object({ name: values })).default([]),
            port: z
              .array(
                z.object({
                  id: z.array(z.object({ type: z.string(), value: z.string() })).default([]),
                  descr: values,
                }),
              )
              .default([]),
          }),
        )
        .default([]),
    }),
  ),
});

/** Reads `lldpcli -f json0`, whose shape is the same for one neighbour and for several. */
export function parseNeighbours(output: string): readonly Neighbour[] {
  const seen = heard.safeParse(parseJson(output));
  return (seen.data?.lldp ?? []).flatMap(({ interface: ports }) =>
    ports.flatMap(({ name: port, chassis, port: far }) => {
      const name = chassis[0]?.name[0]?.value.split(".")[0];
      const id = far[0]?.id[0];
      const farPort = id?.type === "ifname" ? id.value : (far[0]?.descr[0]?.value ?? "");
      return name === undefined || name === "" ? [] : [{ port, name, farPort }];
    }),
  );
}

export interface Cabling {
  /** Every cable that was seen, once, by its ends in alphabetical order. */
  readonly cables: readonly string[];
  /** Where it is not as declared, in sentences that name both ends. */
  readonly differences: readonly string[];
}

/** Compares what the nodes hear on their ports with what the stack file declares. */
export function compareCabling(
  declared: readonly DeclaredEnd[],
  heardBy: Readonly<Record<string, readonly Neighbour[]>>,
): Cabling {
  const seen = new Map(
    Object.entries(heardBy).flatMap(([node, neighbours]) =>
      neighbours.map(({ port, name, farPort }) => [
        `${node}:${port}`,
        farPort === "" ? name : `${name}:${farPort}`,
      ]),
    ),
  );
  const cables = new Set([...seen].map(([end, far]) => [end, far].sort().join(" - ")));
  const wrong = declared.filter(({ node, port, to }) => !leadsTo(seen.get(`${node}:${port}`), to));
  const swapped = swappedPairs(wrong, seen);
  const told = new Set(swapped.flatMap(({ ends }) => ends));
  const single = wrong
    .filter((end) => !told.has(end))
    .map(({ node, port, to }) => {
      const far = seen.get(`${node}:${port}`);
      return far === undefined
        ? `${node}:${port} is declared to lead to ${to}, and no neighbour is heard on it`
        : `${node}:${port} leads to ${far}, and is declared to lead to ${to}`;
    });
  return {
    cables: [...cables].sort(),
    differences: [...swapped.map(({ sentence }) => sentence), ...single],
  };
}

function leadsTo(far: string | undefined, declared: CableEnd): boolean {
  return far === declared || (far !== undefined && far.split(":")[0] === declared);
}

interface SwappedPair {
  readonly ends: readonly DeclaredEnd[];
  readonly sentence: string;
}

/** Two plugs of one machine that have changed places: each leads where the other one should. */
function swappedPairs(
  wrong: readonly DeclaredEnd[],
  seen: ReadonlyMap<string, string>,
): SwappedPair[] {
  return wrong.flatMap((a, at) =>
    wrong.slice(at + 1).flatMap((b) => {
      const [farOfA, farOfB] = [seen.get(`${a.node}:${a.port}`), seen.get(`${b.node}:${b.port}`)];
      return a.node === b.node && leadsTo(farOfA, b.to) && leadsTo(farOfB, a.to)
        ? [
            {
              ends: [a, b],
              sentence:
                `${a.node}: the cables of ${a.port} and ${b.port} are swapped: ` +
                `${a.port} leads to ${farOfA} (declared ${a.to}), ${b.port} leads to ${farOfB} (declared ${b.to})`,
            },
          ]
        : [];
    }),
  );
}
