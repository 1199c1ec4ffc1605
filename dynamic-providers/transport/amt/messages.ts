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
