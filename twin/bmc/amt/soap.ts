import { randomBytes } from "node:crypto";
import type { WebAnswer } from "../web-bmc.js";
import { escapeXml, findElement, parseXml, textOf, type XmlElement } from "./xml.js";

export const ENVELOPE = "http://www.w3.org/2003/05/soap-envelope";
export const ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing";
export const WSMAN = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd";
export const TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer";
export const ENUMERATION = "http://schemas.xmlsoap.org/ws/2004/09/enumeration";
export const IDENTITY = "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd";
const CIM = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/";
const AMT = "http://intel.com/wbem/wscim/1/amt-schema/1/";
const IPS = "http://intel.com/wbem/wscim/1/ips-schema/1/";

export function classUri(className: string): string {
  const base = className.startsWith("AMT_") ? AMT : className.startsWith("IPS_") ? IPS : CIM;
  return `${base}${className}`;
}

export interface SoapRequest {
  /** `identify` for the one message that has no header. */
  readonly action: string;
  readonly className: string;
  readonly messageId: string;
  readonly body: XmlElement;
}

/** Undefined when it is no SOAP envelope. */
export function readSoap(text: string): SoapRequest | undefined {
  const envelope = parseXml(text);
  const body = envelope && findElement(envelope, "Body");
  if (envelope?.name !== "Envelope" || body === undefined) return undefined;
  if (findElement(body, "Identify") !== undefined) {
    return { action: "identify", className: "", messageId: "0", body };
  }
  const header = findElement(envelope, "Header");
  if (header === undefined) return undefined;
  const resource = textOf(header, "ResourceURI") ?? "";
  return {
    action: textOf(header, "Action") ?? "",
    className: resource.slice(resource.lastIndexOf("/") + 1),
    messageId: textOf(header, "MessageID") ?? "0",
    body,
  };
}

export type Field = readonly [name: string, value: string | number | boolean | readonly Field[]];

/** Names without a prefix get the given one; a name may carry attributes. */
export function renderFields(prefix: string, fields: readonly Field[]): string {
  return fields
    .map(([name, value]) => {
      const inner =
        typeof value === "object" ? renderFields(prefix, value) : escapeXml(String(value));
      const open = name.includes(":") ? name : `${prefix}:${name}`;
      return `<${open}>${inner}</${open.replace(/ .*/, "")}>`;
    })
    .join("");
}

const headers = { "content-type": "application/soap+xml; charset=UTF-8", server: "AMT" };

function envelope(
  request: Pick<SoapRequest, "messageId" | "className">,
  action: string,
  body: string,
): string {
  const id = `uuid:00000000-8086-8086-8086-${randomBytes(6).toString("hex").toUpperCase()}`;
  const resource =
    request.className === ""
      ? ""
      : `<c:ResourceURI>${escapeXml(classUri(request.className))}</c:ResourceURI>`;
  return (
    `<?xml version="1.0" encoding="UTF-8"?>` +
    `<a:Envelope xmlns:a="${ENVELOPE}" xmlns:b="${ADDRESSING}" xmlns:c="${WSMAN}" ` +
    `xmlns:g="${escapeXml(classUri(request.className))}">` +
    `<a:Header><b:To>${ADDRESSING}/role/anonymous</b:To>` +
    `<b:RelatesTo>${escapeXml(request.messageId)}</b:RelatesTo>` +
    `<b:Action a:mustUnderstand="true">${action}</b:Action>` +
    `<b:MessageID>${id}</b:MessageID>${resource}</a:Header>` +
    `<a:Body>${body}</a:Body></a:Envelope>`
  );
}

export function soapAnswer(
  request: Pick<SoapRequest, "messageId" | "className">,
  action: string,
  body: string,
): WebAnswer {
  return { status: 200, headers, body: envelope(request, action, body) };
}

export type FaultCode =
  | "b:DestinationUnreachable"
  | "b:ActionNotSupported"
  | "c:SchemaValidationError"
  | "c:AccessDenied"
  | "c:InternalError"
  | "n:InvalidEnumerationContext";

export function soapFault(
  request: Pick<SoapRequest, "messageId" | "className">,
  code: FaultCode,
  reason: string,
): WebAnswer {
  const body =
    `<a:Fault xmlns:n="${ENUMERATION}"><a:Code><a:Value>a:Sender</a:Value>` +
    `<a:Subcode><a:Value>${code}</a:Value></a:Subcode></a:Code>` +
    `<a:Reason><a:Text xml:lang="en-US">${escapeXml(reason)}</a:Text></a:Reason><a:Detail/></a:Fault>`;
  return {
    status: 400,
    headers,
    body: envelope({ ...request, className: "" }, `${ADDRESSING}/fault`, body),
  };
}
