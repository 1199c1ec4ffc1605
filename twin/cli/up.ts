import { spawn } from "node:child_process";
import { existsSync, mkdirSync, openSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { badInput } from "../../config/failure/failure.js";
import { DEFAULT_ENGINE, engineNamed } from "../engines/index.js";
import { projectRoot, type TwinPaths, twinPaths } from "../paths.js";
import type { TwinPlan } from "../plan/twin-plan.js";
import type { UpRequest } from "../supervisor/request.js";
import { findSnapshot } from "../supervisor/snapshot.js";
import { progressSchema } from "../supervisor/status.js";
import { ask, isAnswering, lastLogLines } from "./client.js";
import { supervisorPid, sweepTwin } from "./down.js";
import { checkedLabel, checkedName } from "./problem.js";
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
    throw badInput(`a twin cannot start here:\n${obstacles.map((one) => `  ${one}`).join("\n")}`);
  }
  const plan = subset(planFromStack(stack), options.nodes);
  const name = checkedName(options.name ?? plan.stack);
  const paths = twinPaths(name);
  const { timeScale, restore } = options;
  const request: UpRequest = {
    name,
    engine: DEFAULT_ENGINE,
    timeScale,
    plan,
    ...(restore === undefined ? {} : { restore }),
  };
  if (restore !== undefined) checkSnapshot(request, paths.snapshots, restore);
  if (await isAnswering(paths)) {
    throw badInput(
      `a twin "${name}" is running already; use it, end it with \`proxmox-ha twin down ${name}\`, ` +
        "or give this one another name with --name",
    );
  }
  const alive = supervisorPid(paths.state);
  if (alive !== undefined) {
    throw badInput(
      `the supervisor of a twin "${name}" lives (process ${alive}) and does not answer: it is being started elsewhere, or it ` +
        `hangs. Try again in a moment, or end it with \`proxmox-ha twin down ${name}\``,
    );
  }
  const say = (line: string) => {
    if (options.quiet !== true) process.stderr.write(`${line}\n`);
  };
  const left = await sweepTwin(name);
  if (left.length > 0)
    say(`removed what an earlier twin "${name}" left behind: ${left.join(", ")}`);
  mkdirSync(paths.run, { recursive: true, mode: 0o700 });
  writeFileSync(paths.plan, `${JSON.stringify(request, undefined, 2)}\n`, { mode: 0o600 });
  const supervisor = startSupervisor(paths);
  try {
    await follow(name, supervisor, say);
    for (const remark of plan.remarks) say(`not in the twin: ${remark}`);
  } catch (error) {
    // What belongs to another start of this name is not swept away.
    if (error instanceof TakenOver) throw badInput(error.message);
    // A supervisor that tells why it failed has told all; of one that died only the log knows more.
    const said = error instanceof SupervisorGone ? lastLogLines(paths, 15) : [];
    await sweepTwin(name);
    const reason = error instanceof Error ? error.message : String(error);
    throw badInput(
      `the twin "${name}" did not start, and nothing of it was left behind. ${reason}` +
        (said.length === 0 ? "" : `\nIts last words:\n  ${said.join("\n  ")}`),
    );
  }
}

/** Better said now than after the hosts of a fresh twin have started. */
function checkSnapshot(request: UpRequest, snapshots: string, label: string): void {
  try {
    findSnapshot(request, snapshots, checkedLabel(label));
  } catch (error) {
    throw badInput(error instanceof Error ? error.message : String(error));
  }
}

/** A part of the cluster, for questions that need fewer hosts. */
function subset(plan: TwinPlan, nodes: readonly string[] | undefined): TwinPlan {
  if (nodes === undefined) return plan;
  const unknown = nodes.filter((one) => !plan.hosts.some((host) => host.name === one));
  if (unknown.length > 0) {
    const known = plan.hosts.map((host) => host.name).join(", ");
    throw badInput(`the stack has no node ${unknown.join(", ")}; it has ${known}`);
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

/** Starts it in a session of its own, and leaves word of it before anybody can ask. */
function startSupervisor(paths: TwinPaths): number {
  const program = join(projectRoot(), "bin", "twin", "supervisor", "main.js");
  if (!existsSync(program)) {
    throw badInput("the program is not compiled yet; run `npm run build`");
  }
  const log = openSync(paths.log, "a", 0o600);
  const child = spawn(process.execPath, [program, paths.plan], {
    detached: true,
    stdio: ["ignore", log, log],
    cwd: "/",
  });
  child.unref();
  const { pid } = child;
  if (pid === undefined) throw new Error(`${process.execPath} cannot be started`);
  writeFileSync(paths.state, `${JSON.stringify({ pid })}\n`);
  return pid;
}

class SupervisorGone extends Error {}
class TakenOver extends Error {}

async function follow(
  name: string,
  supervisor: number,
  say: (line: string) => void,
): Promise<void> {
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
    if (progress.pid !== supervisor) {
      throw new TakenOver(
        `the twin "${name}" was ended and started again by somebody else while this start was under way`,
      );
    }
    for (const line of progress.lines) say(line);
    next = progress.next;
    if (progress.phase === "ready") return;
    if (progress.phase === "failed") throw new Error(progress.problem ?? "it gave no reason");
    if (progress.phase === "stopping") throw new SupervisorGone("it was ended while it started.");
    await sleep(100);
  }
}

/** Forgets the snapshots of a twin as well. */
export function forgetSnapshots(name: string): void {
  rmSync(twinPaths(name).snapshots, { recursive: true, force: true });
}
