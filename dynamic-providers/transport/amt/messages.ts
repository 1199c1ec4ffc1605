import { randomUUID } from "node:crypto";

const ENVELOPE = "http://www.w3.org/2003/05/soap-envelope";
const ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing";
const WSMAN = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd";
const GET = "http://schemas.xmlsoap.org/ws/2004/09/transfer/Get";
const CIM = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/";
const AMT = "http://intel.com/wbem/wscim/1/amt-schema/1/";

type ClassName = `${"CIM" | "AMT"}_${string}`;

const uriOf = (name: ClassName) => `${name.startsWith("AMT_") ? AMT : CIM}${name}`;

function message(action: string, resource: string, body: string): string {
  return (
    '<?xml version="1.0" encoding="utf-8"?>' +
    `<e:Envelope xmlns:e="${ENVELOPE}" xmlns:a="${ADDRESSING}" xmlns:w="${WSMAN}"><e:Header>` +
    `<a:Action>${action}</a:Action><a:To>/wsman</a:To><w:ResourceURI>${resource}</w:ResourceURI>` +
    `<a:MessageID>uuid:${randomUUID()}</a:MessageID>` +
    `<a:ReplyTo><a:Address>${ADDRESSING}/role/anonymous</a:Address></a:ReplyTo>` +
    "<w:OperationTimeout>PT60S</w:OperationTimeout></e:Header>" +
    `<e:Body>${body}</e:Body></e:Envelope>`
  );
}

export function getMessage(name: ClassName): string {
  return message(GET, uriOf(name), "");
}

/** Power states that AMT takes as requests. */
export const requestedStates = { on: 2, cycle: 5, off: 8 } as const;

export function powerMessage(state: number): string {
  const service = uriOf("CIM_PowerManagementService");
  const system = uriOf("CIM_ComputerSystem");
  const body =
    `<p:RequestPowerStateChange_INPUT xmlns:p="${service}"><p:PowerState>${state}</p:PowerState>` +
    `<p:ManagedElement><a:Address>${ADDRESSING}/role/anonymous</a:Address><a:ReferenceParameters>` +
    `<w:ResourceURI>${system}</w:ResourceURI><w:SelectorSet>` +
    '<w:Selector Name="CreationClassName">CIM_ComputerSystem</w:Selector>' +
    '<w:Selector Name="Name">ManagedSystem</w:Selector>' +
    "</w:SelectorSet></a:ReferenceParameters></p:ManagedElement></p:RequestPowerStateChange_INPUT>";
  return message(`${service}/RequestPowerStateChange`, service, body);
}

/** What a ReturnValue other than 0 means. */
export function returnValueText(value: string | undefined): string {
  const meaning = value === undefined ? undefined : returnValues[value];
  return `${value ?? "nothing"}${meaning === undefined ? "" : `, ${meaning}`}`;
}

const returnValues: Readonly<Record<string, string>> = {
  "1": "not supported",
  "2": "unknown error",
  "3": "timed out inside the engine",
  "4": "failed",
  "5": "wrong parameter",
  "6": "in use",
  "4097": "not possible in the present state",
  "4099": "busy",
};
