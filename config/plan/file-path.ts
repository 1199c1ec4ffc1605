import { posix } from "node:path";

/** One spelling for each path: `/srv/../etc/pve/` is `/etc/pve`. Paths are compared in this form only. */
export function normalPath(path: string): string {
  const normal = posix.normalize(path).replace(/^\/+/, "/");
  return normal.length > 1 ? normal.replace(/\/+$/, "") : normal;
}

/** Whether one path is the other, or lies below it. */
export function isBelow(path: string, folder: string): boolean {
  const [inner, outer] = [normalPath(path), normalPath(folder)];
  return inner === outer || inner.startsWith(outer === "/" ? "/" : `${outer}/`);
}
