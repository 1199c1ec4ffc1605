import type { EngineTwin, HostMachine } from "../../engines/engine.js";
import type { TwinPaths } from "../../paths.js";
import type { TwinPlan } from "../../plan/twin-plan.js";

export interface FaultContext {
  readonly plan: TwinPlan;
  readonly paths: TwinPaths;
  readonly twin: EngineTwin;
}

/** Takes a fault back. Absent where nothing is left to take back. */
export type Undo = (() => Promise<void>) | undefined;

export function hostOf(twin: EngineTwin, name: string): HostMachine {
  const host = twin.hosts.get(name);
  if (host === undefined) {
    throw new Error(`the twin has no host ${name}; it has ${[...twin.hosts.keys()].join(", ")}`);
  }
  return host;
}

/** Runs a command on a host that has to be there and has to work. */
export async function succeed(
  host: HostMachine,
  command: readonly string[],
  input?: string,
): Promise<string> {
  const { code, stdout, stderr } = await host.exec(command, input);
  if (code !== 0) {
    throw new Error(
      `${command.slice(0, 4).join(" ")} on ${host.plan.name} ended with ${code}: ${(stderr || stdout).trim()}`,
    );
  }
  return stdout;
}

/** Runs the lines of a shell script that ends at the first failure. */
export function succeedScript(host: HostMachine, lines: readonly string[]): Promise<string> {
  return succeed(host, ["sh", "-ec", lines.join("\n")]);
}
