import { randomUUID } from "node:crypto";
import type { AmtBmcConfig } from "../config.js";
import { type FaultSet, passwordOf, reportedUuid } from "../faults.js";
import type { HostPower, PowerAction, PowerState } from "../power.js";
import { smbiosBytes } from "../smbios.js";
import type { WebAnswer, WebProtocol, WebRequest } from "../web-bmc.js";
import { DigestGate } from "./digest.js";
import { type EngineFacts, instances } from "./instances.js";
import {
  classUri,
  ENUMERATION,
  type Field,
  IDENTITY,
  readSoap,
  renderFields,
  type SoapRequest,
  soapAnswer,
  soapFault,
  TRANSFER,
} from "./soap.js";
import { textOf } from "./xml.js";

/** ReturnValue of CIM methods. */
const ok = 0;
const unsupported = 1;
const failed = 4;
const badParameter = 5;
const invalidTransition = 4097;

const REDIRECTION_OFF = 32768;
const REDIRECTION_ALL = 32771;

const requestedActions: Readonly<Record<string, PowerAction>> = {
  "2": "on",
  "5": "cycle",
  "8": "off",
  "10": "reset",
};

/** The WS-Man side of Intel's management engine, without its sockets. */
export class AmtProtocol implements WebProtocol {
  readonly #config: AmtBmcConfig;
  readonly #power: HostPower;
  readonly #faults: FaultSet;
  readonly #gate: DigestGate;
  readonly #enumerations = new Map<string, string>();
  #redirectionEnabled = false;
  #forgotten = false;

  constructor(config: AmtBmcConfig, password: string, power: HostPower, faults: FaultSet) {
    this.#config = config;
    this.#power = power;
    this.#faults = faults;
    this.#gate = new DigestGate(config.user, () => passwordOf(faults, password), config.uuid);
  }

  forget(): void {
    this.#gate.forget();
    this.#enumerations.clear();
  }

  busy(status: 429 | 503, retryAfterSeconds: number): WebAnswer {
    return { status, headers: { "retry-after": String(retryAfterSeconds) }, body: "" };
  }

  async answer(request: WebRequest): Promise<WebAnswer> {
    const { authorization } = request.headers;
    const verdict = this.#faults.has("refuses-login")
      ? "refused"
      : this.#gate.verify(authorization, request.method);
    if (verdict !== "admitted") return this.#unauthorized(verdict === "stale");
    if (this.#faults.has("forgets-nonces") && this.#isFreshNonce()) return this.#unauthorized(true);
    if (request.path !== "/wsman" || request.method !== "POST") return { status: 404, body: "" };
    const soap = readSoap(request.body);
    if (soap === undefined) {
      const asked = { messageId: "0", className: "" };
      return soapFault(asked, "c:SchemaValidationError", "The message is no SOAP envelope.");
    }
    return this.#dispatch(soap);
  }

  /** Every second login is sent back once, so that a client has to answer two challenges. */
  #isFreshNonce(): boolean {
    this.#forgotten = !this.#forgotten;
    if (this.#forgotten) this.#gate.forget();
    return this.#forgotten;
  }

  #unauthorized(stale: boolean): WebAnswer {
    return { status: 401, headers: { "www-authenticate": this.#gate.challenge(stale) }, body: "" };
  }

  async #dispatch(soap: SoapRequest): Promise<WebAnswer> {
    const { action, className } = soap;
    if (action === "identify") return this.#identify(soap);
    if (className !== "" && instances[className] === undefined) {
      return soapFault(
        soap,
        "b:DestinationUnreachable",
        "No route can be determined to reach the destination role.",
      );
    }
    switch (action) {
      case `${TRANSFER}/Get`:
        return soapAnswer(soap, `${TRANSFER}/GetResponse`, await this.#instance(className));
      case `${TRANSFER}/Put`:
        return soapAnswer(soap, `${TRANSFER}/PutResponse`, await this.#instance(className));
      case `${ENUMERATION}/Enumerate`:
        return this.#enumerate(soap);
      case `${ENUMERATION}/Pull`:
        return this.#pull(soap);
      default:
        return this.#invoke(soap, action.slice(action.lastIndexOf("/") + 1));
    }
  }

  #identify(soap: SoapRequest): WebAnswer {
    const body =
      `<i:IdentifyResponse xmlns:i="${IDENTITY}">` +
      renderFields("i", [
        ["ProtocolVersion", "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"],
        ["ProductVendor", "Intel(r)"],
        ["ProductVersion", "AMT 16.1.25"],
        ["SecurityProfiles", [["SecurityProfileName", `${IDENTITY}/http/digest`]]],
      ]) +
      "</i:IdentifyResponse>";
    return { ...soapAnswer(soap, `${IDENTITY}/IdentifyResponse`, body), note: "identify" };
  }

  async #facts(): Promise<EngineFacts> {
    const wrong = this.#faults.get("wrong-identity");
    return {
      uuid: reportedUuid(this.#faults, this.#config.uuid),
      hostname: wrong?.hostname ?? this.#config.hostname ?? this.#config.node,
      realm: this.#gate.realm,
      power: await this.#power.reported(),
      redirectionEnabled: this.#redirectionEnabled || this.#faults.has("redirection-open"),
    };
  }

  async #instance(className: string): Promise<string> {
    const fields = instances[className]?.(await this.#facts()) ?? [];
    return `<g:${className}>${renderFields("g", fields)}</g:${className}>`;
  }

  #enumerate(soap: SoapRequest): WebAnswer {
    const context = randomUUID();
    this.#enumerations.set(context, soap.className);
    const body =
      `<n:EnumerateResponse xmlns:n="${ENUMERATION}">` +
      `${renderFields("n", [["EnumerationContext", context]])}</n:EnumerateResponse>`;
    return soapAnswer(soap, `${ENUMERATION}/EnumerateResponse`, body);
  }

  async #pull(soap: SoapRequest): Promise<WebAnswer> {
    const context = textOf(soap.body, "EnumerationContext") ?? "";
    const className = this.#enumerations.get(context);
    this.#enumerations.delete(context);
    if (className === undefined || className !== soap.className) {
      return soapFault(
        soap,
        "n:InvalidEnumerationContext",
        "The enumeration context is not valid.",
      );
    }
    const body =
      `<n:PullResponse xmlns:n="${ENUMERATION}"><n:Items>${await this.#instance(className)}` +
      "</n:Items><n:EndOfSequence></n:EndOfSequence></n:PullResponse>";
    return soapAnswer(soap, `${ENUMERATION}/PullResponse`, body);
  }

