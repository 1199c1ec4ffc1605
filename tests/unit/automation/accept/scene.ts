import type { Scene } from "../../../../automation/accept/test.js";
import { bySignal } from "../../../../automation/engine/stops.js";
import type { Material } from "../../../../automation/report/material.js";

const nobody = (node: string): never => {
  throw new Error(`${node} is asked, and nobody should be`);
};

/** A scene in which everything was seen already and no host may be asked. */
export function sceneOf(material: Material): Scene {
  return {
    material,
    stage: {
      stack: material.stack,
      plan: material.plan,
      looks: nobody,
      changes: nobody,
      say: () => undefined,
      json: true,
    },
    orderer: { confirm: async () => undefined, stops: bySignal(new AbortController().signal) },
  };
}
