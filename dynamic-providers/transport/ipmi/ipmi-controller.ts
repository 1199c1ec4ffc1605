import { requireMachine } from "../power/machine-uuid.js";
import type { PowerController, PowerLogin, PowerState } from "../power/power-controller.js";
import { PowerError, type PowerFailure } from "../power/power-error.js";
import { runIpmitool } from "./ipmitool.js";

export interface IpmiOptions {
  readonly host: string;
  readonly port: number;
  readonly login: PowerLogin;
  readonly cipherSuite: 3 | 17;
  /** For one whole operation. */
  readonly deadlineMs: number;
  /** System UUID of the machine that is meant; with it, every call refuses another machine. */
  readonly uuid?: string;
}

type Ask = (...command: readonly string[]) => Promise<string>;

/** What a machine says through IPMI 2.0 over LAN. */
export function ipmiController(options: IpmiOptions): PowerController {
  const run = <T>(tried: string, work: (ask: Ask) => Promise<T>): Promise<T> => {
    const endsAt = performance.now() + options.deadlineMs;
    return work((...command) => ask(options, tried, command, endsAt));
  };
  const checked = async (askDevice: Ask, tried: string) => {
    if (options.uuid === undefined) return;
    requireMachine(options.uuid, await readUuid(askDevice), tried, whereOf(options));
  };
  return {
    identity: () =>
      run("reading the identity of the machine", async (askDevice) => {
        const uuid = await readUuid(askDevice);
        return uuid === undefined ? {} : { uuid };
      }),
    state: () =>
      run("reading the power state", async (askDevice) => {
        await checked(askDevice, "reading the power state");
        return readState(askDevice);
      }),
  };
}

const whereOf = ({ host, port }: IpmiOptions) => `${host} port ${port} (IPMI)`;

async function readState(askDevice: Ask): Promise<PowerState> {
  const state = /Chassis Power is (on|off)/i.exec(
    await askDevice("chassis", "power", "status"),
  )?.[1];
  return state === "on" || state === "off" ? state : "unknown";
}

async function readUuid(askDevice: Ask): Promise<string | undefined> {
  const text = await askDevice("mc", "guid");
  return /System GUID\s*:\s*([0-9a-f-]{36})/i.exec(text)?.[1]?.toLowerCase();
}

async function ask(
  options: IpmiOptions,
  tried: string,
  command: readonly string[],
  endsAt: number,
): Promise<string> {
  const { host, port, login, cipherSuite } = options;
  // The suite is always named: asking the controller for its suites first costs ten seconds on some.
  // Without -v it does not tell a wrong password from a controller that is not there.
  const args = ["-v", "-I", "lanplus", "-H", host, "-p", String(port), "-U", login.user, "-E"];
  const bounds = ["-C", String(cipherSuite), "-L", "OPERATOR", "-N", "1", "-R", "2"];
  const leftMs = Math.max(1, endsAt - performance.now());
  const fail = (failure: PowerFailure, cameBack: string, doNext: string): never => {
    throw new PowerError({ failure, tried, where: whereOf(options), cameBack, doNext });
  };
  const result = await runIpmitool(
    [...args, ...bounds, ...command],
    login.password.reveal(),
    leftMs,
  ).catch((error: Error) =>
    fail(
      "unsupported",
      `ipmitool could not be started: ${error.message}.`,
      "Install the Debian package ipmitool where this program runs.",
    ),
  );
  if (result.exitCode === 0) return result.stdout;
  if (result.exitCode === null) {
    return fail(
      "timeout",
      "the controller did not answer in time.",
      "Read the power state before asking again; if it stays silent, restart the controller.",
    );
  }
  return explain(result.stderr, fail);
}

function explain(
  stderr: string,
  fail: (failure: PowerFailure, cameBack: string, doNext: string) => never,
): never {
  const lines = stderr.trim().split("\n");
  const said = lines.at(-1) ?? "";
  const rejection = lines.find((line) => /RAKP \d.*(invalid|error)/i.test(line));
  if (rejection !== undefined) {
    return fail(
      "login",
      `the controller refused the login: ${rejection.replace(/^[>\s]+/, "")}.`,
      "It is not tried again. Check user and password of this device in the secret store.",
    );
  }
  if (/insufficient privilege/i.test(said)) {
    return fail(
      "forbidden",
      "the controller let the account in and forbade the request.",
      "Give the account the privilege OPERATOR on this channel.",
    );
  }
  const session = lines.find((line) => /open session response/i.test(line));
  if (session !== undefined) {
    return fail(
      "unsupported",
      `the controller refused the session: ${session.trim()}.`,
      "Check that it offers the cipher suite (`cipherSuite`) of the stack file.",
    );
  }
  if (/Unable to establish IPMI v2/i.test(stderr)) {
    return fail(
      "unreachable",
      "no session could be established.",
      "Check that the controller has power and network, and that IPMI over LAN is switched on.",
    );
  }
  return fail("protocol", `ipmitool said: ${said || "nothing"}.`, "Ask the controller by hand.");
}
