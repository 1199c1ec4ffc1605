import { createServer } from "node:http";

/**
 * As much of a parameter store as a plugin needs to create one parameter and read it back.
 * @returns {Promise<{ endpoint: string, written: Map<string, string>, close: () => Promise<void> }>}
 */
export async function startLoopbackParameters() {
  /** @type {Map<string, string>} */
  const written = new Map();
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (chunk) => {
      text += chunk;
    });
    request.on("end", () => {
      const operation = String(request.headers["x-amz-target"]).split(".").pop() ?? "";
      const { Name, Value } = JSON.parse(text || "{}");
      if (operation === "PutParameter") written.set(Name, Value);
      response.writeHead(200, { "content-type": "application/x-amz-json-1.1" });
      response.end(JSON.stringify(answerTo(operation, written)));
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    written,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/**
 * @param {string} operation
 * @param {Map<string, string>} written
 */
function answerTo(operation, written) {
  const [[Name, Value] = ["", ""]] = written;
  const parameter = { Name, Value, Type: "String", Version: 1, DataType: "text", Tier: "Standard" };
  switch (operation) {
    case "GetParameter":
      return { Parameter: parameter };
    case "GetParameters":
    case "DescribeParameters":
      return { Parameters: [parameter] };
    case "ListTagsForResource":
      return { TagList: [] };
    default:
      return { Version: 1, Tier: "Standard" };
  }
}
