import { createHash } from "node:crypto";
import type { WebAnswer } from "../web-bmc.js";

export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json };
export type Resource = { readonly [key: string]: Json };

const common = { "odata-version": "4.0", "cache-control": "no-cache" };
const asJson = { ...common, "content-type": "application/json; charset=utf-8" };

export function etagOf(resource: Resource, weak: boolean): string {
  const digest = createHash("sha256").update(JSON.stringify(resource)).digest("hex").slice(0, 16);
  return weak ? `W/"${digest}"` : `"${digest}"`;
}

export function resourceAnswer(resource: Resource, weakEtags: boolean): WebAnswer {
  const etag = etagOf(resource, weakEtags);
  return {
    status: 200,
    headers: { ...asJson, etag, allow: "GET, HEAD" },
    body: JSON.stringify({ ...resource, "@odata.etag": etag }),
  };
}

export function jsonAnswer(
  status: number,
  body: Resource,
  headers: Readonly<Record<string, string>> = {},
): WebAnswer {
  return { status, headers: { ...asJson, ...headers }, body: JSON.stringify(body) };
}

export const noContent: WebAnswer = { status: 204, headers: common };

function extendedInfo(messageId: string, message: string, args: readonly string[]): Resource {
  return {
    "@odata.type": "#Message.v1_1_1.Message",
    MessageId: messageId,
    Message: message,
    MessageArgs: args,
    MessageSeverity: "Critical",
    Resolution: "None.",
  };
}

export function errorAnswer(
  status: number,
  messageId: string,
  message: string,
  options: {
    readonly args?: readonly string[];
    readonly headers?: Readonly<Record<string, string>>;
  } = {},
): WebAnswer {
  return jsonAnswer(
    status,
    {
      error: {
        code: messageId,
        message,
        "@Message.ExtendedInfo": [extendedInfo(messageId, message, options.args ?? [])],
      },
    },
    options.headers,
  );
}

export function successAnswer(): WebAnswer {
  return jsonAnswer(200, {
    "@Message.ExtendedInfo": [
      {
        MessageId: "Base.1.15.Success",
        Message: "The request completed successfully.",
        MessageArgs: [],
        MessageSeverity: "OK",
        Resolution: "None.",
      },
    ],
  });
}

export function notFound(path: string): WebAnswer {
  return errorAnswer(404, "Base.1.15.ResourceMissingAtURI", `There is no resource at ${path}.`, {
    args: [path],
  });
}

export function malformed(): WebAnswer {
  return errorAnswer(400, "Base.1.15.MalformedJSON", "The request body is not valid.");
}

/** Undefined when it is no JSON, which no schema accepts. */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
