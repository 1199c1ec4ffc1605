import type { ClusterPlan } from "../../config/plan/index.js";
import type { Step } from "./page.js";
import type { Scene } from "./scene.js";

/** One subject of the runbook. Pure: what it knows is in the scene. */
export interface Topic {
  /** One line for the list. */
  readonly title: string;
  /** Why it has nothing to say of this stack. */
  readonly lacks?: (plan: ClusterPlan) => string | undefined;
  /** Why it fits what is seen now. */
  readonly fits?: (scene: Scene) => string | undefined;
  readonly steps: (scene: Scene) => readonly Step[];
}
