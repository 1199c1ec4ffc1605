import { requireMachine, uuidFromSmbios } from "../power/machine-uuid.js";
import {
  type HttpAnswer,
  type PinnedPeer,
  refuseCommonFailures,
  type Send,
  withPinnedHttp,
} from "../power/pinned-http.js";
import { whereOf } from "../power/pinned-tls.js";
import type { PowerController, PowerLogin, PowerState } from "../power/power-controller.js";
import { PowerError } from "../power/power-error.js";
import { DigestLogin, isStale } from "./digest.js";
import { getMessage } from "./messages.js";
import { findElement, parseXml, textOf, type XmlElement } from "./xml.js";

export interface AmtOptions extends PinnedPeer {
  readonly login: PowerLogin;
  /** System UUID of the machine that is meant; with it, every call refuses another machine. */
  readonly uuid?: string;
}

type Exchange = (message: string) => Promise<XmlElement>;

const PATH = "/wsman";
/** CIM power states that mean the machine is really off: soft and hard. */
const offStates = ["8", "6"];

/** What a machine says through Intel AMT's WS-Man service over TLS. */
export function amtController(options: AmtOptions): PowerController {
  const run = async <T>(tried: string, work: (exchange: Exchange) => Promise<T>): Promise<T> => {
    const once = () =>
      withPinnedHttp(options, tried, (send) => work(exchangeOver(send, options, tried)));
    try {
      return await once();
    } catch (error) {
      // A sleeping engine wakes on the first packets and loses them, so a lost connection gets a second try.
      if (!(error instanceof PowerError) || error.failure !== "unreachable") throw error;
      return once();
    }
  };
  const checked = async (exchange: Exchange, tried: string) => {
    if (options.uuid === undefined) return;
    requireMachine(options.uuid, await readUuid(exchange), tried, whereOf(options));
  };
  return {
    identity: () =>
      run("reading the identity of the machine", async (exchange) => {
        const uuid = await readUuid(exchange);
        const hostname = textOf(await exchange(getMessage("AMT_GeneralSettings")), "HostName");
        return { ...(uuid ? { uuid } : {}), ...(hostname ? { hostname } : {}) };
      }),
    state: () =>
      run("reading the power state", async (exchange) => {
        await checked(exchange, "reading the power state");
        return readState(exchange);
      }),
  };
}

async function readState(exchange: Exchange): Promise<PowerState> {
  const answer = await exchange(getMessage("CIM_AssociatedPowerManagementService"));
  const state = textOf(answer, "PowerState") ?? "";
  return state === "2" ? "on" : offStates.includes(state) ? "off" : "unknown";
}

async function readUuid(exchange: Exchange): Promise<string | undefined> {
  const raw = textOf(await exchange(getMessage("CIM_ComputerSystemPackage")), "PlatformGUID");
  return raw === undefined || raw.length !== 32 ? undefined : uuidFromSmbios(raw);
}

/** Posts messages under one digest login; answers a challenge once, and a forgotten nonce once more. */
function exchangeOver(send: Send, options: AmtOptions, tried: string): Exchange {
  const digest = new DigestLogin(options.login);
  const post = (body: string) =>
    send({
      method: "POST",
      path: PATH,
      headers: {
        "content-type": "application/soap+xml; charset=utf-8",
        ...digest.authorize("POST", PATH),
      },
      body,
    });
  return async (message) => {
    // The first message of an operation carries no power request, so it may well be the one that is challenged.
    let answer = await post(message);
    for (let challenges = 0; answer.status === 401 && challenges < 2; challenges += 1) {
      const header = answer.headers["www-authenticate"];
      if (challenges > 0 && !isStale(header)) break;
      if (!digest.accept(header)) break;
      answer = await post(message);
    }
    return read(answer, options, tried);
  };
}

function read(answer: HttpAnswer, options: AmtOptions, tried: string): XmlElement {
  refuseCommonFailures(options, tried, answer);
  const fail = (failure: "forbidden" | "protocol", cameBack: string, doNext: string): never => {
    throw new PowerError({ failure, tried, where: whereOf(options), cameBack, doNext });
  };
  const body = bodyOf(answer.text);
  const fault = body && findElement(body, "Fault");
  if (fault !== undefined) {
    const code = textOf(findElement(fault, "Subcode") ?? fault, "Value") ?? "no code";
    const reason = textOf(fault, "Text") ?? "no reason";
    return code.endsWith("AccessDenied")
      ? fail(
          "forbidden",
          `AMT let the account in and forbade the request: ${reason}`,
          "Give the account the realms remote control and general information.",
        )
      : fail(
          "protocol",
          `AMT answered with the fault ${code}: ${reason}`,
          "Check the version of AMT; it must be 9 or newer and provisioned.",
        );
  }
  if (answer.status === 200 && body !== undefined) return body;
  return fail(
    "protocol",
    `the answer with status ${answer.status} is no WS-Man message.`,
    "Check that this address and port belong to Intel AMT.",
  );
}

function bodyOf(text: string): XmlElement | undefined {
  try {
    return findElement(parseXml(text), "Body");
  } catch {
    return undefined;
  }
}
