import { spawn } from "node:child_process";
import { existsSync, mkdirSync, openSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DEFAULT_ENGINE, engineNamed } from "../engines/index.js";
import { projectRoot, twinPaths } from "../paths.js";
import type { TwinPlan } from "../plan/twin-plan.js";
import type { UpRequest } from "../supervisor/request.js";
import { progressSchema } from "../supervisor/status.js";
import { ask, isAnswering, lastLogLines } from "./client.js";
import { sweepTwin } from "./down.js";
import { checkedName, UserProblem } from "./problem.js";
import { planFromStack } from "./stack.js";

export interface UpOptions {
  readonly name?: string;
  readonly timeScale: number;
  readonly nodes?: readonly string[];
  readonly restore?: string;
  readonly quiet?: boolean;
}

/** Starts a twin and returns when its hosts answer. */
export async function up(stack: string, options: UpOptions): Promise<void> {
  const obstacles = await engineNamed(DEFAULT_ENGINE).obstacles();
  if (obstacles.length > 0) {
    throw new UserProblem(
      `a twin cannot start here:\n${obstacles.map((one) => `  ${one}`).join("\n")}`,
    );
  }
  const plan = subset(planFromStack(stack), options.nodes);
  const name = checkedName(options.name ?? plan.stack);
  const paths = twinPaths(name);
  if (await isAnswering(paths)) {
    throw new UserProblem(
      `a twin "${name}" is running already; use it, end it with \`proxmox-ha twin down ${name}\`, ` +
        "or give this one another name with --name",
    );
  }
  const say = (line: string) => {
    if (options.quiet !== true) process.stderr.write(`${line}\n`);
  };
  const left = await sweepTwin(name);
  if (left.length > 0)
    say(`removed what an earlier twin "${name}" left behind: ${left.join(", ")}`);
  const { timeScale } = options;
  const request: UpRequest = { name, engine: DEFAULT_ENGINE, timeScale, plan };
  mkdirSync(paths.run, { recursive: true, mode: 0o700 });
  writeFileSync(paths.plan, `${JSON.stringify(request, undefined, 2)}\n`, { mode: 0o600 });
  startSupervisor(paths.plan, paths.log);
  try {
    await follow(name, say);
    if (options.restore !== undefined)
      await ask(name, "POST", "/restore", { label: options.restore });
    for (const remark of plan.remarks) say(`not in the twin: ${remark}`);
  } catch (error) {
    // A supervisor that tells why it failed has told all; of one that died only the log knows more.
    const said = error instanceof SupervisorGone ? lastLogLines(paths, 15) : [];
    await sweepTwin(name);
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserProblem(
      `the twin "${name}" did not start, and nothing of it was left behind. ${reason}` +
        (said.length === 0 ? "" : `\nIts last words:\n  ${said.join("\n  ")}`),
    );
  }
}

/** A part of the cluster, for questions that need fewer hosts. */
function subset(plan: TwinPlan, nodes: readonly string[] | undefined): TwinPlan {
  if (nodes === undefined) return plan;
  const unknown = nodes.filter((one) => !plan.hosts.some((host) => host.name === one));
  if (unknown.length > 0) {
    const known = plan.hosts.map((host) => host.name).join(", ");
    throw new UserProblem(`the stack has no node ${unknown.join(", ")}; it has ${known}`);
  }
  const keeps = (host: string) => nodes.includes(host);
  const cables = plan.cables.filter((cable) => keeps(cable.a.host) && keeps(cable.b.host));
  return {
    ...plan,
    hosts: plan.hosts
      .filter((host) => keeps(host.name))
      .map((host) => ({
        ...host,
        ports: host.ports.map((port) =>
          port.plug.kind === "cable" && !cables.some((one) => isEnd(one, host.name, port.name))
            ? { ...port, plug: { kind: "none" as const } }
            : port,
        ),
      })),
    cables,
    bmcs: plan.bmcs.filter((bmc) => keeps(bmc.node)),
  };
}

function isEnd(cable: TwinPlan["cables"][number], host: string, port: string): boolean {
  return [cable.a, cable.b].some((end) => end.host === host && end.port === port);
}

function startSupervisor(planFile: string, logFile: string): void {
  const program = join(projectRoot(), "bin", "twin", "supervisor", "main.js");
  if (!existsSync(program)) {
    throw new UserProblem("the program is not compiled yet; run `npm run build`");
  }
  const log = openSync(logFile, "a", 0o600);
  const child = spawn(process.execPath, [program, planFile], {
    detached: true,
    stdio: ["ignore", log, log],
    cwd: "/",
  });
  child.unref();
}

class SupervisorGone extends Error {}

async function follow(name: string, say: (line: string) => void): Promise<void> {
  const paths = twinPaths(name);
  const deadline = Date.now() + 15_000;
  while (!(await isAnswering(paths))) {
    if (Date.now() > deadline) throw new SupervisorGone("its supervisor does not answer.");
    await sleep(50);
  }
  let next = 0;
  for (;;) {
    const answer = await ask(name, "GET", `/progress?since=${next}`).catch((error: unknown) => {
      throw new SupervisorGone(error instanceof Error ? error.message : String(error));
    });
    const progress = progressSchema.parse(answer);
    for (const line of progress.lines) say(line);
    next = progress.next;
    if (progress.phase === "ready") return;
    if (progress.phase === "failed") throw new Error(progress.problem ?? "it gave no reason");
    await sleep(100);
  }
}

/** Forgets the snapshots of a twin as well. */
export function forgetSnapshots(name: string): void {
  rmSync(twinPaths(name).snapshots, { recursive: true, force: true });
}
