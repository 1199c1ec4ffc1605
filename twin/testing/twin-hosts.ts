import { twinStatusSchema } from "../supervisor/status.js";
import { type Finished, start } from "./command.js";
import { eventually } from "./eventually.js";
import { type RunningTwin, twinCommandLine } from "./running-twin.js";

/** A verb of the twin's command line with whatever exit status it ends; nothing is expected of it. */
export function tryTwin(
  words: readonly string[],
  options: Parameters<typeof start>[1] = {},
): Promise<Finished> {
  return start([...twinCommandLine, ...words], { deadlineMs: 120_000, ...options }).finished;
}

/** Runs a script on a host by ssh with root's password; a line that breaks is a status like any other. */
export function tryOn(
  twin: RunningTwin,
  node: string,
  script: string,
  options: Parameters<typeof start>[1] = {},
): Promise<Finished> {
  return tryTwin(["ssh", twin.name, node, "--", script], { deadlineMs: 30_000, ...options });
}

export async function statusOf(twin: RunningTwin) {
  const text = await twin.twin(["status", twin.name, "--json"]);
  return twinStatusSchema.parse(JSON.parse(text));
}

/** Polls a script on a host until it ends well; what it said last is part of the error. */
export async function untilOn(
  twin: RunningTwin,
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
export function bootIdOf(twin: RunningTwin, node: string): Promise<string> {
  return untilOn(twin, node, "cat /proc/sys/kernel/random/boot_id");
}

export interface Member {
  readonly name: string;
  readonly address: string;
}

/** Forms a cluster as the manual says: create on the first node, then every other one joins with the password. */
export async function formCluster(
  twin: RunningTwin,
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
  twin: RunningTwin,
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
