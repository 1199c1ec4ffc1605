import { observeNode } from "../fence/observe.js";
import type { FenceSight } from "../fence/sight.js";
import type { Stage } from "../fence/stage.js";
import { effectsOf, objectionsTo } from "./consider.js";
import { observeInventory } from "./inventory.js";
import { type Move, planMoves } from "./moves.js";
import type { MaintenanceRecord } from "./record.js";

export type Prepared =
  | { readonly kind: "refused"; readonly objections: readonly string[] }
  | {
      readonly kind: "ready";
      readonly begun: MaintenanceRecord;
      readonly moves: readonly Move[];
      /** What will happen, for a person who has to agree. */
      readonly effects: readonly string[];
    };

/** What taking a node out of service would come to now. Looks only. */
export async function prepare(
  stage: Stage,
  sight: FenceSight,
  node: string,
  seconds: number,
): Promise<Prepared> {
  const seen = await observeNode(stage.plan, sight, node, stage.looks);
  const keeper = keeperOf(stage, sight, node);
  if (keeper === undefined) {
    return {
      kind: "refused",
      objections: ["no other member answers that could watch over it"],
    };
  }
  const inventory = await observeInventory(stage.looks(keeper));
  const moves = planMoves(inventory, node);
  const { maintenance: records } = sight;
  const objections = objectionsTo(stage.plan, node, { sight, seen, inventory, moves, records });
  if (objections.length > 0) {
    return { kind: "refused", objections };
  }
  const earlier = records.find((one) => one.node === node);
  const ceph = stage.plan.ceph !== undefined;
  const hours = Math.round(seconds / 360) / 10;
  const now = Math.floor(Date.now() / 1_000);
  const isOut = seen.guests.kind === "running" && seen.guests.inMaintenance;
  return {
    kind: "ready",
    begun: {
      version: 1,
      node,
      since: now,
      until: now + seconds,
      ha: earlier?.ha === true || (sight.ha.services.length > 0 && !isOut),
      noout: ceph,
      keeper: earlier?.keeper ?? keeper,
      moved: earlier?.moved ?? [],
    },
    moves,
    effects: effectsOf(node, { sight, moves }, { hours, ceph }),
  };
}

/** Whoever watches now: the one that has the timers, where it answers. */
export function keeperOf(
  { plan }: Pick<Stage, "plan">,
  { answers, online }: Pick<FenceSight, "answers" | "online">,
  node: string,
  wished?: string,
): string | undefined {
  const able = plan.nodes
    .map(({ name }) => name)
    .filter((name) => name !== node && answers.includes(name) && online.includes(name));
  return able.find((name) => name === wished) ?? able[0];
}
