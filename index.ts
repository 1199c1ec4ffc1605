import { BuildUp } from "./components/program/build-up.js";
import { keepNoTraces } from "./components/program/no-traces.js";
import { readPlan } from "./components/program/read-plan.js";
import { declareWholeCluster } from "./components/program/whole-cluster.js";
import { demandWholeRun } from "./components/program/whole-run.js";

/** One stack is one cluster. */
async function program() {
  keepNoTraces();
  demandWholeRun();
  return declareWholeCluster(await readPlan());
}

export = () => BuildUp.untilEnd(program);
