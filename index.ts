import { keepNoTraces } from "./components/program/no-traces.js";
import { readPlan } from "./components/program/read-plan.js";
import { declareWholeCluster } from "./components/program/whole-cluster.js";

/** One stack is one cluster. */
async function program() {
  keepNoTraces();
  return declareWholeCluster(await readPlan());
}

export = program;
