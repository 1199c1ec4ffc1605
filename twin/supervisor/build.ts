import type { Engine, EngineTwin } from "../engines/engine.js";
import type { TwinPaths } from "../paths.js";
import { makeNasFolders } from "../services/nas.js";
import type { UpRequest } from "./request.js";
import { TwinSecrets } from "./secrets.js";
import { findSnapshot, putBack } from "./snapshot.js";
import type { untilReachable } from "./wait.js";

interface BuildSteps {
  readonly request: UpRequest;
  readonly paths: TwinPaths;
  readonly engine: Pick<Engine, "build">;
  readonly say: (message: string) => void;
  /** Before the first host starts: from here on the twin can be asked about. */
  readonly made: (twin: EngineTwin) => void;
  readonly startServices: (twin: EngineTwin, secrets: TwinSecrets) => Promise<void>;
  readonly reachable: typeof untilReachable;
}

/** Builds a twin up to the point where every host answers, freshly installed or as a snapshot kept it. */
export async function buildTwin(steps: BuildSteps): Promise<void> {
  const { request, paths, engine, say } = steps;
  const { plan, name, timeScale, restore } = request;
  const snapshot =
    restore === undefined ? undefined : findSnapshot(request, paths.snapshots, restore);
  const secrets = TwinSecrets.open(plan, paths.secrets);
  for (const nas of plan.nas) makeNasFolders(paths, nas);
  const twin = await engine.build({
    name,
    plan,
    runDir: paths.run,
    dataDir: paths.data,
    timeScale,
    rootPassword: secrets.rootPassword,
    progress: say,
  });
  steps.made(twin);
  if (snapshot !== undefined) {
    say(`putting back the snapshot "${restore}"`);
    await putBack(twin, snapshot, paths);
  }
  say(`starting ${plan.hosts.length} hosts and what surrounds them`);
  await Promise.all([
    // A snapshot brings the passwords of its hosts.
    steps.startServices(twin, TwinSecrets.open(plan, paths.secrets)),
    ...[...twin.hosts.values()].map(async (host) => {
      await host.powerOn();
      await steps.reachable(twin, host.plan);
      say(`${host.plan.name} answers`);
    }),
  ]);
}
