import { z } from "zod";

const amount = z.number().default(0);

/** Of `ceph status`: placement groups by their state, what has to be moved or made anew, and how fast that goes. */
export const groupMap = z.object({
  pgs_by_state: z.array(z.object({ state_name: z.string(), count: z.number() })).default([]),
  misplaced_objects: amount,
  degraded_objects: amount,
  unfound_objects: amount,
  recovering_objects_per_sec: amount,
  recovering_bytes_per_sec: amount,
});

/** How far the healing of data is, in words for a person who waits; empty when nothing is left to do. */
export function recoveryIn(seen: Omit<z.output<typeof groupMap>, "pgs_by_state">): string {
  const left = seen.misplaced_objects + seen.degraded_objects;
  const perSecond = seen.recovering_objects_per_sec;
  return [
    seen.misplaced_objects > 0 ? `${seen.misplaced_objects} objects misplaced` : "",
    seen.degraded_objects > 0 ? `${seen.degraded_objects} copies missing` : "",
    seen.unfound_objects > 0 ? `${seen.unfound_objects} objects found nowhere` : "",
    seen.recovering_bytes_per_sec > 0
      ? `${(seen.recovering_bytes_per_sec / 1e6).toFixed(0)} MB/s`
      : "",
    left > 0 && perSecond > 0 ? `about ${timeFor(left / perSecond)} left at this rate` : "",
  ]
    .filter((one) => one !== "")
    .join(", ");
}

function timeFor(seconds: number): string {
  const minutes = Math.ceil(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.ceil(minutes / 60)} h`;
}
