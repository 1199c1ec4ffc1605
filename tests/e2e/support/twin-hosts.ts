import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { twinStatusSchema } from "../../../twin/supervisor/status.js";
import { eventually } from "../../support/eventually.js";
import { type Finished, start } from "./command.js";
import type { ProgramTwin } from "./program-twin.js";

const repository = path.resolve(__dirname, "..", "..", "..");
const commandLine = [process.execPath, path.join(repository, "bin", "automation", "main.js")];

/** A verb of the twin's command line with whatever exit status it ends; nothing is expected of it. */
export function tryTwin(
  words: readonly string[],
  options: Parameters<typeof start>[1] = {},
): Promise<Finished> {
  return start([...commandLine, "twin", ...words], { deadlineMs: 120_000, ...options }).finished;
}

/** Runs a script on a host by ssh with root's password; a line that breaks is a status like any other. */
export function tryOn(
  twin: ProgramTwin,
  node: string,
  script: string,
  options: Parameters<typeof start>[1] = {},
): Promise<Finished> {
  return tryTwin(["ssh", twin.name, node, "--", script], { deadlineMs: 30_000, ...options });
}

export async function statusOf(twin: ProgramTwin) {
  const text = await twin.twin(["status", twin.name, "--json"]);
  return twinStatusSchema.parse(JSON.parse(text));
}

/** A value that was made up for this twin, by the place where the stack file refers to it. */
export function secretAt(twin: ProgramTwin, place: string): string {
  const file = path.join(twin.programFolder, "..", "secrets.json");
  const found = z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(file, "utf8")));
  const value = found[place];
  if (value === undefined) {
    throw new Error(`the twin has no secret ${place}; it has ${Object.keys(found).join(", ")}`);
  }
  return value;
}

/** Polls a script on a host until it ends well; what it said last is part of the error. */
export async function untilOn(
  twin: ProgramTwin,
  node: string,
  script: string,
  deadlineMs = 60_000,
): Promise<string> {
  let last: Finished | undefined;
  await eventually(
    async () => {
      last = await tryOn(twin, node, script);
      return last.status === 0;
    },
    () => `on ${node}: "${script}" did not succeed in ${deadlineMs / 1000} s: ${said(last)}`,
    deadlineMs,
  );
  return last?.stdout.trim() ?? "";
}

export function said(done: Finished | undefined): string {
  return done === undefined ? "nothing yet" : `status ${done.status}: ${done.stdout}${done.stderr}`;
}

/** Which boot of a host this is; waits until the host answers. */
export function bootIdOf(twin: ProgramTwin, node: string): Promise<string> {
  return untilOn(twin, node, "cat /proc/sys/kernel/random/boot_id");
}

export interface Member {
  readonly name: string;
  readonly address: string;
}

/** Forms a cluster as the manual says: create on the first node, then every other one joins with the password. */
export async function formCluster(
  twin: ProgramTwin,
  cluster: string,
  [first, ...others]: readonly Member[],
  password: string,
): Promise<void> {
  if (first === undefined) throw new Error("a cluster needs a first node");
  await twin.on(first.name, `pvecm create ${cluster} --link0 ${first.address}`);
  await untilQuorate(twin, first.name, 1);
  let members = 1;
  for (const { name, address } of others) {
    members += 1;
    const join = `pvecm add ${first.address} --link0 ${address}`;
    const done = await tryOn(twin, name, join, {
      input: `${password}\nyes\n`,
      deadlineMs: 90_000,
    });
    if (done.status !== 0 || !done.stdout.includes("successfully added node")) {
      throw new Error(`${join} on ${name} ended with ${said(done)}`);
    }
    await untilQuorate(twin, first.name, members);
  }
}

/** Waits until a node sees so many votes and may decide. */
export async function untilQuorate(
  twin: ProgramTwin,
  node: string,
  votes: number,
  deadlineMs = 60_000,
): Promise<void> {
  const wanted = `pvecm status | grep -q '^Quorate: *Yes' && pvecm status | grep -q '^Total votes: *${votes}$'`;
  await untilOn(
    twin,
    node,
    `${wanted} && echo x > /etc/pve/.writable && rm /etc/pve/.writable`,
    deadlineMs,
  );
}

/** The words before a command that runs where the program would run. */
export function controllerOf(twin: ProgramTwin): readonly string[] {
  return [...commandLine, "twin", "run", twin.name, "--"];
}
