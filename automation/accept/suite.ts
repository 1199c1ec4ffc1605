import { Failure, messageOf } from "../../config/failure/failure.js";
import type { Stoppable } from "../engine/stops.js";
import type { Chosen } from "./choose.js";
import { type Judged, judged, notTried } from "./judged.js";
import type { Scene } from "./test.js";
import { type AcceptanceReport, statusOf, type Tested } from "./tested.js";
import { security } from "./tried/by-drill.js";

/** Carries the chosen tests out, one after the other; those that take something away only from a cluster that passed the others. */
export async function carryOutSuite(
  chosen: readonly Chosen[],
  scene: Scene,
): Promise<AcceptanceReport> {
  let interrupted = false;
  const stops: Stoppable = (answers) => {
    const given = scene.orderer.stops(answers);
    given.signal.addEventListener("abort", () => {
      interrupted = true;
    });
    return given;
  };
  const heeding = { ...scene, orderer: { ...scene.orderer, stops } };
  const tests: Tested[] = [];
  for (const one of chosen) {
    const { name, title, isDestructive } = one.test;
    const beganAt = Date.now();
    const found =
      interrupted && one.otherwise === undefined
        ? notTried("the run was interrupted before it")
        : (one.otherwise ?? (await outcomeOf(one, tests, heeding)));
    const seconds = Math.round((Date.now() - beganAt) / 100) / 10;
    tests.push({ name, title, isDestructive, seconds, ...found });
  }
  return { status: statusOf(tests, interrupted), interrupted, tests };
}

/** A door that is open says nothing of whether the cluster bears a loss. */
async function outcomeOf(
  { test }: Chosen,
  before: readonly Tested[],
  scene: Scene,
): Promise<Judged> {
  const failed = before
    .filter(({ name, verdict }) => verdict === "failed" && name !== security.name)
    .map(({ name }) => name);
  if (test.isDestructive && failed.length > 0) {
    return notTried(`nothing is taken from a cluster that failed ${failed.join(", ")}`);
  }
  scene.stage.say(`${test.name}: ${test.title}`);
  try {
    return await test.perform(scene);
  } catch (thrown) {
    if (!(thrown instanceof Failure)) {
      throw thrown;
    }
    // What was refused was not begun; whatever else went wrong, the cluster did not do what it should.
    return thrown.kind === "refused" || thrown.kind === "badInput"
      ? notTried(messageOf(thrown))
      : judged([], [messageOf(thrown)]);
  }
}
