import type { ClusterPlan } from "../../config/plan/index.js";
import type { ClusterSpec } from "../../config/schema/cluster.js";
import type { Orderer } from "../drill/carry-out.js";
import type { Stage } from "../fence/stage.js";
import type { Material } from "../report/material.js";
import type { Judged } from "./judged.js";

/** The stack file, from which alone follows what there is to be tested. */
export interface OfFile {
  readonly spec: ClusterSpec;
  readonly plan: ClusterPlan;
}

/** What a test has before it: the cluster as it was seen, and the way to its hosts. */
export interface Scene {
  readonly material: Material;
  readonly stage: Stage;
  readonly orderer: Orderer;
  /** The node that a person named for whatever takes one away. */
  readonly node?: string;
}

/** One test of the suite, as it is told before it is begun and carried out afterwards. */
export interface AcceptanceTest {
  readonly name: string;
  readonly title: string;
  readonly precondition: string;
  readonly action: string;
  readonly measure: string;
  readonly threshold: string;
  readonly wayBack: string;
  /** It takes something from the cluster that works, and is begun by a flag alone. */
  readonly isDestructive: boolean;
  /** Why the cluster of this file is not tested for it; undefined where it is. */
  readonly without: (file: OfFile) => Judged | undefined;
  readonly perform: (scene: Scene) => Promise<Judged>;
}

export const LOOKS_ALONE = {
  precondition: "nodes answer",
  action: "look at every node, as `doctor --cluster` and `status` do",
  wayBack: "nothing is changed",
  isDestructive: false,
} as const;
