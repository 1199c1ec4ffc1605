import { FENCER_PROGRAM, type FencePlan, onlyItsWatchdog } from "../../config/plan/fence.js";
import {
  MATRIX_FILE,
  type NodeMatrix,
  parseMatrix,
} from "../../dynamic-providers/measure/fencing.js";
import { spanOf } from "../spans.js";

const NOT_INSTALLED = "not installed";

/** What one node says of its fencer. */
export interface FencerSeen {
  /** As systemd calls it; "active" is the good one. */
  readonly state: string;
  /** What the fencer saw of its peers' devices last; undefined when it never looked. */
  readonly matrix: NodeMatrix | undefined;
  readonly ageS: number;
}

export interface FencingView {
  readonly fencers: readonly { readonly node: string; readonly state: string }[];
  /** Who could switch off whom when it was last tried. */
  readonly pairs: readonly {
    readonly by: string;
    readonly node: string;
    readonly kind: string;
    readonly address: string;
    readonly ok: boolean;
    readonly power: string;
    readonly why: string;
    readonly ageS: number;
  }[];
  /** Nodes that nothing but their own watchdog stops. */
  readonly watchdogOnly: readonly string[];
}

/** Prints how the fencer is, the host's time, and what it saw last. */
export const FENCER_SCRIPT = `if [ -e ${FENCER_PROGRAM} ]; then systemctl is-active proxmox-ha-fencer.service 2>/dev/null; else echo '${NOT_INSTALLED}'; fi; date +%s; cat ${MATRIX_FILE} 2>/dev/null`;

export function parseFencer(node: string, said: string): FencerSeen {
  const [state = "", now = "", ...rest] = said.trim().split("\n");
  const matrix = parseMatrix(node, rest.join("\n"));
  const ageS = matrix === undefined ? 0 : Math.max(0, Math.round(Number(now) - matrix.time));
  return { state: state === "" ? "not there" : state, matrix, ageS };
}

export function fencingView(
  { fencers, watchdogOnly }: FencePlan,
  seen: readonly { readonly node: string; readonly fencer: FencerSeen | undefined }[],
): FencingView {
  const asked = seen.flatMap(({ node, fencer }) =>
    fencer === undefined || !fencers.includes(node) ? [] : [{ node, fencer }],
  );
  return {
    fencers: asked.map(({ node, fencer }) => ({ node, state: fencer.state })),
    pairs: asked.flatMap(({ fencer: { matrix, ageS } }) =>
      (matrix?.rows ?? []).map(({ passing: _passing, ...row }) => ({ ...row, ageS })),
    ),
    watchdogOnly,
  };
}

/**
 * Whether every node that answers could do its part. A cluster without any fencer is one that an older program formed, or whose file
 * has asked for them since: as well as it was, and told what the next run adds. One of several that is missing has been lost.
 */
export function fencingIsSound({ fencers, pairs }: FencingView): boolean {
  return (
    nowhereInstalled(fencers) ||
    (fencers.every(({ state }) => state === "active") && pairs.every(({ ok }) => ok))
  );
}

function nowhereInstalled(fencers: FencingView["fencers"]): boolean {
  return fencers.every(({ state }) => state === NOT_INSTALLED);
}

/** Rows for the screen. */
export function fencingRows({ fencers, pairs, watchdogOnly }: FencingView): string[][] {
  return [
    ...pairs.map(({ by, node, kind, address, ok, power, why, ageS }) => [
      `${by} -> ${node}`,
      `${kind} ${address}`,
      ok ? `power ${power}` : `NOT SURE: ${why}`,
      `seen ${spanOf(ageS)} ago`,
      // A remark on a sound pair comes last, where it does not stand between what is looked for.
      ...(ok && why !== "" ? [why] : []),
    ]),
    ...(fencers.length > 0 && nowhereInstalled(fencers)
      ? [
          [
            "no fencer is installed yet: only watchdogs stop nodes, until the next `up` installs them",
          ],
        ]
      : fencers
          .filter(({ state }) => state !== "active")
          .map(({ node, state }) => [`${node}: its fencer is ${state}`])),
    ...watchdogOnly.map((node) => [onlyItsWatchdog(node)]),
  ];
}