  async #invoke(soap: SoapRequest, method: string): Promise<WebAnswer> {
    const { className } = soap;
    switch (`${className}.${method}`) {
      case "CIM_PowerManagementService.RequestPowerStateChange":
        return this.#changePower(soap);
      case "AMT_RedirectionService.RequestStateChange":
        return this.#output(soap, method, [["ReturnValue", this.#changeRedirection(soap)]]);
      case "AMT_SetupAndConfigurationService.GetUuid": {
        const { uuid } = await this.#facts();
        return this.#output(soap, method, [
          ["UUID", smbiosBytes(uuid).toString("base64")],
          ["ReturnValue", ok],
        ]);
      }
      case "CIM_BootConfigSetting.ChangeBootOrder":
      case "CIM_BootService.SetBootConfigRole":
        return this.#output(soap, method, [["ReturnValue", ok]]);
      default:
        return soapFault(soap, "b:ActionNotSupported", `${className} has no such action.`);
    }
  }

  async #changePower(soap: SoapRequest): Promise<WebAnswer> {
    const method = "RequestPowerStateChange";
    const wanted = textOf(soap.body, "PowerState") ?? "";
    const note = `power ${requestedActions[wanted] ?? `state ${wanted}`}`;
    if (this.#faults.has("forbids-power")) {
      const fault = soapFault(soap, "c:AccessDenied", "The account may not do this.");
      return { ...fault, note };
    }
    const code = await this.#powerReturnValue(wanted);
    return { ...this.#output(soap, method, [["ReturnValue", code]]), note };
  }

  async #powerReturnValue(wanted: string): Promise<number> {
    const action = requestedActions[wanted];
    if (action === undefined) return /^\d+$/.test(wanted) ? unsupported : badParameter;
    const blocked = this.#faults.has("redirection-open");
    if (blocked && (action === "off" || action === "cycle")) return failed;
    const state: PowerState = await this.#power.real();
    if (state === "off" && (action === "cycle" || action === "reset")) return invalidTransition;
    if (action !== state) await this.#power.request(action);
    return ok;
  }

  #changeRedirection(soap: SoapRequest): number {
    const wanted = Number(textOf(soap.body, "RequestedState"));
    if (wanted < REDIRECTION_OFF || wanted > REDIRECTION_ALL) return badParameter;
    this.#redirectionEnabled = wanted !== REDIRECTION_OFF;
    // Switching redirection off ends the session that stood in the way.
    if (wanted === REDIRECTION_OFF) this.#faults.heal("redirection-open");
    return ok;
  }

  #output(soap: SoapRequest, method: string, fields: readonly Field[]): WebAnswer {
    const body = `<g:${method}_OUTPUT>${renderFields("g", fields)}</g:${method}_OUTPUT>`;
    return soapAnswer(soap, `${classUri(soap.className)}/${method}Response`, body);
  }
}
