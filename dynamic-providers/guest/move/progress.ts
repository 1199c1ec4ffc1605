/** How far a move is, out of its task's log. Containers are copied file by file, and say nothing until the end. */
export function progressOf(log: string): string {
  const [last] = [...log.matchAll(/\((\d+(?:\.\d+)?)%\)/g)].slice(-1);
  return last === undefined ? "still being copied" : `${Math.floor(Number(last[1]))} % copied`;
}
