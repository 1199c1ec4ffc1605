import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { type ConformanceCase, type Expectation, parseExpectation, type Step } from "./case.js";
import { type Answer, differences } from "./compare.js";
import { type Credentials, callApi, runCommand, type TargetHost } from "./session.js";

/** The cluster that a table is held against. */
export interface Target {
  readonly hosts: readonly TargetHost[];
  readonly rootPassword: string;
  readonly major: number;
}

export interface CaseResult {
  readonly id: string;
  readonly why: string;
  readonly outcome: "same" | "different" | "skipped";
  readonly differences: readonly string[];
  readonly seconds: number;
}

const POLL_MS = 500;
const COMMAND_TIMEOUT_MS = 180_000;
const login = z.object({ data: z.object({ ticket: z.string(), CSRFPreventionToken: z.string() }) });

/** Runs cases in their order: a later one may stand on what an earlier one did. */
export async function runCases(
  target: Target,
  cases: readonly ConformanceCase[],
  report: (result: CaseResult) => void,
): Promise<CaseResult[]> {
  const session = new Session(target);
  const results: CaseResult[] = [];
  for (const one of cases) {
    const started = performance.now();
    const applies = one.majors === undefined || one.majors.includes(target.major);
    const found = applies ? await session.runCase(one) : [];
    const outcome = !applies ? "skipped" : found.length === 0 ? "same" : "different";
    const seconds = (performance.now() - started) / 1000;
    const result: CaseResult = { id: one.id, why: one.why, outcome, differences: found, seconds };
    results.push(result);
    report(result);
  }
  return results;
}

class Session {
  private readonly values = new Map<string, string>();
  private readonly kept = new Map<string, Credentials>();

  constructor(private readonly target: Target) {
    this.values.set("password", target.rootPassword);
    for (const host of target.hosts) {
      this.values.set(host.key, host.address);
      this.values.set(`${host.key}.name`, host.name);
    }
  }

  async runCase(one: ConformanceCase): Promise<string[]> {
    for (const [index, step] of one.steps.entries()) {
      const found = await this.runUntilExpected(step);
      if (found.length > 0) return found.map((text) => `step ${index + 1}: ${text}`);
    }
    return [];
  }

  private async runUntilExpected(step: Step): Promise<string[]> {
    const deadline = performance.now() + (step.withinS ?? 0) * 1000;
    for (;;) {
      const found = await this.attempt(step);
      if (found.length === 0 || performance.now() >= deadline) return found;
      await wait(POLL_MS);
    }
  }

  private async attempt(step: Step): Promise<string[]> {
    try {
      const answer = await this.ask(step);
      const found = differences(this.expectation(step), answer);
      if (found.length === 0) this.save(step, answer);
      return found;
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)];
    }
  }

  private async ask(step: Step): Promise<Answer> {
    const host = this.host(step.on);
    if ("run" in step) {
      const stdin = this.fill(step.stdin ?? "");
      return runCommand(
        host,
        this.target.rootPassword,
        this.fill(step.run),
        stdin,
        COMMAND_TIMEOUT_MS,
      );
    }
    const params = Object.fromEntries(
      Object.entries(step.params ?? {}).map(([name, value]) => [name, this.fill(String(value))]),
    );
    const body = step.body === undefined ? undefined : this.fill(step.body);
    return callApi(
      host,
      this.fill(step.api),
      params,
      body,
      await this.credentials(step.as ?? "root", host),
    );
  }

  /** `root`, `none`, `root-without-csrf`, `kept:<name>` (the first ticket taken under that name), `token:<secret>`. */
  private async credentials(who: string, host: TargetHost): Promise<Credentials> {
    if (who === "none") return {};
    if (who.startsWith("token:")) {
      return { authorization: `PVEAPIToken=${this.fill(who.slice("token:".length))}` };
    }
    const known = this.kept.get(who);
    if (known !== undefined) return known;
    const answer = await callApi(
      host,
      "POST /access/ticket",
      { username: "root@pam", password: this.target.rootPassword },
      undefined,
      {},
    );
    if (answer.status !== 200) {
      throw new Error(`logging in at ${host.name}: ${answer.status ?? ""} ${answer.reason ?? ""}`);
    }
    const { data } = login.parse(JSON.parse(answer.body ?? ""));
    const made: Credentials =
      who === "root-without-csrf"
        ? { cookie: data.ticket }
        : { cookie: data.ticket, csrf: data.CSRFPreventionToken };
    if (who.startsWith("kept:")) this.kept.set(who, made);
    return made;
  }

  private host(key: string): TargetHost {
    const found = this.target.hosts.find((host) => host.key === key);
    if (found === undefined)
      throw new Error(`the table names host "${key}", which the target has not`);
    return found;
  }

  private save(step: Step, answer: Answer): void {
    const text = `${answer.stdout ?? ""}${answer.body ?? ""}`;
    for (const [name, pattern] of Object.entries(step.save ?? {})) {
      const value = new RegExp(pattern, "m").exec(text)?.[1];
      if (value === undefined)
        throw new Error(`/${pattern}/ for {{${name}}} not found in the answer`);
      this.values.set(name, value);
    }
  }

  private fill(text: string): string {
    return text.replace(
      /\{\{([\w.]+)\}\}/g,
      (whole, name: string) => this.values.get(name) ?? whole,
    );
  }

  private expectation(step: Step): Expectation {
    const text = JSON.stringify(step.expect ?? {});
    const filled = text.replace(/\{\{([\w.]+)\}\}/g, (whole, name: string) =>
      JSON.stringify(this.values.get(name) ?? whole).slice(1, -1),
    );
    return parseExpectation(JSON.parse(filled));
  }
}
