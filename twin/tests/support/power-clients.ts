import { type Finished, type RunningTwin, said, start } from "../../testing/index.js";
import { readPower, requestPower } from "./amt.js";

/** A program from elsewhere that reads and switches one node's power through its management controller. */
export interface PowerClient {
  readonly name: string;
  /** `on` or `off`; anything else is an error with what the program said. */
  read(): Promise<string>;
  switchTo(state: "on" | "off"): Promise<void>;
  /** How it ends with another password. */
  readWith(password: string): Promise<Finished>;
}

export interface Door {
  readonly address: string;
  readonly user: string;
  readonly password: string;
}

/** AMT has no agent in Debian; curl speaks its digest and its XML. */
export function curlAmt(twin: RunningTwin, door: Door): PowerClient {
  const access = { prefix: twin.controller, ...door };
  return {
    name: "curl",
    read: async () => {
      const done = await readPower(access);
      const [, number] = /PowerState>(2|8)</.exec(done.stdout) ?? [];
      if (number === undefined) throw new Error(`AMT does not tell the power: ${said(done)}`);
      return number === "2" ? "on" : "off";
    },
    switchTo: async (state) => {
      const done = await requestPower(access, state === "on" ? 2 : 8);
      if (!done.stdout.includes("ReturnValue>0<")) throw new Error(`AMT refused: ${said(done)}`);
    },
    readWith: async (password) => {
      const done = await readPower({ ...access, password });
      return { ...done, status: done.stdout.includes("status=401") ? 1 : 0 };
    },
  };
}

/** Debian's agent for Redfish; it checks the certificate, so it is given the authority that signed it. */
export function fenceRedfish(twin: RunningTwin, door: Door): PowerClient {
  return agent(twin, "fence_redfish", door, { ssl_secure: 1 });
}

export function fenceIpmilan(twin: RunningTwin, door: Door): PowerClient {
  return agent(twin, "fence_ipmilan", door, { lanplus: 1, cipher: 3, privlvl: "operator" });
}

function agent(
  twin: RunningTwin,
  name: string,
  door: Door,
  more: Readonly<Record<string, string | number>>,
): PowerClient {
  const ask = (action: string, password = door.password) => {
    const words = { action, ip: door.address, username: door.user, password, ...more };
    // Agents read their options, the password among them, as lines of the standard input.
    const input = Object.entries(words)
      .map(([key, value]) => `${key}=${value}\n`)
      .join("");
    const env = { REQUESTS_CA_BUNDLE: `${twin.runFolder}/bmc-ca/ca.pem` };
    return start([...twin.controller, name], { input, env, deadlineMs: 60_000 }).finished;
  };
  return {
    name,
    read: async () => {
      const done = await ask("status");
      if (done.status === 0) return "on";
      if (done.status === 2) return "off";
      throw new Error(`${name} cannot read the power: ${said(done)}`);
    },
    switchTo: async (state) => expectDone(name, await ask(state)),
    readWith: (password) => ask("status", password),
  };
}

/** Runs ipmitool with its reasons: without -v a refusal looks like silence. */
export function askIpmitool(
  prefix: readonly string[],
  door: Door,
  command: readonly string[],
): Promise<Finished> {
  const session = ["-v", "-I", "lanplus", "-C", "3", "-L", "OPERATOR", "-N", "1", "-R", "2"];
  const account = ["-H", door.address, "-U", door.user, "-E"];
  return start([...prefix, "ipmitool", ...session, ...account, ...command], {
    env: { IPMI_PASSWORD: door.password },
    deadlineMs: 30_000,
  }).finished;
}

export function ipmitool(twin: RunningTwin, door: Door): PowerClient {
  const ask = (action: string, password = door.password) =>
    askIpmitool(twin.controller, { ...door, password }, ["chassis", "power", action]);
  return {
    name: "ipmitool",
    read: async () => {
      const done = await ask("status");
      const [, state] = /Chassis Power is (on|off)/.exec(done.stdout) ?? [];
      if (state === undefined) throw new Error(`ipmitool cannot read the power: ${said(done)}`);
      return state;
    },
    switchTo: async (state) => expectDone("ipmitool", await ask(state)),
    readWith: (password) => ask("status", password),
  };
}

function expectDone(name: string, done: Finished): void {
  if (done.status !== 0) throw new Error(`${name} could not switch: ${said(done)}`);
}
