/** What a text says as JSON; undefined when it is none, so that a schema may judge it like any other answer. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
