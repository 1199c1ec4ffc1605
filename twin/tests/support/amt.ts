import { type Finished, start } from "../../testing/index.js";

const CIM = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2";
const SOAP = "http://www.w3.org/2003/05/soap-envelope";

export interface AmtAccess {
  /** The words that put a command where the device can be reached. */
  readonly prefix: readonly string[];
  readonly address: string;
  readonly user: string;
  readonly password: string;
}

/** A call by curl, which shares no code with the simulated device nor with the program. */
function call(access: AmtAccess, action: string, className: string, body = ""): Promise<Finished> {
  const message =
    `<e:Envelope xmlns:e="${SOAP}" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" ` +
    'xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd">' +
    `<e:Header><a:Action>${action}</a:Action><a:To>/wsman</a:To><a:MessageID>1</a:MessageID>` +
    `<w:ResourceURI>${CIM}/${className}</w:ResourceURI></e:Header><e:Body>${body}</e:Body></e:Envelope>`;
  const config = [
    `url = "https://${access.address}:16993/wsman"`,
    "digest",
    `user = "${access.user}:${access.password}"`,
    // The device signs its own certificate; who it is, is another test's subject.
    "insecure",
    'header = "content-type: application/soap+xml;charset=UTF-8"',
    `data-binary = "${message.replaceAll('"', '\\"')}"`,
    'write-out = "\\nstatus=%{http_code}"',
    "silent",
    "show-error",
    "max-time = 5",
  ].join("\n");
  return start([...access.prefix, "curl", "--config", "-"], { input: config, deadlineMs: 20_000 })
    .finished;
}

/** What the device says about the host's power: 2 is on, 8 is off. */
export function readPower(access: AmtAccess): Promise<Finished> {
  return call(
    access,
    "http://schemas.xmlsoap.org/ws/2004/09/transfer/Get",
    "CIM_AssociatedPowerManagementService",
  );
}

/** The board's UUID, in the order in which firmware keeps its bytes. */
export function readIdentity(access: AmtAccess): Promise<Finished> {
  return call(
    access,
    "http://schemas.xmlsoap.org/ws/2004/09/transfer/Get",
    "CIM_ComputerSystemPackage",
  );
}

export function requestPower(access: AmtAccess, state: 2 | 8 | 10): Promise<Finished> {
  return call(
    access,
    `${CIM}/CIM_PowerManagementService/RequestPowerStateChange`,
    "CIM_PowerManagementService",
    `<p:RequestPowerStateChange_INPUT xmlns:p="${CIM}/CIM_PowerManagementService">` +
      `<p:PowerState>${state}</p:PowerState></p:RequestPowerStateChange_INPUT>`,
  );
}
